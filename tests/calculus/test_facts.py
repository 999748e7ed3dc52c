"""Every cited theorem holds in its instance, and nothing is cited that is not stated."""

from __future__ import annotations

import ast
from pathlib import Path

import mpmath as mp
import pytest
from sympy import Add, Derivative, Expr, Integral, Rational, diff, lambdify

import symdyn
from symdyn.calculus.facts import FACTS, Fact, fact

POINTS = (
    {"c": Rational(3, 7), "k": Rational(-5, 4), "t": Rational(1, 3), "p": Rational(7, 3)}
    | {"q": Rational(4, 5), "x": Rational(-6, 5), "y": Rational(1, 2)},
    {"c": Rational(-8, 9), "k": Rational(2), "t": Rational(-2, 3), "p": Rational(1, 4)}
    | {"q": Rational(9, 2), "x": Rational(2, 5), "y": Rational(-3)},
)
_NAMES = [{"Heaviside": lambda x, _=0: mp.mpf(x > 0), "Max": max}, "mpmath"]
WITH_EXAMPLE = [entry for entry in FACTS if entry.example is not None]


def value(side: Expr, point: dict[str, Rational]) -> mp.mpf:
    """A side at a point; integrals by quadrature, split at 0."""
    at = {symbol: point[symbol.name] for symbol in side.free_symbols}
    total = mp.mpf(0)
    for term in Add.make_args(side.replace(Derivative, diff).subs(at)):
        integrals = term.atoms(Integral)
        factor = term.subs(dict.fromkeys(integrals, 1))
        product = lambdify((), factor, modules=_NAMES)()
        for integral in integrals:
            product *= _quadrature(integral)
        total += product
    return total


def _quadrature(integral: Integral) -> mp.mpf:
    ((x, start, end),) = integral.limits
    f = lambdify(x, integral.function, modules=_NAMES)
    low, high = (mp.mpf(str(edge.evalf(30)).replace("oo", "inf")) for edge in (start, end))
    inside = [edge for edge in (-20, -5, 0, 5, 20) if low < edge < high]
    return mp.quad(f, [low, *inside, high])


@pytest.mark.parametrize("entry", WITH_EXAMPLE, ids=lambda entry: entry.name)
@pytest.mark.parametrize("point", POINTS, ids=["first", "second"])
def test_instance_of_a_fact_holds(entry: Fact, point: dict[str, Rational]) -> None:
    assert entry.example is not None
    left, right, _ = entry.example
    with mp.workdps(25):
        gap = abs(value(left, point) - value(right, point))
        assert gap < mp.mpf(10) ** -15 * max(1, abs(value(right, point)))


def test_a_wrong_instance_is_noticed() -> None:
    left, right, _ = fact("half-line moment").example or (0, 0, ())
    assert abs(value(left, POINTS[0]) - value(2 * right, POINTS[0])) > 0.1


def test_names_are_different_and_every_fact_says_where_it_is_found() -> None:
    assert len({entry.name for entry in FACTS}) == len(FACTS)
    assert all(entry.statement and entry.source and entry.conditions for entry in FACTS)


def test_whatever_is_cited_is_stated() -> None:
    root = Path(symdyn.__file__).parent
    cited = {name for file in root.rglob("*.py") for name in _citations(file)}
    assert "Price" in cited
    assert cited <= {entry.name for entry in FACTS}


def _citations(file: Path) -> list[str]:
    calls = (n for n in ast.walk(ast.parse(file.read_text())) if isinstance(n, ast.Call))
    return [
        str(call.args[0].value)
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id == "cite"
        and isinstance(call.args[0], ast.Constant)
    ]
