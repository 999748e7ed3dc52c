"""Typed identities are judged rightly: true ones hold, false ones are refuted at a point."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest
from sympy import Abs, Integral, Symbol, cos, exp, oo, sin, sqrt

from symdyn.errors import DomainError, InputError
from symdyn.proof import evidence  # noqa: F401  (loaded once, not by every child)
from symdyn.proof.check import check
from symdyn.proof.parse import Differentiation, Identity
from symdyn.proof.reading import confirm
from symdyn.proof.verdict import Verdict
from tests.proof.identities import FAMILIES, Typed

SECONDS = 30
TRUE = [pytest.param(pair, id=f"{f.name}: {pair[0]}") for f in FAMILIES for pair in f.true]
FALSE = [pytest.param(pair, id=f"{f.name}: {pair[0]}") for f in FAMILIES for pair in f.false]


@pytest.mark.parametrize("typed", TRUE)
def test_true_identity_holds(typed: Typed):
    text, where = typed
    start = time.perf_counter()
    judgement = check(text, where=where, timeout=SECONDS - 3)
    assert judgement.verdict.holds, judgement
    assert judgement.verdict != Verdict.SIMULATED
    assert time.perf_counter() - start < SECONDS


@pytest.mark.parametrize("typed", FALSE)
def test_false_identity_is_refuted_at_a_point(typed: Typed):
    text, where = typed
    start = time.perf_counter()
    judgement = check(text, where=where, timeout=SECONDS - 3)
    assert judgement.verdict == Verdict.REFUTED, judgement
    example = judgement.counterexample
    assert example is not None
    assert example.left != example.right or example.point
    assert time.perf_counter() - start < SECONDS


def test_every_family_has_fifteen_of_either_kind():
    for family in FAMILIES:
        assert len(family.true) >= 15, family.name
        assert len(family.false) >= 15, family.name
        assert len(set(family.true) | set(family.false)) == len(family.true) + len(family.false)


def test_text_that_is_no_identity_is_an_error_not_a_verdict():
    with pytest.raises(InputError, match="use \\*\\*"):
        check("x^2 = x")


def test_contradictory_conditions_are_an_error():
    with pytest.raises(DomainError, match="contradict"):
        check("x = x", where="x > 0, x < 0")


def test_no_finite_value_anywhere_is_an_error():
    with pytest.raises(DomainError, match="finite"):
        check("gamma(n) = gamma(n)", where="n in Integers, n < 0")


def test_what_is_not_decided_in_time_is_undecided():
    judgement = check(
        "integrate(exp(-cosh(cos(x*y*z))), (x, 0, 1), (y, 0, 1), (z, 0, 1)) = 1", timeout=0.5
    )
    assert judgement.verdict == Verdict.UNDECIDED
    assert "0.5 s" in judgement.evidence[0].detail


def test_same_seed_gives_the_same_judgement():
    first, second = (check("sin(x)**3 = sin(x)", seed=4) for _ in range(2))
    assert first.counterexample == second.counterexample


def test_a_wrong_rewriting_of_the_text_is_noticed():
    x = Symbol("x", real=True)
    misread = Identity(sin(x), sin(x), typed=(sin(x), cos(x)))
    (doubt,) = confirm(misread)
    assert doubt.verdict == Verdict.UNDECIDED
    assert "cos(x)" in doubt.detail


def test_a_wrong_derivative_is_noticed():
    x = Symbol("x", real=True)
    wrong = Differentiation(exp(2 * x).diff(x, evaluate=False), exp(2 * x))
    right = Differentiation(exp(2 * x).diff(x, evaluate=False), 2 * exp(2 * x))
    (doubt,) = confirm(Identity(x, x, typed=(x, x), differentiations=(wrong, right)))
    assert doubt.verdict == Verdict.UNDECIDED


def test_integrands_are_confirmed_in_place_of_integrals():
    x, a = Symbol("x", positive=True), Symbol("a", real=True)
    limits = (x, 0, oo)
    good, bad = Integral(sqrt(x**2) * exp(-x), limits), Integral(x**2 * exp(-x), limits)
    typed = a * Integral(Abs(x) * exp(-x), limits)
    assert confirm(Identity(a * good, a, typed=(typed, a))) == ()
    (doubt,) = confirm(Identity(a * bad, a, typed=(typed, a)))
    assert doubt.verdict == Verdict.UNDECIDED
    (doubt,) = confirm(Identity(a + good, a, typed=(typed, a)))
    assert doubt.verdict == Verdict.UNDECIDED


def test_refusals_come_before_sympy_is_imported():
    code = (
        "import sys\n"
        "from symdyn.errors import InputError\n"
        "from symdyn.proof.check import check\n"
        "try:\n    check('9**9**9 = 1')\n"
        "except InputError:\n    print('sympy' in sys.modules)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(run.stdout.lower()) is False
