"""A proof holds for every double: it is above what is measured, and faults make it fail.

Faulty programs differ from a good one in one constant. That they are wrong is seen by evaluating
them in exact arithmetic, without anything that the proof uses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sympy as sp
from flint import arb
from sympy import Expr, S, Symbol, acosh, cos, exp, log, sqrt

from symdyn.kernels.approximate.tables import tables
from symdyn.kernels.backends.arb import evaluate
from symdyn.kernels.certify.proof.comparison import Comparison
from symdyn.kernels.certify.proof.models import NotEnclosed, exactness
from symdyn.kernels.certify.proof.pieces import Anchor, Piece
from symdyn.kernels.certify.proof.prove import prove
from symdyn.kernels.graph import Node, Program
from symdyn.kernels.kernel import kernel
from symdyn.kernels.limits import Limit, with_limits
from symdyn.kernels.program import build
from symdyn.kernels.ranges import Range
from symdyn.kernels.reparametrise.exact_function import ExactFunction

x = Symbol("x", real=True)
TARGET = 1.0
RELATIVE = (exp(x) - 1) / x
UNIT_RANGE = Range(-S.One, S.One)


def good(expr: Expr, part: Range) -> Program:
    """The first table that is proved."""
    for table in tables(expr, x, part, TARGET):
        if prove(table.program, expr, part, target=TARGET, is_trial=True).holds(TARGET):
            return table.program
    raise AssertionError(f"no table of {expr} is proved")


def changed(program: Program, k: int, node: Node) -> Program:
    return replace(program, nodes=(*program.nodes[:k], node, *program.nodes[k + 1 :]))


def faults(program: Program, shares: tuple[int, ...]) -> Iterator[Program]:
    """Programs with one constant that is off by a share, and with one that is dropped."""
    for k, node in enumerate(program.nodes):
        if node.op == "const" and node.value not in (0, 1, -1):
            for factor in (0, *(1 + sp.Rational(1, 2**share) for share in shares)):
                yield changed(program, k, replace(node, value=node.value * factor))
        if node.op == "entry":
            values = node.value.args
            for j, value in enumerate(values):
                for factor in (0, *(1 + sp.Rational(1, 2**share) for share in shares)):
                    other = sp.Tuple(*values[:j], value * factor, *values[j + 1 :])
                    yield changed(program, k, replace(node, value=other))


def is_wrong(program: Program, expr: Expr, places: list[float]) -> bool:
    """Whether a program is off by more than two units somewhere, in exact arithmetic."""
    function = ExactFunction(expr, x)
    for place in places:
        truth = function(lambda at=place: arb(at), 128)
        found = evaluate(program, [place], 256)[0]
        if not abs(arb(found.real if hasattr(found, "real") else found) / truth - 1) < 2.0**-51:
            return True
    return False


def test_faults_that_exceed_the_target_are_never_proved() -> None:
    program = good(RELATIVE, UNIT_RANGE)
    places = [k / 32 + 1 / 100 for k in range(-32, 32)] + [-1.0, 1.0]
    wrong = [f for f in faults(program, (8, 20, 30, 40)) if is_wrong(f, RELATIVE, places)]
    assert len(wrong) >= 50
    for fault in wrong:
        found = prove(fault, RELATIVE, UNIT_RANGE, target=TARGET, is_trial=True)
        assert not found.holds(TARGET), found


@pytest.mark.parametrize(
    ("expr", "part"),
    [
        (RELATIVE, UNIT_RANGE),
        ((1 - cos(x)) / x**2, Range(S.Zero, S(3))),
        (acosh(x), Range(S.One, S(3))),
        (x / (exp(x) - 1), UNIT_RANGE),
    ],
    ids=str,
)
def test_tables_of_functions_of_no_file_are_proved(expr: Expr, part: Range) -> None:
    found = prove(good(expr, part), expr, part, target=TARGET)
    assert found.is_whole
    assert found.ulps <= TARGET


def test_a_wrong_power_at_a_singular_point_is_not_proved() -> None:
    part = Range(S.One, S(3))
    assert not prove(good(acosh(x), part), acosh(x) * sqrt(x - 1), part, is_trial=True).holds(
        TARGET
    )


def test_arccos_kernels_are_proved_on_the_whole_of_their_domain() -> None:
    made = kernel("cho2009::arccos", degree=1, target=1)
    assert made.proof is not None
    assert made.proof.is_whole
    assert made.proof.ulps <= TARGET
    assert made.certificate.error <= made.proof.ulps


def test_infinity_is_proved_where_a_function_has_a_pole_and_nowhere_else() -> None:
    pole = 1 / sqrt(1 - x)

    def returned(value: Expr, at: Expr, expr: Expr = pole) -> float:
        """The bound at one double, where a program of 1/sqrt(1 - x) returns a value of its own."""
        whole = with_limits(build(pole, [x]), [Limit(0, x, at, value)])
        with exactness(320, 80):
            point = Piece(float(at), float(at), Anchor(at, 1 if at == 0 else -1, root=2))
            return Comparison(whole, expr, x).bound(point, {}).ulps

    assert returned(S.Infinity, S.One) == 0
    with pytest.raises(NotEnclosed, match="another limit"):
        returned(S.NegativeInfinity, S.One)
    with pytest.raises(NotEnclosed, match="another limit"):
        returned(S.Infinity, S.Zero)
    with pytest.raises(NotEnclosed, match="another limit"):
        returned(S.Infinity, S.One, sqrt(1 - x) + 2)


def test_what_has_no_known_bound_is_not_proved() -> None:
    found = prove(build(log(x), [x]), log(x), Range(S.One, S(2)))
    assert not found.holds(2.0)
    assert "log" in found.reason


def test_cancellation_is_seen() -> None:
    difference = sqrt(x + 1) - sqrt(x)
    part = Range(S(100), S(1000))
    naive = prove(build(difference, [x]), difference, part, target=6, is_trial=True)
    stable = prove(build(1 / (sqrt(x + 1) + sqrt(x)), [x]), difference, part, target=6)
    assert not naive.holds(6.0)
    assert stable.holds(6.0)
