"""Where an integrand has kinks, jumps and singular points, and what it is between them.

Between neighbouring real zeros of g the sign of g is constant, so Heaviside(g), |g|, sign(g),
max(g, 0) and conditions g > 0 can be replaced by one of their pieces. The zeros must be known
completely: g is a product of polynomials with rational coefficients, of linear functions, and of
sin or cos of linear functions (over a bounded interval). Other integrands are left as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import sympy as sp
from flint import acb, arb
from sympy import Basic, Expr, Symbol

from symdyn.numerics.ball_steps import run
from symdyn.numerics.piecewise import Ball

KINKED = (sp.Heaviside, sp.Abs, sp.sign, sp.Max, sp.Min, sp.Piecewise)
Point = Mapping[Symbol, Ball]
MOST_ZEROS = 64
HIGHEST_DEGREE = 12


@dataclass(frozen=True)
class Piece:
    """An integrand on an interval in which it has no known kink."""

    integrand: Expr
    lower: Expr
    upper: Expr


def pieces(
    integrand: Expr, variable: Symbol, lower: Expr, upper: Expr, point: Point
) -> Iterator[Piece]:
    """Intervals that make up [lower, upper], each with its own form of the integrand.

    >>> x = Symbol("x")
    >>> for piece in pieces(sp.Abs(x - 1), x, sp.Integer(0), sp.Integer(3), {}):
    ...     print(piece.integrand, piece.lower, piece.upper)
    1 - x 0 1
    x - 1 1 3
    """
    line = _Line(variable, point)
    cuts = line.zeros(_singular(integrand, variable), lower, upper)
    for left, right in _between(lower, cuts, upper):
        yield from line.resolved(Piece(integrand, left, right))


@dataclass(frozen=True)
class _Line:
    """The real line of one variable, the other symbols having values."""

    variable: Symbol
    point: Point

    def resolved(self, piece: Piece) -> Iterator[Piece]:
        """The piece cut at the zeros that decide one kinked function, and so on."""
        for atom in _innermost(piece.integrand, self.variable):
            deciding = _deciding(atom)
            cuts = self.zeros(deciding, piece.lower, piece.upper)
            if cuts is None:
                continue
            halves = [
                self._with_chosen(piece.integrand, atom, deciding, left, right)
                for left, right in _between(piece.lower, cuts, piece.upper)
            ]
            if None not in halves:
                for half in halves:
                    yield from self.resolved(half)  # type: ignore[arg-type]
                return
        yield piece

    def _with_chosen(
        self, integrand: Expr, atom: Basic, deciding: list[Expr], lower: Expr, upper: Expr
    ) -> Piece | None:
        """One kinked function replaced by what it is on an open interval without zeros."""
        inside = _inside(lower, upper)
        signs = {g: self.sign(g.xreplace({self.variable: inside})) for g in deciding}
        if None in signs.values():
            return None
        chosen = _chosen(atom, signs)  # type: ignore[arg-type]
        return Piece(integrand.xreplace({atom: chosen}), lower, upper)

    def sign(self, value: Expr) -> int | None:
        """Sign of a number, if its ball decides it."""
        ball = run(value, self.point)
        if not isinstance(ball, arb):
            return None
        return 1 if ball > 0 else -1 if ball < 0 else 0 if ball.is_zero() else None

    def zeros(self, functions: list[Expr], lower: Expr, upper: Expr) -> list[Expr] | None:
        """Zeros strictly inside an interval, in order; None if they are not all known."""
        found: list[Expr] = []
        for function in functions:
            zeros = self._zeros_of(function, lower, upper)
            if zeros is None:
                return None
            found += [zero for zero in zeros if zero not in found]
        return self._ordered(found, lower, upper)

    def _ordered(self, places: list[Expr], lower: Expr, upper: Expr) -> list[Expr] | None:
        inside: list[tuple[arb, Expr]] = []
        for place in (place for place in places if place not in (lower, upper)):
            ball = run(place, self.point)
            if not ball.is_finite() or (isinstance(ball, acb) and ball.imag.contains(0)):
                return None
            if isinstance(ball, acb):
                continue
            after = 1 if lower.is_infinite else self.sign(place - lower)
            before = 1 if upper.is_infinite else self.sign(upper - place)
            if None in (after, before):
                return None
            if after == before == 1:
                inside.append((ball, place))
        inside.sort(key=lambda pair: float(pair[0].mid()))
        apart = all(a < b for (a, _), (b, _) in pairwise(inside))
        return [place for _, place in inside] if apart else None

    def _zeros_of(self, function: Expr, lower: Expr, upper: Expr) -> list[Expr] | None:
        """All real zeros in an interval (and perhaps other places); None if not known."""
        found: list[Expr] = []
        for factor in _factors(function):
            if self.variable not in factor.free_symbols:
                continue
            zeros = self._zeros_of_factor(factor, lower, upper)
            if zeros is None:
                return None
            found += zeros
        return found

    def _zeros_of_factor(self, factor: Expr, lower: Expr, upper: Expr) -> list[Expr] | None:
        if isinstance(factor, sp.Pow) and factor.exp.is_positive:
            factor = factor.base
        if isinstance(factor, (sp.exp, sp.cosh)):
            return []
        if isinstance(factor, (sp.sin, sp.cos)):
            return self._zeros_of_oscillation(factor, lower, upper)
        if not factor.is_polynomial(self.variable):
            return None
        poly = sp.Poly(factor, self.variable)
        if poly.degree() == 1:
            return [-poly.coeff_monomial(1) / poly.LC()]
        if poly.degree() > HIGHEST_DEGREE or not all(c.is_Rational for c in poly.all_coeffs()):
            return None
        return list(dict.fromkeys(poly.real_roots()))

    def _zeros_of_oscillation(self, factor: Expr, lower: Expr, upper: Expr) -> list[Expr] | None:
        """Zeros of sin(a*x + b) or cos(a*x + b) on a bounded interval."""
        argument = factor.args[0]
        if not (lower.is_finite and upper.is_finite and argument.is_polynomial(self.variable)):
            return None
        poly = sp.Poly(argument, self.variable)
        if poly.degree() != 1:
            return None
        shift = sp.pi / 2 if isinstance(factor, sp.cos) else sp.Integer(0)
        turns = self._turns((argument - shift) / sp.pi, lower, upper)
        if turns is None:
            return None
        return [(k * sp.pi + shift - poly.coeff_monomial(1)) / poly.LC() for k in turns]

    def _turns(self, turn: Expr, lower: Expr, upper: Expr) -> range | None:
        """Integers that a linear function may take on an interval."""
        balls = [run(turn.xreplace({self.variable: end}), self.point) for end in (lower, upper)]
        ends = [ball for ball in balls if isinstance(ball, arb) and ball.is_finite()]
        if len(ends) < len(balls):
            return None
        low, high = sorted(ends, key=lambda end: float(end.mid()))
        first, last = low.lower(), high.upper()
        if last - first > MOST_ZEROS:
            return None
        return range(int(float(first)) - 2, int(float(last)) + 3)


@lru_cache(maxsize=512)
def _factors(function: Expr) -> tuple[Expr, ...]:
    return sp.Mul.make_args(sp.factor_terms(function))


def _between(lower: Expr, cuts: list[Expr] | None, upper: Expr) -> list[tuple[Expr, Expr]]:
    edges = [lower, *(cuts or []), upper]
    return list(pairwise(edges))


def _innermost(integrand: Expr, variable: Symbol) -> list[Basic]:
    """Kinked functions of the variable that contain no others."""
    atoms = [a for a in integrand.atoms(*KINKED) if variable in a.free_symbols]
    inner = [a for a in atoms if not any(b is not a and a.has(b) for b in atoms)]
    return sorted(inner, key=sp.default_sort_key)


def _deciding(atom: Basic) -> list[Expr]:
    """Functions whose signs decide which piece holds."""
    if isinstance(atom, sp.Piecewise):
        relations = [r for _, c in atom.args for r in c.atoms(sp.core.relational.Relational)]
        return [relation.lhs - relation.rhs for relation in relations]
    if isinstance(atom, (sp.Max, sp.Min)):
        args = list(atom.args)
        return [a - b for i, a in enumerate(args) for b in args[:i]]
    return [atom.args[0]]  # type: ignore[list-item]


def _inside(lower: Expr, upper: Expr) -> Expr:
    """A point between two ends, of which one or both may be infinite."""
    if lower == -sp.oo:
        return sp.Integer(0) if upper == sp.oo else upper - 1
    return lower + 1 if upper == sp.oo else (lower + upper) / 2


def _chosen(atom: Basic, signs: dict[Expr, int]) -> Expr:
    if isinstance(atom, sp.Piecewise):
        return next((b for b, c in atom.args if _holds(c, signs)), sp.nan)  # type: ignore[misc]
    if isinstance(atom, (sp.Max, sp.Min)):
        return _extreme(atom, signs)
    (argument, sign), *_ = signs.items()
    if isinstance(atom, sp.Abs):
        return sp.expand_mul(sign * argument)
    if isinstance(atom, sp.Heaviside):
        return sp.Integer(1 if sign == 1 else 0) if sign else atom.args[1]  # type: ignore[return-value]
    return sp.Integer(sign)


def _extreme(atom: Basic, signs: dict[Expr, int]) -> Expr:
    wanted = 1 if isinstance(atom, sp.Max) else -1
    best = atom.args[0]
    for arg in atom.args[1:]:
        sign = signs.get(arg - best)  # type: ignore[operator]
        if sign is None:
            sign = -signs[best - arg]  # type: ignore[operator]
        best = arg if sign == wanted else best
    return best  # type: ignore[return-value]


def _holds(condition: Basic, signs: dict[Expr, int]) -> bool:
    if isinstance(condition, (sp.And, sp.Or, sp.Not)):
        parts = [_holds(part, signs) for part in condition.args]
        return not parts[0] if isinstance(condition, sp.Not) else _joined(condition, parts)
    if condition in (sp.true, sp.false):
        return condition == sp.true
    return bool(condition.func(signs[condition.lhs - condition.rhs], 0))  # type: ignore[attr-defined]


def _joined(condition: Basic, parts: list[bool]) -> bool:
    return all(parts) if isinstance(condition, sp.And) else any(parts)


def _singular(integrand: Expr, variable: Symbol) -> list[Expr]:
    """Arguments of logarithms and roots, which may be singular at their zeros."""
    logs = [a.args[0] for a in integrand.atoms(sp.log)]
    roots = [a.base for a in integrand.atoms(sp.Pow) if not a.exp.is_integer]
    poles = [a.base for a in integrand.atoms(sp.Pow) if a.exp.is_negative and a.exp.is_integer]
    return [g for g in (*logs, *roots, *poles) if variable in g.free_symbols and not g.has(*KINKED)]
