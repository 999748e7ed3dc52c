"""Typed identities become expressions without eval; what is not mathematics is refused at once."""

from __future__ import annotations

import time

import pytest
from sympy import E, I, Integral, Limit, Lt, Ne, Rational, S, Sum, Symbol, cos, oo, pi, sin

from symdyn.errors import SymdynError
from symdyn.proof.parse import parse_identity

REFUSED = (
    # code
    ("().__class__.__base__ = 1", "double underscore"),
    ("__import__(1) = 1", "double underscore"),
    ("x.real = x", "attributes"),
    ("pi.evalf(3) = 3", "plain names"),
    ("a.b(c) = 1", "plain names"),
    ("lambda: 0 = 1", "lam"),
    ("lambda*x = x*lambda", "lam"),
    ("eval(x) = 1", "unknown function"),
    ("eval('1') = 1", "strings"),
    ('x = "1"', "strings"),
    ("f'{x}' = 1", "strings"),
    ("x[0] = 1", "subscripts"),
    ("[x for x in y] = 1", "subscripts"),
    ("Sum(x for x in y) = 1", "word of Python"),
    ("exp(*x) = 1", "star"),
    ("sin(x, evaluate=1) = 1", "by name"),
    ("x := 3", "="),
    ("(x := 3) = 3", "="),
    ("x if y else z = 1", "word of Python"),
    ("x = 1 # note", "comments"),
    ("x; y = 1", "one identity"),
    ("x\\y = 1", "plain name"),
    ("\0x = 1", "character"),
    # size
    ("9**9**9 = 1", "exponent beyond"),
    ("2**(2**(2**(2**2))) = 1", "exponent beyond"),
    ("(x + 1)**1000000 = 1", "exponent beyond"),
    ("x**(5000*3) = 1", "exponent beyond"),
    ("x**1e5 = 1", "exponent beyond"),
    ("x**gamma(20) = 1", "beyond"),
    ("exp(10**5) = 1", "exponent beyond"),
    ("exp(exp(exp(9))) = 1", "exponent beyond"),
    ("x**x**x**x**x = 1", "tower"),
    ("1e308**10000 = 1", "digits"),
    ("gamma(5000)**5000 = 1", "too long"),
    ("gamma(10**7) = 1", "beyond"),
    ("gamma(10**9 + 1/2) = 1", "beyond"),
    ("factorial(10**7) = 1", "beyond"),
    ("factorial(factorial(8)) = 1", "beyond"),
    ("binomial(10**6, 10**5) = 1", "beyond"),
    ("fibonacci(10**9) = 1", "beyond"),
    ("harmonic(10**9) = 1", "beyond"),
    ("legendre(10**5, x) = 1", "beyond"),
    ("zeta(10**8) = 1", "beyond"),
    ("rf(x, 10**6) = 1", "beyond"),
    ("1e999999999 = 1", "decimal exponent"),
    ("1e-309 = 0", "decimal exponent"),
    ("9" * 1001 + " = 1", "1000 digits"),
    ("0." + "1" * 1000 + " = 1", "1000 digits"),
    ("x" * 9_997 + " = 1", "10001 characters"),
    ("(" * 61 + "x" + ")" * 61 + " = x", "deeper"),
    ("-" * 2000 + "x = 1", "deeper"),
    ("2**" * 200 + "x = 1", "deeper"),
    ("x" + "+x" * 4900 + " = 1", ""),
    # grammar
    ("", "empty"),
    ("   ", "empty"),
    ("x", "no ="),
    ("x = ", "one side"),
    (" = x", "one side"),
    ("x = y = z", "more than one"),
    ("x == y = z", "more than one"),
    ("x < 1", "inequality"),
    ("x <= 1", "inequality"),
    ("x != 1", "inequality"),
    ("x = y < 2", "inequality"),
    ("x y = 1", "cannot be read"),
    ("2x = 1", "2*x"),
    ("x^2 = x*x", "use **"),
    ("x) + (y = 1", "bracket"),
    ("((x) = 1", "bracket"),
    ("(1, 2) = x", "one value"),
    ("True = 1", "not a number"),
    ("1j = I", "not a number"),
    ("0x10 = 16", "not a number"),
    ("1_000 = 1000", "not a number"),
    ("x! = 1", "factorial"),
    ("|x| = x", "Abs"),
    ("7 % 2 = 1", "Mod"),
    ("7 // 2 = 3", "floor"),
    ("\u03c0 = pi", "pi"),
    ("x \u2212 1 = 2", "minus"),
    # names and functions
    ("foo(x) = 1", "unknown function"),
    ("arcsin(x) = asin(x)", "asin"),
    ("sine(x) = sin(x)", "sin"),
    ("sin = cos", "sin(x)"),
    ("besselk(0) = 1", "argument"),
    ("gamma(gamma) = 1", "function and as a symbol"),
    ("oo = oo", "oo stands"),
    ("nan = nan", "finite"),
    ("integrate(x, x) = x**2/2", "integrate(f, (x, a, b))"),
    ("Sum(k, (k, 1, n)) = 1", "n in Integers"),
    ("diff(x**2) = 2*x", "diff(f, x)"),
    ("diff(x, pi) = 1", "fixed meaning"),
    ("limit(x, x) = 1", "limit(f, x, a)"),
    # no value
    ("1/0 = 1", "finite"),
    ("x/0 = 1", "finite"),
    ("1/(2 - 2) = 1", "finite"),
    ("zeta(1) = 1", "finite"),
    ("log(0) = 1", "finite"),
    ("Max(I, x) = 1", "no value"),
)

