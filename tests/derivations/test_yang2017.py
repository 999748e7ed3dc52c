"""Results on Gaussian expectations of activations, against values that share nothing with them."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest
from sympy import Rational, Symbol, tanh

from symdyn import dual_activation
from symdyn.library import yang2017
from symdyn.numerics.precision import evaluate


@pytest.fixture(scope="module")
def tanh_dual():
    return dual_activation(tanh(Symbol("z", real=True)))


@pytest.mark.parametrize("c", ["1/2", "-1/2", "1/8", "-3/4"])
def test_what_the_far_dual_of_tanh_leaves_out_falls_like_the_square(tanh_dual, c: str):
    """The numerical dual, at variances 4 times as large as the one before."""
    expansion = yang2017.tanh_W_far()
    correlation = Rational(c)
    left = []
    for variance in (100, 400, 1600, 6400):
        at = {yang2017.q: Rational(variance), yang2017.c: correlation}
        stated = float(evaluate(expansion, at, 30))
        left.append((tanh_dual.W(float(variance), float(correlation)) - stated) * variance**2)
    assert np.ptp(left) < 0.1 * abs(left[-1])
    assert abs(left[-1]) > 1e-3  # there is such a term, and it is seen


def test_the_far_dual_of_tanh_meets_a_value_from_quadrature():
    """W_tanh(25, 1/2) by an Arb trapezoid in two dimensions."""
    at = {yang2017.q: Rational(25), yang2017.c: Rational(1, 2)}
    known = mp.mpf("0.32180181364722701967901")
    assert abs(evaluate(yang2017.tanh_W_far(), at, 30) - known) < 2 / mp.mpf(25) ** 2


@pytest.mark.parametrize("alpha", ["-2/5", "3/4", "7/3"])
@pytest.mark.parametrize("c", ["-4/5", "1/3"])
def test_the_dual_of_a_power_is_an_integral_over_an_angle(alpha: str, c: str):
    """Cho and Saul's integral by quadrature, against the hypergeometric function.

    Over y = pi/2 - eta = x^8, so that the power of the cosine is no singularity.
    """
    point = {"alpha": Rational(alpha), "c": Rational(c)}
    with mp.workdps(30):
        a, cosine = (mp.mpf(x.p) / x.q for x in point.values())

        def share(eta: mp.mpf) -> mp.mpf:
            return mp.cos(eta) ** a / (1 - cosine * mp.cos(eta)) ** (a + 1)

        def by_root(x: mp.mpf) -> mp.mpf:
            return mp.sin(x**8) ** a / (1 - cosine * mp.sin(x**8)) ** (a + 1) * 8 * x**7

        whole = mp.quad(by_root, [0, 0.5, (mp.pi / 2) ** 0.125])
        scale = mp.gamma(a + 1) * mp.sqrt(1 - cosine**2) ** (2 * a + 1)
        dual = yang2017.alpha_relu_dual()
        values = {s: point[s.name] for s in dual.free_symbols}
        assert abs(scale * whole / mp.mpf(evaluate(dual, values, 30)) - 1) < 1e-12
        stated = yang2017.angular_integral()
        values = {s: {**point, "eta": Rational(2, 3)}[s.name] for s in stated.free_symbols}
        here = mp.mpf(evaluate(stated, values, 30)) * 2 ** (a + 1)
        assert abs(here / share(mp.mpf(2) / 3) - 1) < 1e-25
