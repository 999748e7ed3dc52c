"""Exact solutions of deep linear networks: what their file claims, against plain numbers."""

from __future__ import annotations

import mpmath
import pytest
from sympy import Rational, S, Symbol, sympify

from symdyn.library import saxe2013
from symdyn.numerics.precision import evaluate


def value(expr: object, **at: object) -> mpmath.mpf:
    """The value of an expression at numbers given by the names of its symbols."""
    known = sympify(expr)
    point = {symbol: sympify(at[symbol.name]) for symbol in known.free_symbols}
    with mpmath.workdps(30):
        return mpmath.mpf(str(known.subs(point).evalf(30)))


def steps(a: float, b: float, s: float, t: float) -> tuple[mpmath.mpf, mpmath.mpf]:
    """The weights of one mode after time t, by mpmath's Taylor steps."""

    def flow(_: object, y: list[mpmath.mpf]) -> list[mpmath.mpf]:
        return [y[1] * (s - y[0] * y[1]), y[0] * (s - y[0] * y[1])]

    return tuple(mpmath.odefun(flow, 0, [mpmath.mpf(a), mpmath.mpf(b)])(t))


@pytest.mark.parametrize(
    ("a0", "b0", "s"),
    [("1/2", "1/4", "1"), ("-1/2", "1/4", "1"), ("1/4", "-3/4", "-1/2"), ("1/2", "1/2", "0")],
)
def test_every_start_of_a_mode_is_followed(a0: str, b0: str, s: str) -> None:
    result = saxe2013.mode()
    at = {"a0": a0, "b0": b0, "s": s, "tau": 1, "t": "3/2"}
    a, b = steps(*(float(Rational(x)) for x in (a0, b0, s)), 1.5)
    strength = float(Rational(s))
    for expr, exact in zip(result, (a, b, a * b, strength - a * b), strict=True):
        assert abs(value(expr, **at) - exact) < 1e-12


@pytest.mark.parametrize(
    ("u0", "u_f", "s", "c0"),
    [
        ("1/10", "3/4", "1", "1/3"),
        ("-2/5", "4/5", "1", "-1/3"),
        ("2", "5/4", "1", "1"),
        ("-2/5", "-1/10", "1", "0"),
    ],
)
def test_the_time_of_a_mode_is_the_integral_of_its_slowness(
    u0: str, u_f: str, s: str, c0: str
) -> None:
    time = value(saxe2013.mode_time(), u0=u0, u_f=u_f, s=s, c0=c0, tau=1)
    start, end, strength, gap = (float(Rational(x)) for x in (u0, u_f, s, c0))
    slowness = lambda u: 1 / ((strength - u) * mpmath.sqrt(gap**2 + 4 * u * u))  # noqa: E731
    places = [start, 0, end] if start * end < 0 else [start, end]
    assert abs(time - mpmath.quad(slowness, places)) < 1e-12
    back = value(saxe2013.mode_time(), u0=u_f, u_f=u0, s=s, c0=c0, tau=1)
    assert abs(time + back) < 1e-12


def test_what_is_never_reached_takes_for_ever() -> None:
    time = saxe2013.learning_time()
    for u0, u_f in ((1, 3), (3, 1), (1, 2)):
        at = {"u0": u0, "u_f": u_f, "s": 2, "tau": 1}
        assert time.subs({x: at[x.name] for x in time.free_symbols}) == S.Infinity
    crossing = saxe2013.mode_time()
    at = {"u0": "-1/2", "u_f": "1/2", "s": 1, "c0": 0, "tau": 1}
    assert crossing.subs({x: sympify(at[x.name]) for x in crossing.free_symbols}) == S.Infinity


@pytest.mark.parametrize("n", [1, 3, 4])
def test_deep_times_are_integrals_of_the_slowness(n: int) -> None:
    passed = saxe2013.elementary_deep_time(n=n)
    u = next(x for x in passed.free_symbols if x.name == "u")
    gone = passed.subs(u, Rational(3, 4)) - passed.subs(u, Rational(1, 8))
    exact = mpmath.quad(lambda x: x ** (mpmath.mpf(2) / n - 2) / (n * (1 - x)), [0.125, 0.75])
    assert abs(value(gone, s=1, tau=1) - exact) < 1e-12


def test_infinite_depth_goes_from_its_start_to_the_strength() -> None:
    curve = saxe2013.infinite_depth_curve()
    for u0, s in (("1/10", "1"), ("3", "2")):
        start, strength = Rational(u0), Rational(s)
        later = evaluate(curve, {saxe2013.T: 2, saxe2013.u0: start, saxe2013.s: strength}, 30)
        slowness = lambda u, s=float(strength): 1 / (u * u * (s - u))  # noqa: E731
        assert abs(mpmath.quad(slowness, [float(start), later]) - 2) < 1e-11


def test_symbols_of_the_paper_are_told_apart_by_their_signs() -> None:
    assert Symbol("s", real=True) == saxe2013.strength != saxe2013.s
