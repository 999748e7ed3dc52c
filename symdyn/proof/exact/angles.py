"""Cosines and sines of angles.

Angles are vectors over the rational numbers. For each vector b of a basis there is a pair

    C = cos b,   S = sin b    with    S^2 = 1 - C^2

and the pair of a combination follows from addition theorems. Angles of inverse functions bring
their own pair: cos(acos u) = u, sin(acos u) = sqrt(1 - u^2). Multiples of pi are
algebraic.
If half of a basis vector is needed, the vector is halved and its pair expressed by the new one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

from sympy import Rational, S, cos, pi, sin

from symdyn.proof.exact.algebraic import AlgebraicNumber
from symdyn.proof.exact.field import Quotient, Unwieldy
from symdyn.proof.exact.powers import split_imaginary
from symdyn.proof.exact.reader import Pair, Reader
from symdyn.proof.exact.span import coordinates

_MAX_MULTIPLE = 60
_MAX_DENOMINATOR = 200


@dataclass(frozen=True, eq=False)
class _Angle:
    """A basis vector with its cosine and sine; `halved` gives those of its half, if known."""

    angle: Quotient
    cosine: Quotient
    sine: Quotient
    is_free: bool = True
    halved: Callable[[], Pair] | None = None


class Angles:
    """The angles of one translation."""

    def __init__(self, translate: Reader) -> None:
        self._translate = translate
        self._field = translate.field
        self._basis: list[_Angle] = []
        self._waiting: dict[int, Callable[[], _Angle]] = {}

    def pair(self, angle: Quotient) -> Pair:
        """Cosine and sine of an element."""
        real, imaginary = split_imaginary(angle.renewed())
        pair = self._real_pair(real)
        if imaginary.numerator.is_zero():
            return pair
        grown = self._translate.powers.exponential(imaginary)
        cosh = (grown + grown.inverse()).scaled(Fraction(1, 2))
        sinh = (grown - grown.inverse()).scaled(Fraction(1, 2))
        turned = self._field.i * sinh
        return pair[0] * cosh - pair[1] * turned, pair[1] * cosh + pair[0] * turned

    def expect(
        self, letter: Quotient, pair: Callable[[], Pair], halved: Callable[[], Pair] | None = None
    ) -> None:
        """Announce the pair of an inverse function, to be worked out when it is asked for."""

        def angle() -> _Angle:
            cosine, sine = pair()
            return _Angle(letter, cosine, sine, is_free=False, halved=halved)

        self._waiting[self._field.owner(letter).index] = angle

    def angle_of_cosine(self, cosine: Quotient) -> Quotient | None:
        """The angle of the basis that has a given cosine."""
        return next((a.angle for a in self._basis if (a.cosine - cosine).is_zero()), None)

    def with_sines(
        self, factors: list[tuple[Quotient, int]]
    ) -> tuple[bool, list[tuple[Quotient, int]]]:
        """Factors with (1 - C)*(1 + C) replaced by S^2, and whether that turned the sign."""
        turned = False
        for angle in self._free():
            low, high = (self._matches(factors, angle.cosine, sign) for sign in (-1, 1))
            if low is None or high is None:
                continue
            multiplicities = [factors[low[0]][1], factors[high[0]][1]]
            shared = min(multiplicities, key=abs)
            if multiplicities[0] * multiplicities[1] <= 0:
                continue
            turned ^= low[1] * high[1] < 0 and shared % 2 == 1
            factors = [
                (f, m - shared) if i in (low[0], high[0]) else (f, m)
                for i, (f, m) in enumerate(factors)
            ]
            factors = [(f, m) for f, m in factors if m] + [(angle.sine, 2 * shared)]
        return turned, factors

    def halve_for(self, factors: Iterable[Quotient]) -> bool:
        """Halve an angle of which 1 - C or 1 + C is a factor, since these are squares then."""
        known = [(factor, 1) for factor in factors]
        for index, angle in enumerate(self._basis):
            if angle.is_free and any(
                self._matches(known, angle.cosine.renewed(), sign) for sign in (1, -1)
            ):
                self._divide(index, 2)
                return True
        return False

    def _matches(
        self, factors: list[tuple[Quotient, int]], cosine: Quotient, sign: int
    ) -> tuple[int, int] | None:
        """Where 1 + sign*C is a factor, and whether as it stands (1) or negated (-1)."""
        wanted = cosine.scaled(sign) + self._field.one
        for index, (factor, _) in enumerate(factors):
            for unit in (1, -1):
                if (factor.scaled(unit) - wanted).numerator.is_zero():
                    return index, unit
        return None

    def _free(self) -> list[_Angle]:
        return [
            _Angle(a.angle, a.cosine.renewed(), a.sine.renewed()) for a in self._basis if a.is_free
        ]

    def _real_pair(self, angle: Quotient) -> Pair:
        self._admit(angle)
        basis = [self._translate.pi, *(known.angle for known in self._basis)]
        found = coordinates(angle, basis)
        if found is None:
            angle, turns = self._without_turns(angle)
            self._basis.append(self._new(angle))
            found = [turns, *(Fraction(0) for _ in self._basis[:-1]), Fraction(1)]
        pair = self._constant_pair(found[0])
        for index, coordinate in enumerate(found[1:]):
            if coordinate:
                pair = _added(pair, self._multiple(index, coordinate))
        return pair

    def _admit(self, angle: Quotient) -> None:
        """Take the angles of inverse functions that occur into the basis."""
        for generator in angle.generators:
            waiting = self._waiting.pop(generator.index, None)
            if waiting is not None:
                self._basis.append(waiting())

    def _without_turns(self, angle: Quotient) -> tuple[Quotient, Fraction]:
        """An angle without its rational multiple of pi."""
        turns = Fraction(0)
        if angle.denominator.is_constant():
            index = self._field.owner(self._translate.pi).index
            for exponents, coefficient in angle.numerator.to_dict().items():
                if exponents[index] == 1 and sum(int(e) for e in exponents) == 1:
                    turns = Fraction(int(coefficient.p), int(coefficient.q))
        return angle - self._translate.pi.scaled(turns), turns

    def _new(self, angle: Quotient) -> _Angle:
        expr = angle.expr
        cosine = self._field.generator(cos(expr, evaluate=False))
        sine = self._field.generator(sin(expr, evaluate=False))
        self._field.bind(sine, 2, self._field.one - cosine * cosine)
        return _Angle(angle, cosine, sine)

    def _multiple(self, index: int, coordinate: Fraction) -> Pair:
        if coordinate.denominator > 1:
            self._divide(index, coordinate.denominator)
        known = self._basis[index]
        times = (coordinate * coordinate.denominator).numerator
        if abs(times) > _MAX_MULTIPLE:
            raise Unwieldy(f"{times} times an angle")
        pair = (known.cosine.renewed(), known.sine.renewed())
        return self._times(pair, times)

    def _times(self, pair: Pair, times: int) -> Pair:
        if times < 0:
            pair = (pair[0], -pair[1])
        found = (self._field.one, self._field.zero)
        for bit in f"{abs(times):b}":
            found = _added(found, found)
            if bit == "1":
                found = _added(found, pair)
        return found

    def _divide(self, index: int, parts: int) -> None:
        old = self._basis[index]
        angle = old.angle.scaled(Fraction(1, parts))
        if not old.is_free:
            known = old.halved() if parts == 2 and old.halved is not None else None
            fresh = self._new(angle) if known is None else _Angle(angle, *known, is_free=False)
            self._basis[index] = fresh
            return
        expr = angle.expr
        cosine = self._field.refinement(self._field.owner(old.cosine), cos(expr, evaluate=False))
        sine = self._field.refinement(self._field.owner(old.sine), sin(expr, evaluate=False))
        self._field.bind(sine, 2, self._field.one - cosine * cosine)
        whole = self._times((cosine, sine), parts)
        self._field.bind(old.cosine, 1, whole[0])
        self._field.bind(old.sine, 1, whole[1])
        self._basis[index] = _Angle(angle, cosine, sine)

    def _constant_pair(self, turns: Fraction) -> Pair:
        if turns.denominator > _MAX_DENOMINATOR:
            raise Unwieldy(f"the angle pi*{turns}")
        return self._constant_cosine(turns), self._constant_cosine(turns - Fraction(1, 2))

    def _constant_cosine(self, turns: Fraction) -> Quotient:
        """cos(pi*turns), by a generator for an angle between 0 and pi/2."""
        turns = abs(turns) % 2
        turns = 2 - turns if turns > 1 else turns
        if turns > Fraction(1, 2):
            return -self._constant_cosine(1 - turns)
        angle = pi * Rational(turns.numerator, turns.denominator)
        value = cos(angle)
        if not isinstance(value, cos | sin):
            return self._translate(value)
        known = self._translate.find(("cosine", turns), ())
        number = AlgebraicNumber.cosine(turns)
        return known or self._translate.remember(
            ("cosine", turns), (), self._field.generator(S(value), number=number)
        )


def _added(a: Pair, b: Pair) -> Pair:
    """Cosine and sine of a sum of two angles."""
    return a[0] * b[0] - a[1] * b[1], a[1] * b[0] + a[0] * b[1]