CONDITIONS_REFUSED = (
    ("a > 0, a < 0", "contradict"),
    ("a > 0, a <= 0", "contradict"),
    ("1 < a < 1", "contradict"),
    ("a > pi, a < 3", "contradict"),
    ("1 + 10**(-40) < a < 1", "contradict"),
    ("a in Integers, 0 < a < 1", "contradict"),
    ("a in Naturals, a < 1", "contradict"),
    ("a**2 < 0", "never"),
    ("2 < 1", "never"),
    ("b > 0", "nowhere"),
    ("a", "comparison"),
    ("a >", "cannot be read"),
    ("a = 1", "write =="),
    ("a in (0, 1)", "0 < x < 1"),
    ("a in Primes", "known"),
    ("a real", "cannot be read"),
    ("a > 0 or a < -1", "Python"),
    ("a in Complexes, a > 0", "order"),
    ("a in Integers, a in Naturals", "smaller set"),
    ("a > b.real", "attributes"),
    ("a > __import__", "double underscore"),
    ("a > 9**9**9", "exponent"),
    ("a < 1e999", "decimal exponent"),
    ("a > 0" + " " * 9_996, "10001 characters"),
)


def _refusal(text: str, where: str = "") -> str:
    start = time.perf_counter()
    with pytest.raises(SymdynError) as caught:
        parse_identity(text, where)
    assert time.perf_counter() - start < 1
    assert caught.value.exit_status == 2
    return str(caught.value)


@pytest.mark.parametrize(("text", "hint"), REFUSED, ids=[text[:30] for text, _ in REFUSED])
def test_text_that_is_no_identity_is_refused_in_one_line_within_a_second(text: str, hint: str):
    message = _refusal(text)
    assert hint in message
    assert "\n" not in message
    assert len(message) < 400


@pytest.mark.parametrize(("where", "hint"), CONDITIONS_REFUSED)
def test_conditions_that_contradict_or_cannot_be_read_are_refused(where: str, hint: str):
    message = _refusal("a = a", where)
    assert hint in message
    assert "\n" not in message


def test_numbers_are_exact():
    assert parse_identity("0.1 = 1e-1").left == Rational(1, 10)
    tiny = parse_identity("1.00000000000000000000000000000000000000001 = 1 + 1e-41")
    assert tiny.left == tiny.right == 1 + Rational(1, 10**41)


def test_long_sums_are_read_although_python_nests_them():
    assert parse_identity("x" + " + x" * 1200 + " = y").left == 1201 * Symbol("x", real=True)


def test_limits_themselves_are_allowed():
    assert parse_identity("2**9999 = 1").left == S(2) ** 9999
    assert parse_identity("9" * 1000 + " = 1").left == 10**1000 - 1
    assert parse_identity("(" * 60 + "x" + ")" * 60 + " = 1").left == Symbol("x", real=True)
    assert parse_identity("1e308 = 10**308").left == 10**308


