"""The program of a choice of polynomials.

    z = x or -x,  y = |z|  (if folded),  d = distance to the anchor,  v = d^r
    k = round(v/w),  t = v - k w - shift,  g = Horner's rules in t on row k
    f = d^p g, times a sign, plus a share of P(z)  (if folded)
    f = d^p (g + s h),  s = d^q or log(d)          (if split; then g = 0 and s = d^p elsewhere)
    f = exp(Q(y)) ...                              (if it grows; Q = 0 elsewhere)

y is cut off where the function is settled.

Cells differ in constants, which are selected; the steps are the same for all, so nothing branches.
What has to be known to more than a double (g, powers of d, the sums) carries a correction; where no
coefficient does, nothing does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import sympy as sp
from flint import arb
from sympy import Expr, Rational, S, Symbol

from symdyn.kernels.approximate.rows import Row, Rows, split_terms
from symdyn.kernels.approximate.search import Choice
from symdyn.kernels.arithmetic.constants import fraction, nearest, words
from symdyn.kernels.graph import Graph, Program
from symdyn.kernels.operations import COMPENSATED, F64, WIDE
from symdyn.kernels.reparametrise.cell import Cell
from symdyn.kernels.reparametrise.cells import Cells, Folding

HALF = Rational(1, 2)
SCALE = Rational(1, 2**256)


def written(symbol: Symbol, cells: Cells, choice: Choice) -> Program:
    """The program of one argument."""
    writer = _Writer(Graph((symbol,)), cells.folding, cells.ends, choice)
    return writer.graph.program([writer.result()]).pruned()


@dataclass
class _Writer:
    graph: Graph
    folding: Folding | None
    ends: tuple[Expr, Expr]
    choice: Choice

    def result(self) -> int:
        z = self._turned()
        y = self._cut_off(self._plain("abs", z) if self.folding else z)
        inside = self._tests(y)
        distance = self._selected([self._distance(c.cell, y) for c in self.choice.cells], inside)
        root = {c.cell.power for c in self.choice.cells}
        variables = {power: self._power(distance, power) for power in root}
        v = self._selected([variables[c.cell.power] for c in self.choice.cells], inside)
        place, t = self._place(v, inside)
        value = self._polynomial(place, t, [part.first for part in self.parts])
        if self.choice.polynomials > 1:
            other = self._polynomial(place, t, [part.second for part in self.parts])
            scales = [self._scale(part, distance, y) for part in self.parts]
            product = self._wide("mul", other, self._selected(scales, inside))
            value = self._wide("add", value, product)
        factors = [self._factor(part, part.factor, distance, y) for part in self.parts]
        factor = self._selected(factors, inside)
        if not self._is_one(factor):
            value = self._wide("mul", value, factor)
        value = self._selected([self._grown(c.cell, value, y) for c in self.choice.cells], inside)
        value = self._at_branches(value, distance, inside)
        value = self._unfolded(value, z, inside) if self.folding else value
        return self._plain("rounded", value) if self._is_wide(value) and self._bounded else value

    @property
    def _bounded(self) -> bool:
        """Whether the function is finite everywhere."""
        return all(
            c.cell.low.is_finite
            and c.cell.high.is_finite
            and c.cell.exponent >= 0
            and not (c.cell.split and c.cell.split.limit)
            for c in self.choice.cells
        )

    # --- the argument

    def _turned(self) -> int:
        return self._plain("neg", 0) if self.folding and self.folding.orientation < 0 else 0

    def _cut_off(self, y: int) -> int:
        """y, or the place from which on the function is settled."""
        low, high = self.ends
        y = self._plain("max", y, self._constant(low)) if low.is_finite else y
        return self._plain("min", y, self._constant(high)) if high.is_finite else y

    def _tests(self, y: int) -> list[int]:
        """Whether y lies below the upper end of each cell but the last."""
        return [
            self.graph.add("lt", y, self._constant(c.cell.high)) for c in self.choice.cells[:-1]
        ]

    def _selected(self, values: Sequence[int], tests: Sequence[int]) -> int:
        """The value of the cell that holds y."""
        chosen = values[-1]
        for value, test in zip(reversed(values[:-1]), reversed(tests), strict=True):
            if value != chosen:
                wide = COMPENSATED if self._is_wide(value) or self._is_wide(chosen) else F64
                chosen = self.graph.add("select", test, value, chosen, type=wide)
        return chosen

    def _distance(self, cell: Cell, y: int) -> int:
        one = self._constant(S.One)
        if cell.is_far:
            return self._wide("div", one, y if cell.side > 0 else self._plain("neg", y))
        if cell.anchor == 0:
            return y if cell.side > 0 else self._plain("neg", y)
        first = _exact(words(cell.anchor, 1)[0])
        anchor, rest = self._constant(first), cell.anchor - first
        sides = (y, anchor) if cell.side > 0 else (anchor, y)
        near = _is_near(cell, first)
        found = (self._plain if near else self._wide)("sub", *sides)
        if rest == 0:
            return found
        shift = self._constant(-cell.side * rest)
        return self._wide("add", found, shift)

    def _power(self, base: int, power: Fraction) -> int:
        """A power of a distance: integers by products, roots in pairs."""
        if power == 1:
            return base
        if power < 0:
            return self._wide("div", self._constant(S.One), self._power(base, -power))
        whole, part = divmod(power.numerator, power.denominator)
        found = [self._integer_power(base, whole)] if whole else []
        if whole and power.denominator == 2:  # needs no division, as a root for itself does
            found = [self._integer_power(base, whole - 1)] if whole > 1 else []
            found.append(self._wide("sqrt_cubed", base))
        elif part:
            found.append(self._integer_power(self._root(base, power.denominator), part))
        if not found:
            return self._constant(S.One)
        return found[0] if len(found) == 1 else self._wide("mul", *found)

    def _root(self, base: int, degree: int) -> int:
        """Square roots and cube roots as far as they go."""
        for factor, op in ((2, "sqrt"), (3, "cbrt")):
            if degree % factor == 0:
                return self._root(self._wide(op, base), degree // factor)
        return base if degree == 1 else self._wide("pow", base, self._constant(Rational(1, degree)))

    def _integer_power(self, base: int, count: int) -> int:
        if count == 1:
            return base
        half = self._integer_power(base, count // 2)
        square = self._wide("mul", half, half)
        return self._wide("mul", square, base) if count % 2 else square

    def _factor(self, part: _Part, power: Fraction, distance: int, y: int) -> int:
        """A power of the distance; beside infinity y itself is better known than 1/y."""
        if not part.far or power == 0 or power == 1:
            return self._power(distance, power)
        return self._power(y if part.far > 0 else self._plain("neg", y), -power)

    def _grown(self, cell: Cell, value: int, y: int) -> int:
        """The value times exp(Q); what falls is kept from underflow until it is a double."""
        if cell.growth == 0:
            return value
        first, *others = sp.Poly(cell.growth, cell.function.symbol).all_coeffs()
        power = self._constant(first)
        for c in others:
            power = self._wide("mul", power, y)
            power = power if c == 0 else self._wide("add", power, self._constant(c))
        falls = cell.low.is_finite and cell.high.is_finite
        if falls:
            power = self._wide("add", power, self._constant(-sp.log(SCALE)))
        value = self._wide("mul", value, self._wide("exp", power))
        return self._plain("mul", self._rounded(value), self._constant(SCALE)) if falls else value

    # --- the polynomial

    @cached_property
    def parts(self) -> list[_Part]:
        """What each cell is computed from."""
        return [_part(rows, self.choice) for rows in self.choice.cells]

    def _scale(self, part: _Part, distance: int, y: int) -> int:
        """s: a power of the distance, or its logarithm, which at the point itself is not used."""
        if part.scale is not None:
            return self._factor(part, part.scale, distance, y)
        return self._wide("log", self._chosen(self._is_zero(distance), S.One, distance))

    def _is_zero(self, distance: int) -> int:
        return self.graph.add("eq", distance, self._constant(S.Zero))

    def _chosen(self, test: int, value: Expr, other: int) -> int:
        kind = COMPENSATED if self._is_wide(other) else F64
        return self.graph.add("select", test, self._constant(value), other, type=kind)

    def _at_branches(self, value: int, distance: int, inside: Sequence[int]) -> int:
        """The value, or infinity at points where a logarithm grows."""
        limits = [part.limit for part in self.parts]
        if not any(limits):
            return value
        at_point = self._is_zero(distance)
        values = [
            self._chosen(at_point, limit * S.Infinity, value) if limit else value
            for limit in limits
        ]
        return self._selected(values, inside)

    def _polynomial(self, place: int, t: int, parts: Sequence[Sequence[Sequence[arb]]]) -> int:
        degree, leading = self.choice.degree, self.choice.leading
        columns, double = self._columns([row for part in parts for row in part]), self._rounded(t)
        plain = [self._entry(place, column, F64) for column in columns[leading:]]
        value = self._sum(plain, double, split_terms(degree + 1, leading) - leading)
        for column in reversed(columns[:leading]):
            product = self._wide("mul", value, t)
            value = self._wide("add", product, self._entry(place, column, COMPENSATED))
        return value

    def _sum(self, terms: Sequence[int], t: int, first: int) -> int:
        """Terms times powers of t in doubles; from the first given on, even and odd ones apart."""
        *terms, value = terms
        if first <= len(terms):
            far, square = [*terms[first:], value], self._plain("mul", t, t)
            even, odd = (self._sum(far[k::2], square, len(far)) for k in (0, 1))
            terms, value = terms[:first], self._plain("fma", odd, t, even)
        for term in reversed(terms):
            value = self._plain("fma", value, t, term)
        return value

    def _place(self, v: int, inside: Sequence[int]) -> tuple[int, int]:
        """Number of the row in the table, and the variable from its origin."""
        base, starts = 0, list[int]()
        for c in self.choice.cells:
            starts.append(base - c.first)
            base += c.count
        if all(c.count == 1 for c in self.choice.cells):
            numbers = [
                self._constant(S(start + c.first))
                for start, c in zip(starts, self.choice.cells, strict=True)
            ]
            place = self._selected(numbers, inside)
            origins = [self._constant(_width(c) * c.first) for c in self.choice.cells]
            origin = self._selected(origins, inside)
        else:
            scale = self._selected(
                [self._constant(1 / _width(c)) for c in self.choice.cells], inside
            )
            number = self._plain("mul", self._rounded(v), scale)
            number = self._plain("add", number, self._constant(HALF))
            number = self._clamped(self._plain("floor", number), inside)
            start = self._selected([self._constant(S(start)) for start in starts], inside)
            place = self._plain("add", number, start)
            width = self._selected([self._constant(_width(c)) for c in self.choice.cells], inside)
            origin = self._plain("mul", number, width)
        t = (
            v
            if self._is(origin, S.Zero)
            else (self._wide if self._is_wide(v) else self._plain)("sub", v, origin)
        )
        return place, self._shifted(t, place)

    def _clamped(self, number: int, inside: Sequence[int]) -> int:
        """Within the rows of the cell, whatever rounding does at its ends."""
        cells = self.choice.cells
        if len(cells) == 1 and not _ends_between_rows(cells[0]):
            return number
        first = self._selected([self._constant(S(c.first)) for c in cells], inside)
        last = self._selected([self._constant(S(c.first + c.count - 1)) for c in cells], inside)
        number = self._plain("max", number, first)
        return self._plain("min", number, last)

    def _shifted(self, t: int, place: int) -> int:
        shifts = [row.shift or Fraction(0) for row in self._rows()]
        if not any(shifts):
            return t
        return self._wide(
            "sub", t, self._entry(place, [_rational(s) for s in shifts], self.careful)
        )

    def _rows(self) -> list[Row]:
        return [row for c in self.choice.cells for row in c.rows]

    def _columns(self, rows: Sequence[Sequence[arb]]) -> list[list[Expr]]:
        degree, leading = self.choice.degree, self.choice.leading
        return [[_rounded(c[k], 2 if k < leading else 1) for c in rows] for k in range(degree + 1)]

    def _entry(self, place: int, column: Sequence[Expr], type: str) -> int:
        if len(set(column)) == 1:
            return self._constant(column[0])
        return self.graph.add("entry", place, value=sp.Tuple(*column), type=type)

    # --- the reflection

    def _unfolded(self, value: int, z: int, inside: Sequence[int]) -> int:
        folding = self.folding
        if folding is None:
            return value
        one, minus = self._constant(S.One), self._constant(S.NegativeOne)
        negative = self.graph.add("lt", z, self._constant(S.Zero))
        if folding.sign == 1:
            value = self._wide("mul", value, self._plain("select", negative, minus, one))
        if folding.polynomial == 0:
            return value
        whole, nothing = self._polynomial_in(z), self._constant(S.Zero)
        kind = COMPENSATED if self._is_wide(whole) else F64
        other = self.graph.add("select", negative, whole, nothing, type=kind)
        shares = [
            self._wide("mul", whole, self._constant(_rational(c.cell.weight)))
            if c.cell.weight
            else other
            for c in self.choice.cells
        ]
        return self._added(value, self._selected(shares, inside))

    def _added(self, value: int, other: int) -> int:
        """A sum; that of a double product is rounded once."""
        node = self.graph.nodes[value]
        if node.op == "mul" and node.type == self.careful == F64:
            return self._plain("fma", *node.args, other)
        return self._wide("add", other, value)

    def _polynomial_in(self, z: int) -> int:
        """P(z) in pairs."""
        if self.folding is None:
            return self._constant(S.Zero)
        coefficients = sp.Poly(self.folding.polynomial, self.folding.symbol).all_coeffs()
        value = self._constant(coefficients[0])
        for c in coefficients[1:]:
            value = self._wide("mul", value, z)
            value = value if c == 0 else self._wide("add", value, self._constant(c))
        return value

    # --- nodes

    def _constant(self, value: Expr) -> int:
        return self.graph.constant(value)

    def _is(self, node: int, value: Expr) -> bool:
        found = self.graph.nodes[node]
        return found.op == "const" and found.value == value

    def _is_one(self, node: int) -> bool:
        return self._is(node, S.One)

    def _is_wide(self, node: int) -> bool:
        return self.graph.nodes[node].type in WIDE

    def _is_double(self, node: int) -> bool:
        """Whether a double holds a value without rounding."""
        value = self.graph.nodes[node].value
        is_constant = self.graph.nodes[node].op == "const"
        return not self._is_wide(node) and not (is_constant and words(value, 2)[1])  # type: ignore

    def _rounded(self, node: int) -> int:
        """A value in a double. Of two doubles a sum or product is its own rounding."""
        if not self._is_wide(node):
            return node
        found = self.graph.nodes[node]
        if found.op in ("add", "sub", "mul") and all(self._is_double(k) for k in found.args):
            return self._plain(found.op, *found.args)
        return self.graph.add("high", node)

    @property
    def careful(self) -> str:
        """In which arithmetic is computed what is to be known well."""
        return COMPENSATED if self.choice.leading else F64

    def _plain(self, op: str, *args: int) -> int:
        return self.graph.add(op, *args, type=F64)

    def _wide(self, op: str, *args: int) -> int:
        if op == "mul" and any(self._is_one(k) for k in args):
            return args[1] if self._is_one(args[0]) else args[0]
        if op == "mul" and self._is_exact_product(*args):
            return self._plain(op, *args)
        return self.graph.add(op, *args, type=self.careful)

    def _is_exact_product(self, one: int, other: int) -> bool:
        """Whether a factor is a power of two, or 0, and the other a double."""
        doubles = not self._is_wide(one) and not self._is_wide(other)
        return doubles and (self._only_scales(one) or self._only_scales(other))

    def _only_scales(self, k: int) -> bool:
        node = self.graph.nodes[k]
        if node.op == "select":
            return all(self._only_scales(part) for part in node.args[1:])
        value = node.value
        return node.op == "const" and isinstance(value, Rational) and _is_power_of_two(value)


@dataclass(frozen=True)
class _Part:
    """Coefficients of the rows of a cell, and the powers of its distance that they go with."""

    first: list[list[arb]]
    second: list[list[arb]]
    scale: Fraction | None
    factor: Fraction
    limit: int = 0  # the sign of the infinity at the point
    far: int = 0  # the side on which the anchor is infinity


def _part(rows: Rows, choice: Choice) -> _Part:
    far = rows.cell.side if rows.cell.is_far else 0
    first = [row.coefficients(choice.degree) for row in rows.rows]
    nothing = [[arb(0)] * (choice.degree + 1)] * rows.count
    exponent = rows.cell.exponent
    if rows.cell.split is not None:
        second = [row.second_coefficients(choice.degree) for row in rows.rows]
        limit = rows.cell.split.limit if exponent == 0 else 0
        return _Part(first, second, rows.cell.split.power, exponent, limit, far)
    if choice.polynomials > 1 and exponent:
        return _Part(nothing, first, exponent, Fraction(0), 0, far)
    return _Part(first, nothing, Fraction(0), exponent, 0, far)


def _is_power_of_two(value: Rational) -> bool:
    p, q = abs(int(value.p)), int(value.q)
    return p & (p - 1) == 0 and q & (q - 1) == 0


def _width(rows: Rows) -> Rational:
    return Rational(2) ** rows.exponent


def _ends_between_rows(rows: Rows) -> bool:
    """Whether the last argument of a cell is rounded to the row after the last one."""
    end = float(max(rows.cell.reach)) / float(_width(rows)) + 0.5
    return end > rows.first + rows.count - 2.0**-20


def _is_near(cell: Cell, anchor: Expr) -> bool:
    """Whether y - anchor is exact in doubles (Sterbenz)."""
    low, high = (cell.low, cell.high) if cell.low >= 0 else (-cell.high, -cell.low)
    size = abs(anchor)
    return (
        bool(low >= 0)
        and bool(size <= 2 * low)
        and bool(high <= 2 * size)
        and anchor * cell.low >= 0
    )


def _exact(value: float) -> Rational:
    return _rational(Fraction(value))


def _rational(value: Fraction) -> Rational:
    return Rational(value.numerator, value.denominator)


def _rounded(value: arb, count: int) -> Rational:
    """The sum of so many doubles that is nearest."""
    rest, total = fraction(value), Fraction(0)
    for _ in range(count):
        word = Fraction(nearest(rest))
        rest, total = rest - word, total + word
    return _rational(total)
