"""Forms of an invariant that keep their digits where the angle nears 0 or pi.

Two forms are written, one in x = theta for theta <= pi/2, one in x = pi - theta beyond. Each is

    sum of (product of lengths and other symbols) * f(x)

where f gets its Taylor series below x = 1/16 if its terms cancel there. Near 0, what vanishes for
equal lengths is written with their difference; exponentials are written with their decaying power
E and with 1 - E; pi/2 + atan(p/q) becomes the angle of (-p, q), which stays exact for large p/q.
What stands under a root gets a form of its own.

A value that a form lacks at x = 0 is its limit. Singularities between 0 and pi are not treated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from math import factorial

from sympy import (
    Add,
    Dummy,
    Expr,
    Integer,
    Mul,
    Piecewise,
    Poly,
    Rational,
    S,
    Symbol,
    atan,
    atan2,
    cancel,
    cos,
    cot,
    exp,
    expand,
    fraction,
    gcd,
    horner,
    limit,
    pi,
    sin,
)
from sympy.codegen.cfunctions import expm1

SERIES_BELOW = Rational(1, 16)
SERIES_TERMS = 18  # (1/16)^18/18! is below 2^-120


@dataclass(frozen=True)
class Ends:
    """What a form may use: the angle, the lengths of both vectors, x and the difference of lengths.

    `gap` stands for |u| - |v| in the form near 0.
    """

    angle: Symbol
    lengths: tuple[Symbol, Symbol]
    x: Symbol
    gap: Symbol

    def near(self, entry: Expr) -> Expr:
        """The form for angles up to pi/2."""
        return self._rooted(entry.xreplace({self.angle: self.x}), self._with_gap)

    def far(self, entry: Expr) -> Expr:
        """The form for angles from pi/2 on, in the distance x from pi."""
        return self._rooted(entry.subs(self.angle, pi - self.x), lambda e: e)

    def _rooted(self, entry: Expr, written: Callable[[Expr], Expr]) -> Expr:
        """The form of an entry whose roots have forms of their own."""
        bases: dict[Symbol, Expr] = {}

        def shield(root: Expr) -> Expr:
            symbol = Dummy("root", positive=True)
            bases[symbol] = self._rooted(root.base, written) ** root.exp
            return symbol

        value = self._form(written(entry.replace(self._is_root, shield)))
        return value.xreplace(bases)

    def _is_root(self, expr: Expr) -> bool:
        bent = expr.is_Pow and expr.exp.is_Rational and not expr.exp.is_Integer
        return bent and expr.base.has(self.x)

    def _with_gap(self, entry: Expr) -> Expr:
        """The difference of the lengths in place of the first one, if a form vanishes with it."""
        u, v = self.lengths
        if not {u, v} <= entry.free_symbols or entry.has(atan):
            return entry
        level = entry.subs(self.x, 0).subs(u, v)
        return entry.subs(u, v + self.gap) if expand(level) == 0 else entry

    def _form(self, entry: Expr) -> Expr:
        shielded = _shielded(entry)
        value = self._arranged(shielded.entry, shielded)
        at_zero = self._at_zero(entry, value)
        return value if at_zero is None else Piecewise((at_zero, self.x <= 0), (value, True))

    def _arranged(self, entry: Expr, shielded: Shielded) -> Expr:
        """The sum of products, with arcs and exponentials put back."""
        value = self._separated(entry, shielded)
        arcs = {
            symbol: atan2(*(self._arranged(part, shielded) for part in sides))
            for symbol, sides in shielded.arcs.items()
            if symbol in value.free_symbols
        }
        return value.xreplace(arcs)

    def _separated(self, entry: Expr, shielded: Shielded) -> Expr:
        numerator, denominator = fraction(cancel(entry))
        outer, inner = denominator.as_independent(self.x, as_Add=False)
        parts: dict[Expr, Expr] = {}
        for term in Add.make_args(_decayed(expand(numerator), shielded)):
            level, bent = term.as_independent(self.x, as_Add=False)
            number, product = _number_and_symbols(level)
            parts[product] = parts.get(product, S.Zero) + number * bent
        number, product = _number_and_symbols(outer)
        total = Add(
            *(
                symbols / product * angular(_plain(f / number, inner), self.x)
                for symbols, f in parts.items()
            )
        )
        return total.xreplace(shielded.exponentials)

    def _at_zero(self, entry: Expr, value: Expr) -> Expr | None:
        """The limit at x = 0, where the form has no value there."""
        if not value.subs(self.x, 0).has(S.NaN, S.ComplexInfinity, S.Infinity):
            return None
        return limit(entry, self.x, 0, "+")


@dataclass(frozen=True)
class Shielded:
    """An expression in which arcs and exponentials are symbols, and what these stand for."""

    entry: Expr
    arcs: Mapping[Symbol, tuple[Expr, Expr]]
    exponentials: Mapping[Symbol, Expr]
    decays: tuple[tuple[Symbol, Symbol], ...]


def _shielded(entry: Expr) -> Shielded:
    entry, exponentials, decays = _decaying(entry.replace(cot, lambda a: cos(a) / sin(a)))
    arcs: dict[Symbol, tuple[Expr, Expr]] = {}
    for arc in sorted(entry.atoms(atan), key=str):
        p, q = fraction(cancel(arc.args[0]))
        symbol = Dummy("arc", positive=True)
        behind, ahead = (
            expand(cancel(entry.xreplace({arc: value})))
            for value in (pi / 2 - symbol, symbol - pi / 2)
        )
        if len(Add.make_args(fraction(cancel(ahead))[0])) <= len(
            Add.make_args(fraction(cancel(behind))[0])
        ):
            entry, arcs[symbol] = ahead, (q, -p)
        else:
            entry, arcs[symbol] = behind, (q, p)
    return Shielded(entry, arcs, exponentials, decays)


def _decaying(entry: Expr) -> tuple[Expr, dict[Symbol, Expr], tuple[tuple[Symbol, Symbol], ...]]:
    """Exponentials of a nonnegative symbol as powers of one decaying exponential."""
    values: dict[Symbol, Expr] = {}
    decays: list[tuple[Symbol, Symbol]] = []
    for symbol in sorted((s for s in entry.free_symbols if s.is_nonnegative), key=str):
        rates = {
            call.args[0].coeff(symbol)
            for call in entry.atoms(exp)
            if call.args[0].is_polynomial(symbol)
            and call.args[0] == symbol * call.args[0].coeff(symbol)
        }
        if not rates or not all(rate.is_Rational for rate in rates):
            continue
        rate = reduce(gcd, rates)
        power, rest = Dummy("E", positive=True), Dummy("E1", positive=True)
        entry = entry.xreplace({exp(k * symbol): power ** (-k / abs(rate)) for k in rates})
        values[power], values[rest] = exp(-abs(rate) * symbol), -expm1(-abs(rate) * symbol)
        decays.append((power, rest))
    return entry, values, tuple(decays)


def _decayed(numerator: Expr, shielded: Shielded) -> Expr:
    """c0 + c1 E as c0 (1 - E) + (c0 + c1) E where that is shorter."""
    for power, rest in shielded.decays:
        form = Poly(numerator, power) if numerator.has(power) else None
        if form is None or form.degree() != 1:
            continue
        slope, level = form.all_coeffs()
        joint = expand(slope + level)
        if _size(joint) <= _size(slope):
            numerator = expand(level * rest + joint * power)
    return numerator


def _size(sum_: Expr) -> int:
    return 0 if sum_ == 0 else len(Add.make_args(sum_))


def _number_and_symbols(product: Expr) -> tuple[Expr, Expr]:
    factors = Mul.make_args(product)
    numbers = [f for f in factors if not f.free_symbols]
    return Mul(*numbers), Mul(*(f for f in factors if f.free_symbols))


def _plain(numerator: Expr, denominator: Expr) -> Expr:
    """A quotient in lowest terms, over one power where that is possible."""
    quotient = cancel(numerator / denominator)
    return quotient if isinstance(fraction(quotient)[1], Add) else expand(quotient)


def angular(f: Expr, x: Symbol) -> Expr:
    """A function of x alone, with its series below 1/16 if its terms cancel at 0.

    >>> x = Symbol("x")
    >>> angular(sin(x), x)
    sin(x)
    >>> angular(sin(x) - x*cos(x), x).args[0][0].subs(x, 0.01) * 3e6
    0.999990000035714
    """
    if f.free_symbols != {x}:
        return f
    found = [_taylor(term, x) for term in Add.make_args(expand(f))]
    terms = [term for term in found if term is not None]
    if len(terms) < len(found):
        return f
    lowest = min(min(term) for term in terms if term)
    total: dict[int, Expr] = {}
    for term in terms:
        for power, coefficient in term.items():
            total[power] = expand(total.get(power, S.Zero) + coefficient)
    kept = {power: c for power, c in total.items() if c != 0}
    first = min(kept, default=lowest)
    if first == lowest:
        return f
    series = Add(*(c * x ** (k - first) for k, c in kept.items() if k - first < SERIES_TERMS))
    return Piecewise((x**first * horner(series, x), x < SERIES_BELOW), (f, True))


def _taylor(term: Expr, x: Symbol) -> dict[int, Expr] | None:
    """Coefficients of a product of powers of x, sin(x) and cos(x), up to a fixed power."""
    order = SERIES_TERMS + 8
    result: dict[int, Expr] = {0: S.One}
    for factor in Mul.make_args(term):
        base, power = factor.as_base_exp()
        if not factor.has(x):
            result = {k: c * factor for k, c in result.items()}
        elif base == x and power.is_Integer:
            result = {k + int(power): c for k, c in result.items()}
        elif base in (sin(x), cos(x)) and power.is_Integer and power > 0:
            for _ in range(int(power)):
                result = _times(result, _wave(base, x, order), order)
        else:
            return None
    return result


def _wave(wave: Expr, x: Symbol, order: int) -> dict[int, Expr]:
    first = 1 if wave == sin(x) else 0
    return {k: Rational((-1) ** (k // 2), factorial(k)) for k in range(first, order, 2)}


def _times(one: dict[int, Expr], two: dict[int, Expr], order: int) -> dict[int, Expr]:
    product: dict[int, Expr] = {}
    for j, a in one.items():
        for k, b in two.items():
            if j + k < order:
                product[j + k] = product.get(j + k, Integer(0)) + a * b
    return product
