"""Results flow from definitions: change one at the root, and what is claimed of it falls.

A derivation file is imported afresh with one definition changed: the loss, the activation, the
covariance, the rate. Every claim whose derived side changes its value must be refuted, or blocked
by a claim that is. A claim that survives although its derivation rests on the definition is an
invariance; each is listed here with its reason.

Changes go by the names of definitions, so a new paper is covered by using the same names.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest
from sympy import Integer, MatrixBase, S, Symbol, eye

from symdyn.library import folder
from symdyn.proof.cache import Cache
from symdyn.proof.collect import load
from symdyn.proof.derivation import Derivation
from symdyn.proof.evidence import equalities, judge
from symdyn.proof.record import Claim, Record
from symdyn.proof.statements import AsymptoticTo, Bounded, Equal
from symdyn.proof.verdict import Verdict
from symdyn.proof.verify import verify

FILES = sorted(folder().glob("*.py"))
PARAMETERS = re.compile(r"\(.*\)")
FALLEN = (Verdict.REFUTED, Verdict.BLOCKED)
PATIENCE = (
    400.0  # seconds for a claim: one that is not refuted for want of time looks like a survivor
)
LONG = ("saxe2013", "yang2017")


@dataclass(frozen=True)
class Change:
    """Another value for a definition of a derivation file."""

    name: str
    what: str
    changed: Callable[[Any], Any]


def with_other_covariance(expectation: Callable[..., Any]) -> Callable[..., Any]:
    """Twice the variance; half of a correlation."""

    def changed(f: Any, variables: Any, covariance: Any = None) -> Any:
        count = 1 if isinstance(variables, Symbol) else len(variables)
        if covariance is None:
            covariance = Integer(2) if count == 1 else 2 * eye(count)
        elif isinstance(covariance, MatrixBase) or count == 1:
            covariance = 2 * covariance
        else:
            covariance = S(covariance) / 2
        return expectation(f, variables, covariance)

    return changed


CHANGES = (
    Change("activation", "leaky", lambda node: lambda x: node(x) - node(-x) / 10),
    Change("rectified", "leaky", lambda node: lambda x, n: node(x, n) + node(-x, n) / 10),
    Change("population_loss", "a cross term", lambda loss: lambda s, t: loss(s, t) + s * t / 7),
    Change("loss", "a cross term", lambda loss: lambda s, t: loss(s, t) + s * t / 7),
    Change("input_variance", "twice as large", lambda variance: 2 * variance),
    Change("gaussian_expectation", "another covariance", with_other_covariance),
    Change(
        "gradient_flow", "half the rate", lambda flow: lambda loss, *x, **k: flow(loss / 2, *x, **k)
    ),
    Change("direction_density", "one more dimension", lambda p: lambda x, d: p(x, d + 1)),
)

# What survives a change, and why: claim -> reason, whatever definition is changed.
INVARIANCES: dict[str, str] = {
    "saxe2013.py::mode_energy[0]": "the error written in modes; no flow enters yet",
    "cho2009.py::single_integral[0]": "the half-angle substitution knows nothing of the node",
    "cho2009.py::single_integral[1]": "a special value of the arctangent; no node enters yet",
    "cho2009.py::single_integral[2]": "the arc of a quarter turn; no node enters yet",
    "saxe2013.py::imbalance[0]": "the flow keeps it at any rate",
    "saxe2013.py::flow_integrals[0]": "laws of the network; no loss enters yet",
    "saxe2013.py::flow_integrals[1]": "a flow keeps the same at any rate",
    "saxe2013.py::flow_integrals[2]": "a flow keeps the same at any rate",
    "saxe2013.py::momentum_integrals[0]": "a symmetry of the loss is one of its half",
    "saxe2013.py::momentum_integrals[1]": "a symmetry of the loss is one of its half",
    "saxe2013.py::momentum_integrals[2]": "half the loss has no further symmetry",
    "saxe2013.py::momentum_integrals[3]": "velocities are what they are, whatever the force",
    "saxe2013.py::riccati_in_coordinates[0]": "the flow keeps it at any rate",
    "saxe2013.py::uniform_solution[2]": "double angles of a divisor; claim 0 ties it to the flow",
    "saxe2013.py::uniform_solution[3]": "an identity of two squares; the flow does not enter",
    **dict.fromkeys(
        (f"saxe2013.py::uniform_solution[{k}]" for k in range(4, 8)),
        "of the solution of the Riccati flow; claim 0 ties that to the gradient flow",
    ),
    "saxe2013.py::hyperbolic_form[0]": "an identity of cosh and sinh; the flow enters later",
    "saxe2013.py::hyperbolic_form[1]": "the double angle of sinh; the flow enters later",
    "saxe2013.py::hyperbolic_form[2]": "the double angle of cosh; the flow enters later",
    "yang2017.py::homogeneity[0]": "two expectations under one law, whatever that is",
    "yang2017.py::homogeneity[1]": "two expectations under one law, whatever that is",
    "yang2017.py::tanh_V_near[1]": "an integral that is written out",
    "yang2017.py::tanh_V_near[2]": "an integral that is written out",
    **dict.fromkeys(
        (f"yang2017.py::alpha_relu_dual[{k}]" for k in (0, 2, 3)),
        "of the integral, which is written out; claim 1 ties it to the expectation",
    ),
    "yang2017.py::alpha_relu_J[0]": "two forms over one moment; alpha_relu_one_minus_J ties that",
    "tian2017.py::lyapunov_matrix[0]": "a form that is quadratic in the lengths is that of its "
    "own second derivatives, at any rate",
    "tian2017.py::basin_probability[0]": "half of all directions, in any number of dimensions",
    "tian2017.py::basin_probability[1]": "both sides come from the density: its antiderivative",
    "tian2017.py::basin_probability[2]": "both sides come from the density: its antiderivative",
    "tian2017.py::basin_bound[0]": "volumes of balls; the density of directions enters later",
    "tian2017.py::basin_bound[3]": "volumes of balls alone; the density does not enter",
}


def fresh(file: Path) -> ModuleType:
    """A derivation file imported once more, under a name of its own."""
    name = f"mutant_{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def is_definition(module: ModuleType, change: Change) -> bool:
    value = getattr(module, change.name, None)
    return value is not None and not isinstance(value, Derivation)


def resting_on(module: ModuleType, name: str) -> list[str]:
    """Names of the derivations of a file that use a definition, directly or through others."""
    return [
        key
        for key, value in vars(module).items()
        if isinstance(value, Derivation) and name in names_used(value.function, module, set())
    ]


def names_used(function: Any, module: ModuleType, seen: set[str]) -> set[str]:
    """Module-level names that a function uses, directly or through functions of the module."""
    for name in names_in(function.__code__):
        if name not in seen and name in vars(module):
            seen.add(name)
            value = getattr(module, name)
            inner = value.function if isinstance(value, Derivation) else value
            if getattr(inner, "__module__", "") == module.__name__ and hasattr(inner, "__code__"):
                names_used(inner, module, seen)
    return seen


def names_in(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from names_in(constant)


APPLICABLE = [
    (file, change)
    for file in FILES
    for change in CHANGES
    if is_definition(load(file), change) and resting_on(load(file), change.name)
]


def test_every_paper_has_a_definition_to_change():
    assert {file for file, _ in APPLICABLE} == set(FILES)


def marked(file: Path, change: Change) -> Any:
    """A change of a file, slow where it takes minutes to judge the whole file again."""
    name = f"{file.stem}: {change.name}, {change.what}"
    return pytest.param(
        file, change, id=name, marks=[pytest.mark.slow] if file.stem in LONG else []
    )


@pytest.mark.parametrize(("file", "change"), [marked(*pair) for pair in APPLICABLE])
def test_what_changes_falls(file: Path, change: Change, monkeypatch: pytest.MonkeyPatch):
    names = resting_on(load(file), change.name)
    before = {record.id: record for name in names for record in originals(file, name)}
    after = mutated_records(file, change, names, monkeypatch)
    assert not [record.error for record in after if record.error]
    claims = [(r, k, claim) for r in after for k, claim in enumerate(r.claims) if not claim.open]
    assert any(claim.verdict == Verdict.REFUTED for _, _, claim in claims)
    survivors = {
        f"{PARAMETERS.sub('', record.id)}[{k}]": (before[record.id].claims[k], claim)
        for record, k, claim in claims
        if claim.verdict not in FALLEN
    }
    unexplained = {
        name: "has another value now" if changes_value(old, new) else "has the same value"
        for name, (old, new) in survivors.items()
        if name not in INVARIANCES
    }
    assert not unexplained, "survives: mend the claim, or say why in INVARIANCES"


def originals(file: Path, name: str) -> list[Record]:
    derivation: Derivation = getattr(load(file), name)
    return [derivation.record(**fixed) for fixed in derivation.variants()]


def mutated_records(
    file: Path, change: Change, names: list[str], monkeypatch: pytest.MonkeyPatch
) -> list[Record]:
    """The records of a file with one definition changed, judged."""
    module = fresh(file)
    setattr(module, change.name, change.changed(getattr(module, change.name)))
    for name, other in list(sys.modules.items()):
        if other is not module and getattr(other, "__file__", None) == str(file.resolve()):
            monkeypatch.delitem(sys.modules, name)  # this file now means the mutant
    try:
        targets = (f"{file}::{name}" for name in names)
        return verify(*targets, cache=Cache(None), timeout=PATIENCE)
    finally:
        del sys.modules[module.__name__]


def changes_value(before: Claim, after: Claim) -> bool:
    """Whether the derived side of a claim has another value than it had."""
    old, new = derived_parts(before), derived_parts(after)
    if set(old) != set(new):
        return True
    return any(
        old[name] != new[name]
        and judge(Equal(old[name], new[name]), after.where).verdict == Verdict.REFUTED
        for name in old
    )


def derived_parts(claim: Claim) -> dict[str, Any]:
    statement = claim.statement
    if isinstance(statement, (Bounded, AsymptoticTo)):
        return {"": statement.expr}
    return {f"{k} {name}": left for k, (name, left, _) in enumerate(equalities(statement))}


def test_only_what_rests_on_a_definition_is_asked_to_fall():
    (tian,) = [file for file in FILES if file.stem == "tian2017"]
    names = resting_on(load(tian), "population_loss")
    assert "loss" in names and "single_flow" in names
    assert "basin_probability" not in names


def test_invariances_are_of_claims_that_there_are():
    papers = {file.name for file in FILES}
    for claim, reason in INVARIANCES.items():
        assert claim.partition("::")[0] in papers
        assert len(reason.split()) > 4
