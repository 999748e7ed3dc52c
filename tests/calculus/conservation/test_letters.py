"""Expressions in letters have the values of the expressions; roots are reduced."""

from __future__ import annotations

import pytest
from sympy import (
    Abs,
    E,
    Function,
    Heaviside,
    I,
    Max,
    Min,
    Rational,
    Symbol,
    cos,
    cosh,
    erf,
    exp,
    log,
    oo,
    pi,
    sech,
    sign,
    sin,
    sqrt,
    symbols,
    tan,
    tanh,
)

from symdyn.calculus.conservation.letters import Alphabet, standard
from symdyn.calculus.conservation.velocities import cleared_field, polynomial_fields
from symdyn.errors import InputError, UnsupportedError

x, y, k = symbols("x y k", positive=True)
POINT = {x: Rational(3, 7), y: Rational(5, 4), k: Rational(2, 9)}
EXPRESSIONS = (
    x**2 * y - k / (x + y),
    sqrt(x) + x ** Rational(-3, 4),
    exp(2 * x - y / 3) / (1 + exp(k * x)),
    tanh(x) * cosh(2 * x) + sech(y),
    sin(x + 2 * y) * cos(x) + tan(k * x),
    x**k + x ** (2 * k + 1) + 2**x,
    log(1 + x) * erf(x * y) + pi * E**2 * sqrt(2) * I,
    Max(x, y) * Min(x, k) + Abs(x - y) - sign(y - x) * Heaviside(x - y),
    (x**2 + sqrt(x + sqrt(y))) ** Rational(3, 2),
    0.25 * x,
)


@pytest.mark.parametrize("expr", EXPRESSIONS, ids=str)
def test_a_fraction_has_the_value_of_its_expression(expr):
    alphabet = Alphabet((x, y), [expr])
    fraction = alphabet.fraction(expr)
    value = written(fraction.numerator, alphabet) / written(fraction.denominator, alphabet)
    assert abs((value - expr).subs(POINT).evalf(30)) < 1e-25


def written(polynomial, alphabet):
    total = 0
    for powers, c in polynomial.to_dict().items():
        term = Rational(int(c.p), int(c.q))
        for letter, power in zip(alphabet.letters, powers, strict=True):
            term *= letter**power
        total += term
    return total


def test_letters_are_shared_by_multiples_of_an_exponent():
    alphabet = Alphabet((x,), [exp(2 * x), exp(-x / 3), exp(x + k)])
    assert alphabet.functions == (exp(x / 3),) and alphabet.constants == (exp(k),)


def test_equations_of_circles_and_roots_are_used():
    field = cleared_field((sin(x) ** 2 + cos(x) ** 2 - 1, sqrt(x) ** 3 - x * sqrt(x)), (x, y))
    assert all(part.is_zero() for part in field.components)


def test_common_factors_of_velocities_do_not_matter():
    plain = polynomial_fields(cleared_field((y, -x), (x, y)))
    for factor in (3, x - k, 1 / (x + y), exp(x), sqrt(x + y)):
        fields = polynomial_fields(cleared_field((y * factor, -x * factor), (x, y)))
        assert [list(map(fields.expression, f)) for f in fields.fields] == [
            list(map(plain.expression, f)) for f in plain.fields
        ]


def test_pieces_are_written_by_signs():
    u = Symbol("u", real=True)
    for expr in (Max(0, u), Min(u, 1), Abs(u - 2), Heaviside(u), sign(1 - u)):
        for value in (-3, -Rational(1, 2), Rational(1, 2), 3):
            assert standard(expr).subs(u, value) == expr.subs(u, value)


def test_derivatives_of_any_function_are_letters():
    f = Function("f")
    alphabet = Alphabet((x, y), [f(x * y).diff(x), f(x)])
    assert len(alphabet.functions) == 2


@pytest.mark.parametrize("expr", [oo, -oo, Symbol("A", commutative=False)], ids=str)
def test_what_is_no_finite_number_is_refused(expr):
    with pytest.raises(InputError, match="no finite commutative expression"):
        Alphabet((x,), [expr])


def test_large_powers_are_refused():
    with pytest.raises(UnsupportedError, match="too large"):
        Alphabet((x,), [(x + y) ** 1000]).fraction((x + y) ** 1000)
