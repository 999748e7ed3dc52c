"""Enclosures that must stay narrow where a series cancels, or must end where one is slow."""

from __future__ import annotations

import mpmath as mp
import pytest
from flint import acb, arb, ctx

from symdyn.numerics.special import bessel_k, hypergeometric


@pytest.mark.parametrize("place", [3, 20, 60])
def test_bessel_k_of_a_ball_is_as_narrow_as_the_function_is_flat(place: int) -> None:
    with ctx.workprec(200):
        ball = bessel_k(arb(0), arb(place, arb(2) ** -150))
        with mp.workdps(70):
            exact = arb(mp.nstr(mp.besselk(0, place), 65))
        assert abs(ball - exact).upper() < abs(exact) * arb(2) ** -145
        assert ball.overlaps(exact)


def test_bessel_k_of_a_wide_ball_is_no_larger_than_at_its_left_end() -> None:
    with ctx.workprec(200):
        wide = acb(arb(10, 1), arb(0, 1))
        left = acb(9).bessel_k(acb(0)).real
        value = bessel_k(arb(0), wide)
        assert abs(value).upper() < 5 * left
        for corner in (acb(9, 1), acb(11, -1), acb(10, 0.5)):
            assert value.overlaps(corner.bessel_k(acb(0)))


@pytest.mark.parametrize(("c", "z"), [(1817.8, 0.75), (1e10, 0.9999995), (60.5, -0.99)])
def test_series_of_a_large_lower_parameter_ends(c: float, z: float) -> None:
    with ctx.workprec(160):
        half = acb(0.5)
        ball = hypergeometric((half, half), (acb(c),), acb(z)).real
        with mp.workdps(60):
            ratio, total, term = mp.mpf(z), mp.mpf(0), mp.mpf(1)
            for n in range(400):
                total, term = (
                    total + term,
                    term * (n + 0.5) ** 2 / ((mp.mpf(c) + n) * (n + 1)) * ratio,
                )
            exact = arb(mp.nstr(total, 55))
        assert ball.overlaps(exact) or abs(ball - exact) < arb(2) ** -150
        assert ball.rad() < arb(2) ** -140


def test_other_parameters_are_left_to_arb() -> None:
    with ctx.workprec(100):
        value = hypergeometric((acb(1), acb(1)), (acb(2),), acb(0.5))
        assert value.overlaps(2 * acb(2).log())
