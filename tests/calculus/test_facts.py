"""Every cited theorem holds in its instance, and nothing is cited that is not stated."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from flint import acb
from sympy import Expr, Rational, S

import symdyn
from symdyn.calculus.facts import FACTS, Fact, fact
from symdyn.numerics.balls import enclose

POINTS = (
    {"c": Rational(3, 7), "k": Rational(-5, 4), "t": Rational(1, 3), "p": Rational(7, 3)}
    | {"q": Rational(4, 5), "x": Rational(-6, 5), "y": Rational(1, 2)},
    {"c": Rational(-8, 9), "k": Rational(2), "t": Rational(-2, 3), "p": Rational(1, 4)}
    | {"q": Rational(9, 2), "x": Rational(2, 5), "y": Rational(-3)},
)
WITH_EXAMPLE = [entry for entry in FACTS if entry.example is not None]
BITS = 160


def gap(left: Expr, right: Expr, values: dict[str, Rational]) -> acb:
    """A ball that holds the difference of two sides."""
    difference = left - right
    point = {symbol: values[symbol.name] for symbol in difference.free_symbols}
    return enclose(difference, point, BITS)


@pytest.mark.parametrize("entry", WITH_EXAMPLE, ids=lambda entry: entry.name)
@pytest.mark.parametrize("values", POINTS, ids=["first", "second"])
def test_instance_of_a_fact_holds(entry: Fact, values: dict[str, Rational]) -> None:
    left, right, _ = entry.example or (S.Zero, S.One, ())
    ball = gap(left, right, values)
    assert ball.contains(0)
    assert abs(ball).upper() < 1e-25


def test_a_wrong_instance_is_noticed() -> None:
    left, right, _ = fact("half-line moment").example or (S.Zero, S.Zero, ())
    assert not gap(left, 2 * right, POINTS[0]).contains(0)


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
