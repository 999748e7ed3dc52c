"""Simulations accept what they simulate and reject what they do not."""

import pytest
from sympy import Rational, pi, sqrt, symbols

from symdyn.errors import InputError
from symdyn.numerics.simulation import Simulation

s = symbols("s", positive=True)
spread = Simulation("E|z|", lambda rng, size, at: abs(at["s"] * rng.standard_normal(size)), (s,))


def test_the_true_mean_lies_within_the_standard_errors():
    assert spread.deviation(s * sqrt(2 / pi), {s: Rational(7, 3)}, seed=1).standard_errors < 5


def test_a_mean_ten_standard_errors_away_is_told_apart():
    truth = spread.deviation(s * sqrt(2 / pi), {s: Rational(7, 3)}, seed=1)
    shifted = s * sqrt(2 / pi) + 10 * truth.error
    assert spread.deviation(shifted, {s: Rational(7, 3)}, seed=1).standard_errors > 5


def test_the_same_seed_gives_the_same_mean():
    at = {s: Rational(2)}
    assert spread.deviation(s, at, seed=5) == spread.deviation(s, at, seed=5)


def test_observations_must_be_finite_and_one_per_draw():
    broken = Simulation("nothing", lambda rng, size, at: rng.standard_normal((size, 2)))
    with pytest.raises(InputError, match="one per draw"):
        broken.deviation(s, {s: Rational(1)}, seed=0)
