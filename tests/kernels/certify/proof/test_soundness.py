"""What a proof must not take for granted, each with a case in which it would be wrong."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb
from sympy import Rational, S, Symbol, floor

from symdyn.kernels.certify.proof.comparison import ZeroInside, leading
from symdyn.kernels.certify.proof.flow import Flow, Undecided
from symdyn.kernels.certify.proof.models import Model, NotEnclosed, exactness
from symdyn.kernels.certify.proof.pieces import Anchor, Piece
from symdyn.kernels.certify.proof.prove import Proof
from symdyn.kernels.certify.proof.search import EITHER
from symdyn.kernels.graph import Graph, Program
from symdyn.kernels.operations import PAIR
from symdyn.kernels.program import build

x = Symbol("x", real=True)


def test_no_way_between_the_outermost_is_left_out() -> None:
    with pytest.raises(Undecided) as found:
        Flow(build(floor(x), [x]), 1.0, 100.0).output()
    assert len(found.value.ways) > EITHER


def test_a_root_of_a_square_is_no_odd_function() -> None:
    """sqrt(t^2) is |t|, and t for t >= 0 alone."""
    with exactness(100, 20):
        for reach, is_smooth in ((arb(0.5, 0.5), True), (arb(0, 1), False)):
            square = Model.variable(reach, 8) * Model.variable(reach, 8)
            if is_smooth:
                assert square.raised(Fraction(1, 2)).power == 1
                continue
            with pytest.raises(NotEnclosed):
                square.raised(Fraction(1, 2))


def test_pairs_are_not_compared_by_their_heads() -> None:
    graph = Graph((x,))
    wide = graph.add("add", 0, graph.constant(Rational(1, 3)), type=PAIR)
    condition = graph.add("lt", wide, graph.constant(S(5)))
    chosen = graph.add("select", condition, 0, graph.constant(S.One))
    program: Program = graph.program([chosen])
    with pytest.raises(NotEnclosed, match="between pairs"):
        Flow(program, 1.0, 2.0).output()


def test_the_double_at_a_singular_point_stands_alone() -> None:
    with exactness(100, 20):
        point, rest = Piece(0.0, 1.0, Anchor(S.Zero, 1)).apart()
        assert point.is_point
        assert point.low == point.least == 0.0
        assert rest.low == 5e-324
        assert rest.least > 0
        assert Piece(0.5, 1.0, Anchor(Rational(1, 3), 1)).apart() == (
            Piece(0.5, 1.0, Anchor(Rational(1, 3), 1)),
        )


def test_a_small_constant_is_seen_at_a_singular_point_itself() -> None:
    """2^-90 + t is as good as t where t >= 2^-50, and is not at t = 0."""
    with exactness(200, 20):
        model = Model.variable(arb(0.5, 0.5), 8) + arb(2) ** -90
        assert leading(model, arb(2) ** -50)[0] == 1
        with pytest.raises(ZeroInside):
            leading(model, arb(0))


def test_zero_is_never_under_a_mask() -> None:
    def holds(*gap: float) -> bool:
        return Proof(0.5, 1, (1.0, 2.0), 0.0, 0.0, (gap,)).holds(1.0, 300)

    assert holds(5e-324, 1e-300)
    assert holds(1e300, 1e308)
    assert not holds(0.0, 1e-300)
    assert not holds(-1e-300, 1e-300)
    assert not holds(1e-20, 1e-10)
