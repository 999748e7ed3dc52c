"""A certificate states the true error of a kernel, wherever it is worst."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
import sympy as sp
from sympy.codegen.cfunctions import expm1

from symdyn.errors import ResourceError
from symdyn.kernels.certify import Certificate, certify
from symdyn.kernels.certify.elementwise import AGAINST_DEFINITION
from tests.kernels.certify.plain import plain

x = sp.Symbol("x", real=True)
p, q, r = sp.symbols("p q r", positive=True)
t = sp.Symbol("t", real=True)
FEW = 1500


def certified(*what: object, **options: object) -> Certificate:
    return certify(plain(*what, **options), points=FEW)  # type: ignore[arg-type]


def test_a_correctly_rounded_function_has_half_a_unit() -> None:
    found = certified(sp.sqrt(p), p)
    assert 0.49 < found.error <= 0.501 and found.meets and found.sampled.undecided == 0


def test_a_known_loss_of_digits_is_found_with_its_size() -> None:
    """sqrt(x + 1) - sqrt(x) is 0 in doubles beyond 2^106, where it is 1/(2*sqrt(x))."""
    found = certified(sp.sqrt(p + 1) - sp.sqrt(p), p)
    assert found.error > 2**52 and not found.meets
    assert found.worst[0].arguments[0] > 2**50
    assert found.sampled.strata[0].maximum < found.sampled.maximum


def test_the_search_finds_more_than_the_sample() -> None:
    found = certified(sp.exp(x) * sp.sqrt(1 + x**2), x, domain={x: (-3, 3)})
    assert found.search.maximum > found.sampled.maximum
    assert found.worst[0].error == found.search.maximum


def test_overflow_on_the_way_to_a_finite_value_is_infinitely_wrong() -> None:
    found = certified(sp.sqrt(p**2 + q**2), p, q)
    assert found.error == math.inf
    assert max(found.worst[0].arguments) > 1e150 or max(found.worst[0].arguments) < 1e-150


def test_loss_on_a_diagonal_of_three_arguments_is_found() -> None:
    found = certified(r / (p - q) + 0 * r, p, q, r, domain={p: (1, 2), q: (1, 2), r: (1, 2)})
    assert found.error < 3  # the difference of doubles is exact enough
    found = certified(sp.log(p) - sp.log(q), p, q, domain={p: (1, 2), q: (1, 2)})
    assert found.error > 2**20
    first, second = found.worst[0].arguments
    assert abs(first - second) < 1e-6


def test_both_counts_are_stated_and_reach_what_is_promised() -> None:
    found = certified(sp.exp(x), x, domain={x: (-5, 5)})
    closed, definition = found.references
    assert closed.points == found.sampled.points + found.search.evaluations
    assert definition.points >= AGAINST_DEFINITION and definition.undecided == 0
    assert "mpmath" in definition.name


def test_a_closed_form_that_differs_from_its_definition_is_caught() -> None:
    integral = sp.Integral(sp.exp(-t * p), (t, 0, 1))
    right = certified((1 - sp.exp(-p)) / p, p, domain={p: (1, 9)}, definition=(integral,))
    assert right.error < 4 and right.references[1].name == "definition on balls"
    wrong = certified((1 - sp.exp(-p)) / p**2, p, domain={p: (1, 9)}, definition=(integral,))
    assert wrong.sampled.maximum < 4 and wrong.references[1].maximum > 1e10
    assert wrong.error > 1e10


def test_several_results_count_with_the_worst_of_them() -> None:
    found = certified((sp.sqrt(p), sp.exp(p) - 1), p)
    assert found.error > 2**50 and len(found.worst[0].value) == 2


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        (sp.sqrt(p) * (1 + 2**-48), (1 <= p) & (p < 1 + 2**-46)),
        (0, p < sp.Float(4e-308)),
        (10**150, p > sp.Float(1.7e308)),
    ],
)
def test_errors_in_small_corners_are_found(wrong: sp.Expr, where: sp.Basic) -> None:
    computed = sp.Piecewise((wrong, where), (sp.sqrt(p), True))
    assert certified(sp.sqrt(p), p, computed=computed).error > 1.5


def test_a_wrong_value_at_a_removable_singularity_is_caught() -> None:
    wrong = sp.Piecewise((0, sp.Eq(x, 0)), (expm1(x) / x, True))
    expr = (sp.exp(x) - 1) / x
    assert certified(expr, x, computed=wrong, domain={x: (-1, 1)}).error > 2**50
    right = sp.Piecewise((1, sp.Eq(x, 0)), (expm1(x) / x, True))
    assert certified(expr, x, computed=right, domain={x: (-1, 1)}).error < 3


def test_the_same_seed_gives_the_same_certificate() -> None:
    kernel = plain(sp.exp(-p) / p, p)
    assert certify(kernel, points=500) == certify(kernel, points=500)
    assert certify(kernel, points=500) != certify(kernel, points=500, seed=1)


def test_single_precision_has_its_own_unit() -> None:
    kernel = plain(sp.sqrt(p), p, dtype="float32")

    class Rounded:
        def __getattr__(self, name: str) -> object:
            return getattr(kernel, name)

        def __call__(self, *arguments: np.ndarray) -> np.ndarray:
            with np.errstate(over="ignore"):
                return kernel(*arguments).astype(np.float32)

    found = certify(Rounded(), points=FEW)
    assert 0.49 < found.error <= 0.501 and "single" in found.unit


def test_a_process_that_loses_subnormals_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symdyn.numerics.machine._results_kept", lambda: False)
    with pytest.raises(ResourceError, match="fast-math"):
        certified(sp.sqrt(p), p)


def test_default_settings_take_seconds() -> None:
    kernel = plain(p / (1 + (p / q - 1) * sp.exp(-2 * p * r)), p, q, r)
    started = time.process_time()
    assert certify(kernel).sampled.points >= 20_000
    assert time.process_time() - started < 40
