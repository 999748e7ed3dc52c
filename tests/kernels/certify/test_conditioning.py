"""Condition numbers are true ones, and allow a kernel no more than the inputs leave open."""

from __future__ import annotations

import math

import pytest
import sympy as sp

from symdyn.kernels.certify import Certificate, certify
from symdyn.kernels.certify.conditioning import ALLOWED, MOST, Suspect, conditions, judged
from symdyn.kernels.certify.references import Expression
from tests.kernels.certify.plain import plain

x, y = sp.symbols("x y", real=True)
p, q = sp.symbols("p q", positive=True)
NEXT = 1 + 2.0**-52

KNOWN = (
    (x**3, [2.0], 3.0),
    (sp.exp(-x), [300.0], 300.0),
    (sp.log(x), [NEXT], 1 / math.log(NEXT)),
    (x - y, [NEXT, 1.0], 2.0**53 + 1),
    (x * y**2, [1e-300, -1e200], 3.0),
    (sp.Piecewise((x, x > 0), (-7 * x**2, True)), [-2.0], 2.0),
    (sp.hyper((1, sp.Rational(2, 3)), (sp.Rational(5, 3),), x), [0.0], 0.0),
    (x - y, [1.0, 1.0], 0.0),  # the value is 0
    (sp.sqrt(x), [-1.0], 0.0),  # there is none
)


@pytest.mark.parametrize(("expr", "point", "kappa"), KNOWN, ids=str)
def test_condition_numbers_are_true(expr: sp.Expr, point: list[float], kappa: float) -> None:
    args = tuple(sorted(expr.free_symbols, key=str))
    (found,) = conditions([Expression(expr, args)], point)
    assert math.isclose(found, kappa, rel_tol=1e-6)


@pytest.mark.parametrize(("error", "holds"), [(2.0 + 7.9, True), (2.0 + 8.1, False)])
def test_what_inputs_do_not_determine_is_allowed_and_no_more(error: float, holds: bool) -> None:
    forms = [Expression(x - y, (x, y))]
    found = judged(forms, 2.0, [Suspect((NEXT, 1.0), (error,))])
    assert found is not None and (found.share <= 1) == holds
    assert math.isclose(found.kappa[0] * ALLOWED, 8.0, rel_tol=1e-6)
    well = judged(forms, 2.0, [Suspect((2.0, 1.0), (error,))])
    assert well is not None and well.share > 4


def test_each_output_is_held_against_its_own_condition() -> None:
    forms = [Expression(x - y, (x, y)), Expression(x + y, (x, y))]
    fine = judged(forms, 2.0, [Suspect((NEXT, 1.0), (9.0, 1.0))])
    wrong = judged(forms, 2.0, [Suspect((NEXT, 1.0), (1.0, 9.0))])
    assert fine is not None and fine.share < 1
    assert wrong is not None and wrong.share > 4


def test_many_errors_are_not_excused() -> None:
    forms = [Expression(x - y, (x, y))]
    assert judged(forms, 2.0, [Suspect((NEXT, 1.0), (3.0,))] * (MOST + 1)) is None


def near(factor: sp.Expr, target: float) -> Certificate:
    """p - q, with a relative error where both nearly agree."""
    gap = p - q
    wrong = sp.And(gap > -sp.Rational(1, 2**50), gap < sp.Rational(1, 2**50))
    computed = sp.Piecewise((gap * factor, wrong), (gap, True))
    domain = {p: (1, 1 + sp.Rational(1, 2**44)), q: (1, 1 + sp.Rational(1, 2**44))}
    return certify(plain(p - q, p, q, domain=domain, computed=computed, target=target), points=100)


def test_a_certificate_says_what_it_allows() -> None:
    found = near(1 + p / 2**51, 1.0)
    assert found.error > 1.9 and found.meets and found.share is not None and found.share > 0.3
    assert found.conditioning is not None and max(found.conditioning.kappa) > 2**40
    assert "kappa" in str(found) and "kappa" in found.target_text
    assert Certificate.from_json(found.to_json()) == found
    exact = near(sp.S.One, 1.0)
    assert exact.meets and exact.share is None and exact.subject.allowance == ""
    assert exact.conditioning is not None and "kappa" not in str(exact)


def test_a_loss_at_the_worst_conditioned_points_is_no_excuse_for_others() -> None:
    assert near(1 + p / 2**45, 1.0).meets is False
