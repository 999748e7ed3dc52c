"""The public names: few, lazily imported, each with an executed example."""

import doctest
import subprocess
import sys

import pytest

import symdyn

NAMES = {
    "AsymptoticTo",
    "Bounded",
    "Certificate",
    "Conserved",
    "Equal",
    "Flow",
    "Judgement",
    "Kernel",
    "Record",
    "Solves",
    "Verdict",
    "certify",
    "check",
    "claim",
    "collect",
    "conservation_laws",
    "define",
    "derivation",
    "derivative_along",
    "dual_activation",
    "export",
    "first_integrals",
    "gaussian_expectation",
    "given",
    "gradient_flow",
    "kernel",
    "relu",
    "simulate",
    "solve_separable",
    "verify",
}


def test_the_list_of_public_names_is_deliberate():
    assert set(symdyn.__all__) == NAMES
    assert set(symdyn._HOMES) == NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_public_name_has_an_executed_example(name):
    thing = getattr(symdyn, name)
    target = type(thing).__call__ if name == "claim" else thing
    examples = [test.examples for test in doctest.DocTestFinder(recurse=False).find(target, name)]
    assert any(examples), f"{name} has no example in its docstring"


def test_import_brings_in_neither_sympy_nor_numba():
    code = "import sys, symdyn; print({'sympy', 'numba', 'numpy', 'mpmath'} & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout == "set()\n"


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        symdyn.nonsense  # noqa: B018
