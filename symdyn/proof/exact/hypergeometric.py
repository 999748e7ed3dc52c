"""Hypergeometric functions, reduced to one member of each family by contiguity.

With D = z d/dz and F = pFq(a; b; z), n = max(p, q + 1):

    D (D + b1 - 1) ... (D + bq - 1) F = z (D + a1) ... (D + ap) F          DLMF 16.8.3
    a1 F(a1 + 1) = (D + a1) F,   (b1 - 1) F(b1 - 1) = (D + b1 - 1) F       DLMF 16.3.6, 16.3.7

so F, D F, ..., D^(n-1) F stand for all functions whose parameters differ from F's by integers.
Values of 2F1 that are known (DLMF 15.4) take the place of the generators:

    F(a, b; b; z) = (1 - z)^-a
    F(1/2, 1/2; 3/2; z) = asin(s)/s,  F(1/2, 1; 3/2; z) = atanh(s)/s,  s = sqrt(z),  0 < z < 1
    F(1, 1; 2; z) = -log(1 - z)/z
    F(a, 1 - a; c; 1/2) = 2^(1 - c) sqrt(pi) gamma(c) / (gamma((a + c)/2) gamma((c - a + 1)/2))
    F(a, b; (a + b + 1)/2; 1/2) = sqrt(pi) gamma((a+b+1)/2) / (gamma((a+1)/2) gamma((b+1)/2))
    F(a, b; c; 1) = gamma(c) gamma(c - a - b) / (gamma(c - a) gamma(c - b)),  c > a + b
    K(m) = pi/2 F(1/2, 1/2; 1; m),  E(m) = pi/2 F(-1/2, 1/2; 1; m),  m < 1     DLMF 19.5.1, 19.5.2

and D F = b ((1 - z)^-a - F) for F = F(a, b; b + 1; z), the integral of a binomial.

The parameters are taken as indeterminates: the identities are between meromorphic functions of
them, and what is concluded holds wherever both sides have values, by continuity. Series that
diverge (p > q + 1), and z not known to be less than 1 where p = q + 1, are left alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from itertools import permutations, product

from sympy import (
    Dummy,
    Expr,
    asin,
    atanh,
    elliptic_e,
    elliptic_k,
    gamma,
    hyper,
    log,
    sqrt,
)

from symdyn.proof.exact.field import Quotient, Unwieldy
from symdyn.proof.exact.reader import Reader

_MAX_SHIFT = 12
_MAX_ORDER = 4
_HALF = Fraction(1, 2)
_ELEMENTARY = (
    (_HALF, _HALF, Fraction(3, 2)),
    (_HALF, Fraction(1), Fraction(3, 2)),
    (Fraction(1), Fraction(1), Fraction(2)),
)


@dataclass(frozen=True, eq=False)
class _Member:
    """pFq at parameters and an argument, with the values F, D F, ..., D^(n-1) F."""

    upper: tuple[Quotient, ...]
    lower: tuple[Quotient, ...]
    z: Quotient
    values: tuple[Quotient, ...] = ()

    @property
    def order(self) -> int:
        return max(len(self.upper), len(self.lower) + 1)

    @property
    def arguments(self) -> tuple[Quotient, ...]:
        return (*self.upper, *self.lower, self.z)

    @property
    def expr(self) -> Expr:
        return hyper([a.expr for a in self.upper], [b.expr for b in self.lower], self.z.expr)

    def moved(self, shifts: Sequence[int]) -> _Member:
        """The member at shifted parameters, without its values."""
        one = self.z.field.one
        moved = [a + one.scaled(k) for a, k in zip((*self.upper, *self.lower), shifts, strict=True)]
        p = len(self.upper)
        return _Member(tuple(moved[:p]), tuple(moved[p:]), self.z)


def _hyper(translate: Reader, expr: Expr) -> Quotient:
    upper, lower = ([translate(a) for a in part] for part in expr.args[:2])
    if any(_is_pole(b) for b in lower):
        return translate.opaque(expr)
    for b in tuple(lower):
        same = next((a for a in upper if a.is_equal(b)), None)
        if same is not None:
            upper.remove(same)
            lower.remove(b)
    member = _Member(tuple(upper), tuple(lower), translate(expr.args[2]))
    if not _is_treated(translate, member):
        return translate.opaque(expr)
    return _value(translate, member)


def _is_treated(translate: Reader, member: _Member) -> bool:
    p, q = len(member.upper), len(member.lower)
    if p > q + 1 or member.order > _MAX_ORDER:
        return False
    if p < q + 1 or member.z.rational == 1:
        return True
    return translate.signs(translate.field.one - member.z) == {1}


def _is_pole(b: Quotient) -> bool:
    number = b.rational
    return number is not None and number.denominator == 1 and number <= 0


def _value(translate: Reader, member: _Member) -> Quotient:
    known = _known_value(translate, member)
    if known is not None:
        return known
    if member.z.rational == 1:
        return translate.opaque(member.expr)
    found = _related(translate, member)
    base, shifts = found if found is not None else _new(translate, member)
    translate.note("contiguous hypergeometric functions")
    return _walked(base, shifts).values[0]


def _related(translate: Reader, member: _Member) -> tuple[_Member, tuple[int, ...]] | None:
    """A member that is known, and the integers by which the parameters differ from its own."""
    key = (hyper, len(member.upper), len(member.lower))
    rows = [translate.seen.get((key, k), []) for k in range(member.order)]
    for entries in zip(*rows, strict=True):
        known = entries[0][0]
        if not known[-1].is_equal(member.z):
            continue
        p = len(member.upper)
        base = _Member(
            known[:p], known[p:-1], known[-1], tuple(entry[1].renewed() for entry in entries)
        )
        for chosen in permutations(member.upper):
            shifts = _shifts(base, replace(member, upper=chosen))
            if shifts is not None:
                return base, shifts
    return None


def _shifts(base: _Member, member: _Member) -> tuple[int, ...] | None:
    """The integers by which the parameters of two members differ."""
    found = [
        (new - old).rational
        for new, old in zip(member.arguments[:-1], base.arguments[:-1], strict=True)
    ]
    if any(s is None or s.denominator != 1 for s in found):
        return None
    shifts = tuple(int(s) for s in found if s is not None)
    if sum(map(abs, shifts)) > _MAX_SHIFT:
        raise Unwieldy(f"hypergeometric functions whose parameters differ by {shifts}")
    return shifts


def _new(translate: Reader, member: _Member) -> tuple[_Member, tuple[int, ...]]:
    """A base for the member: a neighbour whose values are known, or generators."""
    base = _known_base(translate, member) or _binomial_base(translate, member)
    base = base or _generators(translate, member)
    key = (hyper, len(base.upper), len(base.lower))
    for k, value in enumerate(base.values):
        translate.remember((key, k), base.arguments, value)
    for chosen in permutations(member.upper):
        shifts = _shifts(base, replace(member, upper=chosen))
        if shifts is not None:
            return base, shifts
    raise Unwieldy("a base outside its family")


def _binomial_base(translate: Reader, member: _Member) -> _Member | None:
    """2F1(a, b; b + 1; z) where c - b is a whole number: one generator is enough for its family."""
    if (len(member.upper), len(member.lower)) != (2, 1):
        return None
    (c,), one = member.lower, translate.field.one
    for a, b in permutations(member.upper):
        gap = (b + one - c).rational
        if gap is None or gap.denominator != 1 or abs(gap) > _MAX_SHIFT:
            continue
        base = _Member((a, b), (b + one,), member.z)
        value = translate.field.generator(base.expr)
        power = translate.powers.power(one - member.z, -a)
        return replace(base, values=(value, b * (power - value)))
    return None


def _generators(translate: Reader, member: _Member) -> _Member:
    z = Dummy("z")
    meaning = hyper([a.expr for a in member.upper], [b.expr for b in member.lower], z)
    values = []
    for _ in range(member.order):
        values.append(translate.field.generator(meaning.subs(z, member.z.expr)))
        meaning = z * meaning.diff(z)
    return replace(member, values=tuple(values))


def _walked(base: _Member, shifts: Sequence[int]) -> _Member:
    """The member at shifted parameters, one step after the other; lower ones are raised first."""
    p = len(base.upper)
    for index in (*range(p, len(shifts)), *range(p)):
        for _ in range(abs(shifts[index])):
            base = _step(base, index, 1 if shifts[index] > 0 else -1)
    return base


def _step(member: _Member, index: int, sign: int) -> _Member:
    is_upper = index < len(member.upper)
    shift = [sign * (k == index) for k in range(len(member.arguments) - 1)]
    target = member.moved(shift)
    if is_upper == (sign > 0):
        return replace(target, values=_applied(_ladder(member, index), member.values))
    return replace(target, values=_solved(_ladder(target, index), member.values))


def _ladder(member: _Member, index: int) -> list[list[Quotient]]:
    """The matrix of (D + s)/s on the values, s = a for an upper and b - 1 for a lower parameter."""
    field = member.z.field
    s = member.arguments[index]
    if index >= len(member.upper):
        s = s - field.one
    rows = [
        [field.one if j == k + 1 else field.zero for j in range(member.order)]
        for k in range(member.order - 1)
    ]
    rows.append(_top(member))
    for k, row in enumerate(rows):
        row[k] = row[k] + s
    return [[entry / s for entry in row] for row in rows]


def _top(member: _Member) -> list[Quotient]:
    """D^n F by the lower powers of D, from the differential equation."""
    field, n = member.z.field, member.order
    left = _polynomial([field.zero, *(b - field.one for b in member.lower)])
    right = [member.z * c for c in _polynomial(list(member.upper))]
    right = right + [field.zero] * (len(left) - len(right))
    scale = left[n] - right[n]
    return [(right[k] - left[k]) / scale for k in range(n)]


def _polynomial(roots: list[Quotient]) -> list[Quotient]:
    """The coefficients of the product of D + r, from the lowest."""
    field = roots[0].field
    found = [field.one]
    for r in roots:
        shifted, kept = [field.zero, *found], [*(r * c for c in found), field.zero]
        found = [a + b for a, b in zip(shifted, kept, strict=True)]
    return found


def _applied(matrix: list[list[Quotient]], vector: Sequence[Quotient]) -> tuple[Quotient, ...]:
    return tuple(
        reduce(lambda a, b: a + b, (m * v for m, v in zip(row, vector, strict=True)))
        for row in matrix
    )


def _solved(matrix: list[list[Quotient]], vector: Sequence[Quotient]) -> tuple[Quotient, ...]:
    """The solution of a linear system, by elimination."""
    rows = [[*row, v] for row, v in zip(matrix, vector, strict=True)]
    n = len(rows)
    for k in range(n):
        pivot = next((i for i in range(k, n) if not rows[i][k].is_zero()), None)
        if pivot is None:
            raise Unwieldy("a step between hypergeometric functions that cannot be undone")
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [entry / rows[k][k] for entry in rows[k]]
        for i in range(n):
            if i != k and not rows[i][k].is_zero():
                factor = rows[i][k]
                rows[i] = [a - factor * b for a, b in zip(rows[i], rows[k], strict=True)]
    return tuple(row[n] for row in rows)


def _known_base(translate: Reader, member: _Member) -> _Member | None:
    """A neighbour of a 2F1 of which F and D F have known values."""
    if (len(member.upper), len(member.lower)) != (2, 1):
        return None
    for shifts in _tries(member):
        base = member.moved(shifts)
        first = _known_value(translate, base)
        if first is None:
            continue
        (a, b), (c,) = base.upper, base.lower
        one = translate.field.one
        below = _known_value(translate, base.moved((0, 0, -1)))
        if below is not None:
            return replace(base, values=(first, (c - one) * (below - first)))
        raised = _known_value(translate, base.moved((1, 1, 1)))
        if raised is not None:
            return replace(base, values=(first, a * b * base.z * raised / c))
    return None


def _tries(member: _Member) -> list[tuple[int, int, int]]:
    """Shifts that may lead to parameters with known values."""
    (a, b), (c,), one = member.upper, member.lower, member.z.field.one
    if member.z.rational == _HALF:
        return [
            (int(gap), 0, 0)
            for gap in ((one - a - b).rational, (c.scaled(2) - one - a - b).rational)
            if gap is not None and gap.denominator == 1 and abs(gap) <= _MAX_SHIFT
        ]
    numbers = [parameter.rational for parameter in (a, b, c)]
    found: list[tuple[int, int, int]] = []
    for known, order in product(_ELEMENTARY, ((0, 1, 2), (1, 0, 2))):
        gaps = [known[k] - n for k, n in zip(order, numbers, strict=True) if n is not None]
        if len(gaps) == 3 and all(gap.denominator == 1 for gap in gaps):
            found.append((int(gaps[0]), int(gaps[1]), int(gaps[2])))
    return found


def _known_value(translate: Reader, member: _Member) -> Quotient | None:
    """The value of F where a table has it."""
    field, z = translate.field, member.z
    if z.is_zero() or any(a.is_zero() for a in member.upper):
        return field.one
    shape = (len(member.upper), len(member.lower))
    if shape == (0, 0):
        return translate.powers.exponential(z)
    if shape == (1, 0):
        return translate.powers.power(field.one - z, -member.upper[0])
    if shape != (2, 1):
        return None
    for a, b in permutations(member.upper):
        if b.is_equal(member.lower[0]):
            return translate.powers.power(field.one - z, -a)
        for rule in (_gauss, _at_half, _elementary):
            found = rule(translate, a, b, member.lower[0], z)
            if found is not None:
                translate.note("known values of 2F1")
                return found
    return None


def _gauss(
    translate: Reader, a: Quotient, b: Quotient, c: Quotient, z: Quotient
) -> Quotient | None:
    if z.rational != 1 or translate.signs(c - a - b) != {1}:
        return None
    return _gammas(translate, (c, c - a - b), (c - a, c - b))


def _at_half(
    translate: Reader, a: Quotient, b: Quotient, c: Quotient, z: Quotient
) -> Quotient | None:
    """The theorems of Bailey and of Gauss."""
    if z.rational != _HALF:
        return None
    one, powers = translate.field.one, translate.powers
    if (a + b).is_equal(one):
        below = ((a + c).scaled(_HALF), (c - a + one).scaled(_HALF))
        scale = powers.power(translate.field.rational(2), one - c)
        return scale * powers.root(translate.pi) * _gammas(translate, (c,), below)
    if (a + b + one).is_equal(c.scaled(2)):
        below = ((a + one).scaled(_HALF), (b + one).scaled(_HALF))
        return powers.root(translate.pi) * _gammas(translate, (c,), below)
    return None


def _gammas(translate: Reader, above: Sequence[Quotient], below: Sequence[Quotient]) -> Quotient:
    found = translate.field.one
    for element in above:
        found = found * translate(gamma(element.expr))
    for element in below:
        found = found / translate(gamma(element.expr))
    return found


def _elementary(
    translate: Reader, a: Quotient, b: Quotient, c: Quotient, z: Quotient
) -> Quotient | None:
    numbers = (a.rational, b.rational, c.rational)
    if numbers not in _ELEMENTARY or translate.signs(z) != {1}:
        return None
    if numbers == _ELEMENTARY[2]:
        return translate(-log(1 - z.expr) / z.expr)
    inverse = asin if numbers == _ELEMENTARY[0] else atanh
    return translate(inverse(sqrt(z.expr)) / sqrt(z.expr))


def _elliptic_k(translate: Reader, expr: Expr) -> Quotient:
    return _elliptic(translate, expr, _HALF)


def _elliptic_e(translate: Reader, expr: Expr) -> Quotient:
    return _elliptic(translate, expr, -_HALF) if len(expr.args) == 1 else translate.opaque(expr)


def _elliptic(translate: Reader, expr: Expr, first: Fraction) -> Quotient:
    field, m = translate.field, translate(expr.args[0])
    if translate.signs(field.one - m) != {1}:
        return translate.opaque(expr)
    upper = (field.rational(first), field.rational(_HALF))
    value = _value(translate, _Member(upper, (field.one,), m))
    return (translate.pi * value).scaled(_HALF)


HYPERGEOMETRIC_RULES = (
    (hyper, _hyper),
    (elliptic_k, _elliptic_k),
    (elliptic_e, _elliptic_e),
)
