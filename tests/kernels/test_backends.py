"""Every operation means the same in every back end."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp
from flint import arb as Ball
from flint import ctx
from sympy import Rational, Symbol

from symdyn.errors import UnsupportedError
from symdyn.kernels.arithmetic.constants import nearest, words
from symdyn.kernels.arithmetic.definitions import has_pairs
from symdyn.kernels.backends import arb, formula, latex
from symdyn.kernels.backends import mpmath as decimal
from symdyn.kernels.backends import numba as code
from symdyn.kernels.emission import Plan, module_text
from symdyn.kernels.graph import Graph, Program
from symdyn.kernels.loading import load
from symdyn.kernels.operations import BOOL, F64, I64, OPERATIONS, PAIR
from symdyn.kernels.program import build
from symdyn.kernels.ranges import Range
from symdyn.numerics.balls import enclose

x, y, z = sp.symbols("x y z", real=True)
POINTS = ((0.75, 0.3125, 0.5), (0.1, 0.7, -0.2), (0.6, 0.6, 3.0), (1.5, -2.25, 0.125))


@pytest.fixture(autouse=True)
def enough_bits() -> Iterator[None]:
    """Comparisons of balls round too."""
    with ctx.workprec(300):
        yield


COMPUTED = [op for op in OPERATIONS if op.name not in ("input", "const")]


def single(op: str) -> Program:
    """The program of one operation, as a number where it is a condition or an integer."""
    graph = Graph((x, y, z))
    kinds = {"and": (2, 2), "or": (2, 2), "not": (2,), "select": (2, 0, 1), "ldexp": (0, 1)}
    places = kinds.get(op)
    if op == "entry":
        constants = [sp.Rational(1, k) for k in range(1, 8)]
        few, many = (
            graph.add(op, 0, value=sp.Tuple(*constants[:n]), type=t)
            for n, t in ((2, F64), (7, PAIR))
        )
        return graph.program([graph.add("add", few, many)])
    arity = next(o.arity for o in OPERATIONS if o.name == op)
    if places is None:
        value = graph.add(op, *range(arity))
    else:
        tests = {2: graph.add("lt", 0, 2)}
        whole = graph.add("exponent", 1) if op == "ldexp" else 1
        value = graph.add(op, *(tests.get(p, whole if p == 1 else p) for p in places))
    kind = graph.nodes[value].type
    if kind == BOOL:
        one, zero = graph.constant(sp.S.One), graph.constant(sp.S.Zero)
        value = graph.add("select", value, one, zero)
    if kind == I64:
        value = graph.add("ldexp", graph.constant(sp.S.One), value)
    return graph.program([value])


@pytest.fixture(scope="module")
def compiled() -> dict[str, list[float]]:
    """Every operation in one module."""
    graph = Graph((x, y, z))
    outputs = [graph.include(single(op.name), (0, 1, 2))[0] for op in COMPUTED]
    module = load(module_text(Plan(graph.program(outputs), (Range(), Range(), Range()))))
    found = module.kernel(*np.array(POINTS).T)
    return {op.name: list(values) for op, values in zip(COMPUTED, found, strict=True)}


@pytest.mark.parametrize("op", [op.name for op in COMPUTED])
def test_all_back_ends_give_the_same_value(op: str, compiled: dict[str, list[float]]) -> None:
    program = single(op)
    seen = 0
    for point, double in zip(POINTS, compiled[op], strict=True):
        (ball,), (number,) = arb.evaluate(program, point, 200), decimal.evaluate(program, point, 50)
        if not ball.is_finite():
            assert not mpmath.isfinite(number)
            assert not math.isfinite(double)
            continue
        seen += 1
        exact = float(ball.mid())
        assert abs(ball - Ball(mpmath.nstr(number, 55))) < 1e-40 * max(1, abs(exact))
        assert abs(double - exact) <= 4 * math.ulp(exact)
    assert seen


@pytest.mark.parametrize("op", [op.name for op in COMPUTED if op.name != "low"])
def test_expressions_have_the_value_of_the_program(op: str) -> None:
    program = single(op)
    (expr,) = formula.expressions(program)
    for point in POINTS:
        exact = [Rational(v) for v in point]
        (ball,) = arb.evaluate(program, exact, 150)
        values = dict(zip((x, y, z), exact, strict=True))
        plain = expr.replace(lambda e: hasattr(e, "_imp_"), lambda e: e)
        rewritten = plain.rewrite(sp.log).doit() if op in ("expm1", "log1p") else plain
        rewritten = rewritten.expand(func=True) if op in ("fma", "hypot") else rewritten
        if ball.is_finite():
            found = sp.N(rewritten.subs(values), 40)
            assert abs(ball - Ball(str(found))) < 1e-30


def test_types_do_not_change_what_a_program_means() -> None:
    program = build(sp.exp(x) - 1, (x,))
    paired = program.retyped({k: "pair" for k, n in enumerate(program.nodes) if n.op != "input"})
    assert arb.evaluate(program, [0.5], 100)[0].overlaps(arb.evaluate(paired, [0.5], 100)[0])


def test_an_undecided_condition_gives_the_hull_of_both_branches() -> None:
    program = build(sp.Piecewise((1, x < 0), (3, True)), (x,))

    (ball,) = arb.evaluate(program, [Ball(0, 1)], 100)
    assert ball.contains(1)
    assert ball.contains(3)
    assert not ball.contains(0.5)


def test_pairs_carry_what_doubles_lose() -> None:
    program = _lossy()
    paired = program.retyped({k: "pair" for k, n in enumerate(program.nodes) if n.args})
    plain, wide = (load(module_text(Plan(p, (Range(),)))).kernel(1e-20) for p in (program, paired))
    assert plain == 0.0
    assert wide == 1e-20


def _lossy() -> Program:
    graph = Graph((x,))
    one = graph.constant(sp.S.One)
    return graph.program([graph.add("sub", graph.add("add", 0, one), one)])


def test_a_pair_of_a_function_without_pairs_is_refused() -> None:
    program = build(sp.gamma(x), (x,))
    assert not has_pairs("gamma")
    with pytest.raises(UnsupportedError, match="pair_gamma"):
        code.printed(program.retyped({1: "pair"}))


def test_names_of_a_user_never_become_code() -> None:
    evil = Symbol("__import__('os').abort()")
    text = module_text(Plan(build(evil + 1, (evil,)), (Range(),)), [f'"""\n{evil}\n\\'])
    tree = ast.parse(text)
    assert "abort" not in "".join(ast.unparse(node) for node in tree.body[1:])
    assert load(text).kernel(1.0) == 2.0


def test_shared_values_are_named_once_in_latex() -> None:
    text = latex.text(build([sp.exp(x) + 1, sp.exp(x) * y], (x, y)), ("f", "g"))
    assert text.count("e^{x}") == 1
    assert text.count("t_{1}") == 3


@pytest.mark.parametrize(
    "constant", [sp.pi, sp.E, sp.sqrt(2), sp.Rational(1, 3), sp.zeta(3), -sp.log(2) * 10**300]
)
def test_constants_are_correctly_rounded(constant: sp.Expr) -> None:
    high, low = words(constant, 2)
    ball = enclose(constant, {}, 400).real
    assert abs(ball - high) <= math.ulp(high) / 2
    assert abs(ball - high - low) <= math.ulp(low) / 2
    assert high == float(sp.N(constant, 60))


def test_rounding_overflows_to_infinity() -> None:

    assert nearest(Fraction(-(10**400))) == -math.inf


def test_a_complex_constant_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="real"):
        words(sp.I, 1)