def test_symbols_are_real_unless_a_condition_says_otherwise():
    identity = parse_identity(
        "a + b + n + m + z + c + x = 0",
        "a > 0, b != 0, n in Integers, m in Naturals, z in Complexes, c <= 0",
    )
    a, b, c, m, n, x, z = sorted(identity.left.free_symbols, key=str)
    assert a.is_positive
    assert b.is_real and b.is_nonzero and b.is_positive is None
    assert c.is_nonpositive
    assert m.is_integer and m.is_positive
    assert n.is_integer and n.is_positive is None
    assert x.is_real and x.is_zero is None
    assert z.is_real is None and z.is_complex
    assert identity.conditions == ()


def test_conditions_beyond_assumptions_are_kept():
    identity = parse_identity("u*s*c = s*u*c", "0 < u < s, 0 <= c < 1, c != 1/2")
    c, s, u = sorted(identity.left.free_symbols, key=str)
    assert u.is_positive and c.is_nonnegative
    assert set(identity.conditions) == {Lt(u, s), Lt(c, 1), Ne(c, Rational(1, 2))}


def test_bound_variable_is_not_the_symbol_outside():
    identity = parse_identity("integrate(cos(x), (x, 0, x)) = sin(x)")
    x = Symbol("x", real=True)
    assert identity.left.free_symbols == {x}
    assert identity.left.subs(x, pi / 2).doit() == 1
    nested = parse_identity("integrate(x*integrate(x, (x, 0, 1)), (x, 0, 1)) = 1/4")
    assert nested.left.doit() == Rational(1, 4)


def test_earlier_ranges_may_depend_on_later_ones():
    identity = parse_identity("integrate(x*y, (x, 0, y), (y, 0, 1)) = 1/8")
    assert identity.left.free_symbols == set()
    assert identity.left.doit() == Rational(1, 8)


def test_integrals_sums_and_limits_stay_definitions():
    text = "integrate(exp(-x**2), (x, -oo, oo)) = Sum(1/k**2, (k, 1, oo)) + limit(1/x, x, 0, -1)"
    identity = parse_identity(text)
    assert isinstance(identity.left, Integral)
    assert identity.right.has(Sum, Limit)
    assert str(identity.right.atoms(Limit).pop().args[3]) == "-"


def test_derivatives_are_taken_and_kept_beside_their_result():
    identity = parse_identity("diff(sin(x)*y, x, 2, y) = -sin(x)")
    assert identity.left == -sin(Symbol("x", real=True))
    (differentiation,) = identity.differentiations
    assert differentiation.typed.doit() == differentiation.result


def test_a_side_as_typed_is_kept_unevaluated():
    identity = parse_identity("sqrt(x**2) + 1 - 1 = Abs(x)")
    x = Symbol("x", real=True)
    assert identity.left == abs(x)
    typed = identity.typed[0]
    assert typed != identity.left
    assert typed.subs(x, -2).doit() == 2


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("E**(I*pi) = x", -1),
        ("-2**2 = x", -4),
        ("2**3**2 = x", 512),
        ("1 - 2 - 3 = x", -4),
        ("12/2/3 = x", 2),
        ("-2**-2 = x", -Rational(1, 4)),
        ("log(8, 2) = x", 3),
        ("root(27, 3) = x", 3),
        ("atan2(0, -1) = x", pi),
        ("Max(1, 2, 3) = x", 3),
        ("ln(E) = x", 1),
        ("Piecewise((1, 2 < 1), (2, True)) = x", 2),
        ("factorial(5)/gamma(5) = x", 5),
        ("exp(1)*I = x", E * I),
        ("cos(0.5*pi/1.5) = x", Rational(1, 2)),
    ],
)
def test_precedence_and_names_are_those_of_sympy(text: str, value: object):
    assert parse_identity(text).left == value


def test_letters_of_functions_may_name_quantities():
    identity = parse_identity("gamma*beta = beta*gamma", "gamma > 0")
    assert {str(symbol) for symbol in identity.left.free_symbols} == {"gamma", "beta"}


def test_infinite_ends_of_conditions_say_nothing():
    assert parse_identity("x = x", "0 < x < oo").conditions == ()
    assert parse_identity("limit(1/x, x, oo) = 0").left.args[2] == oo


def test_cosine_is_the_function():
    assert parse_identity("cos(x) = 1").left == cos(Symbol("x", real=True))
