"""Programs compute what their expressions mean, and refuse what they cannot."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp
from sympy import S, Symbol
from sympy.codegen.cfunctions import expm1, fma, hypot, log1p

from symdyn.errors import InputError, UnsupportedError
from symdyn.kernels.backends import arb
from symdyn.kernels.graph import Graph
from symdyn.kernels.program import NotLowerable, build
from symdyn.numerics.balls import enclose

x, y = sp.symbols("x y", real=True)

EXPRESSIONS = (
    sp.sqrt(x + 1) - sp.sqrt(x),
    -x - y,
    -x * y / 3 - 2,
    3 * x / (7 * y),
    x**-3 + x**7 + x ** sp.Rational(5, 2) + x ** sp.Rational(-3, 2),
    x ** sp.Rational(1, 3) + x ** sp.Rational(-4, 3),
    x**y * 2**x,
    x ** sp.Rational(2, 7),
    sp.exp(x) / (1 + sp.exp(x)),
    sp.tanh(x) * sp.sech(y) + sp.coth(x) - sp.csch(y),
    sp.cot(x) + sp.sec(x) + sp.csc(x) + sp.sinc(x),
    sp.acot(x) + sp.asinh(x) + sp.atan2(y, x) + sp.acoth(1 + y),
    sp.asech(x) + sp.acsch(x) + sp.asec(1 + x) + sp.acsc(1 + y),
    sp.erf(x) + sp.erfc(y) + sp.gamma(x) + sp.loggamma(y),
    sp.Abs(x - y) ** 3 + sp.sign(x - y) + sp.Heaviside(x - y),
    sp.Max(x, y, sp.Rational(1, 2)) - sp.Min(x, y),
    sp.floor(8 * x) + sp.ceiling(8 * y) + sp.frac(8 * x) + sp.Mod(8 * x, y),
    sp.Piecewise((x, (x < y) & (x > 0)), (y, x > 3), (x * y, True)),
    sp.Piecewise((1, sp.Eq(x, y)), (sp.sin(x - y) / (x - y), True)),
    sp.Piecewise((x, (x > 2) | ~(y > 1))),
    sp.log(2 + x) * sp.sqrt(2) * sp.EulerGamma / sp.pi,
    sp.Float("0.1") * x + sp.Float("1e-30", 50),
    sp.Derivative(sp.sin(x) ** 2, x),
    sp.factorial(x) + sp.erf2(x, y),
    sp.cbrt(sp.Abs(x - y)),
)


@pytest.mark.parametrize("expr", EXPRESSIONS, ids=str)
def test_a_program_encloses_what_the_expression_is(expr: sp.Expr) -> None:
    program = build(expr, (x, y))
    for point in ((Fraction(1, 3), Fraction(2, 7)), (Fraction(5, 7), Fraction(9, 11))):
        exact = enclose(expr.doit(), dict(zip((x, y), point, strict=True)), 200)
        (found,) = arb.evaluate(program, point, 200)
        assert found.overlaps(exact.real)
        assert found.rad() < 1e-40


def test_codegen_functions_are_operations() -> None:
    program = build(expm1(x) + log1p(y) + hypot(x, y) + fma(x, y, x), (x, y))
    assert {node.op for node in program.nodes} >= {"expm1", "log1p", "hypot", "fma"}


def test_equal_parts_are_computed_once() -> None:
    program = build([sp.sin(x + y), sp.sin(x + y) ** 2, (x + y) * sp.exp(-x - y)], (x, y))
    assert program.count("add") == 1
    assert program.count("sin") == 1


def test_a_function_and_its_derivative_share_work() -> None:
    f = sp.exp(sp.sin(x)) / (1 + x**2)
    together = build([f, f.diff(x)], (x,)).count()
    apart = build(f, (x,)).count() + build(f.diff(x), (x,)).count()
    assert together < apart


def test_a_composition_grows_by_the_size_of_its_parts() -> None:
    layer = build(sp.sin(x) + sp.cos(x) * x, (x,))
    graph = Graph((x,))
    value = 0
    for _ in range(20):
        (value,) = graph.include(layer, [value])
    assert graph.program([value]).count() == 20 * layer.count()


def test_shared_expressions_stay_a_graph() -> None:
    deep = x
    for _ in range(40):  # as a tree 2**40 nodes
        deep = sp.Add(sp.sin(deep), sp.Mul(deep, y, evaluate=False), evaluate=False)
    assert build(deep, (x, y)).count() <= 4 * 40


def test_exponentials_are_not_turned_into_quotients() -> None:
    assert build(sp.exp(-x), (x,)).count("div") == 0


def test_unused_nodes_are_left_out_and_inputs_stay() -> None:
    graph = Graph((x, y))
    graph.add("exp", 1)
    assert [node.op for node in graph.program([0]).pruned().nodes] == ["input", "input"]


@pytest.mark.parametrize(
    ("expr", "part"),
    [
        (1 + sp.besselj(0, x), "besselj(0, x)"),
        (x * sp.Integral(sp.exp(-(y**2)), (y, 0, x)), "Integral(exp(-y**2), (y, 0, x))"),
        (sp.Sum(x**y, (y, 0, sp.oo)), "Sum"),
        (sp.Limit(sp.sin(y) / y, y, x), "Limit"),
        (sp.Function("g")(x) + 1, "g(x)"),
        (sp.I * x, "I"),
        (sp.Matrix([x]), "Matrix"),
    ],
)
def test_what_cannot_be_computed_is_named(expr: sp.Expr, part: str) -> None:
    with pytest.raises(NotLowerable, match="no kernel can compute") as caught:
        build(expr, (x,))
    assert part in str(caught.value)
    assert isinstance(caught.value, UnsupportedError)


def test_a_symbol_that_is_no_argument_is_named() -> None:
    with pytest.raises(InputError, match="y in the expression"):
        build(x + y, (x,))
    with pytest.raises(InputError, match="not distinct"):
        build(x, (x, x))
    with pytest.raises(InputError, match="is a symbol"):
        build(x, (x, x + 1))


def test_unknown_operations_are_refused() -> None:
    with pytest.raises(InputError, match="no operation"):
        Graph((x,)).add("bessel", 0)
    with pytest.raises(InputError, match="takes 2 arguments"):
        Graph((x,)).add("add", 0)


def test_closed_parts_are_one_constant() -> None:
    program = build(x * sp.sqrt(2) * sp.pi / sp.zeta(3), (x,))
    assert program.count() == 1
    assert program.nodes[1].value == sp.sqrt(2) * sp.pi / sp.zeta(3)


def test_a_cube_root_of_a_negative_number_has_no_real_value() -> None:
    (found,) = arb.evaluate(build(Symbol("z") ** (S.One / 3), (Symbol("z"),)), [-8], 100)
    assert not found.is_finite()
