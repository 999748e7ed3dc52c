"""Where an integrand has kinks, jumps and singular points, and what it is between them.

Between neighbouring real zeros of g the sign of g is constant, so Heaviside(g), |g|, sign(g),
max(g, 0) and conditions g > 0 can be replaced by one of their pieces. The zeros must be known
completely: g is a product of polynomials with rational coefficients, of linear functions, and of
sin or cos of linear functions (over a bounded interval). Other integrands are left as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp
from flint import arb
from sympy import Basic, Expr, Symbol

from symdyn.numerics.ball_steps import run

KINKED = (sp.Heaviside, sp.Abs, sp.sign, sp.Max, sp.Min, sp.Piecewise)
MOST_ZEROS = 64
HIGHEST_DEGREE = 12


@dataclass(frozen=True)
class Piece:
    """An integrand on an interval in which it has no known kink."""

    integrand: Expr
    lower: Expr
    upper: Expr


def pieces(integrand: Expr, variable: Symbol, lower: Expr, upper: Expr) -> Iterator[Piece]:
    """Intervals that make up [lower, upper], each with its own form of the integrand.

    >>> x = Symbol("x")
    >>> for piece in pieces(sp.Abs(x - 1), x, sp.Integer(0), sp.Integer(3)):
    ...     print(piece.integrand, piece.lower, piece.upper)
    1 - x 0 1
    x - 1 1 3
    """
    cuts = _zeros_of_all(_singular(integrand, variable), variable, lower, upper)
    for left, right in _between(lower, cuts, upper):
        yield from _resolved(integrand, variable, left, right)


def _resolved(integrand: Expr, variable: Symbol, lower: Expr, upper: Expr) -> Iterator[Piece]:
    for atom in _innermost(integrand, variable):
        deciding = _deciding(atom)
        cuts = _zeros_of_all(deciding, variable, lower, upper)
        if cuts is None:
            continue
        halves = [
            (_on_piece(integrand, atom, deciding, variable, left, right), left, right)
            for left, right in _between(lower, cuts, upper)
        ]
        if all(form is not None for form, _, _ in halves):
            for form, left, right in halves:
                yield from _resolved(form, variable, left, right)
            return
    yield Piece(integrand, lower, upper)


def _between(lower: Expr, cuts: list[Expr] | None, upper: Expr) -> list[tuple[Expr, Expr]]:
    edges = [lower, *(cuts or []), upper]
    return list(zip(edges, edges[1:], strict=False))


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


def _on_piece(
    integrand: Expr,
    atom: Basic,
    deciding: list[Expr],
    variable: Symbol,
    lower: Expr,
    upper: Expr,
) -> Expr | None:
    """The integrand with one kinked function replaced by what it is on an open interval."""
    inside = _inside(lower, upper)
    signs = {g: _sign(g.xreplace({variable: inside})) for g in deciding}
    if any(sign is None for sign in signs.values()):
        return None
    return integrand.xreplace({atom: _chosen(atom, signs)})  # type: ignore[dict-item]


def _inside(lower: Expr, upper: Expr) -> Expr:
    """A point between two ends, of which one or both may be infinite."""
    if lower == -sp.oo:
        return sp.Integer(0) if upper == sp.oo else upper - 1
    return lower + 1 if upper == sp.oo else (lower + upper) / 2


def _chosen(atom: Basic, signs: dict[Expr, int | None]) -> Expr:
    if isinstance(atom, sp.Piecewise):
        return next((b for b, c in atom.args if _holds(c, signs)), sp.nan)  # type: ignore[misc]
    if isinstance(atom, (sp.Max, sp.Min)):
        return _extreme(atom, signs)
    (argument, sign), *_ = signs.items()
    if isinstance(atom, sp.Abs):
        return sp.expand_mul((sign or 0) * argument)
    if isinstance(atom, sp.Heaviside):
        return sp.Integer(1 if sign == 1 else 0) if sign else atom.args[1]  # type: ignore[return-value]
    return sp.Integer(sign or 0)


def _extreme(atom: Basic, signs: dict[Expr, int | None]) -> Expr:
    wanted = 1 if isinstance(atom, sp.Max) else -1
    best = atom.args[0]
    for arg in atom.args[1:]:
        sign = signs.get(arg - best)  # type: ignore[operator]
        if sign is None:
            sign = -(signs[best - arg] or 0)  # type: ignore[operator]
        best = arg if sign == wanted else best
    return best  # type: ignore[return-value]


def _holds(condition: Basic, signs: dict[Expr, int | None]) -> bool:
    if isinstance(condition, (sp.And, sp.Or, sp.Not)):
        parts = [_holds(part, signs) for part in condition.args]
        return not parts[0] if isinstance(condition, sp.Not) else _joined(condition, parts)
    if condition in (sp.true, sp.false):
        return condition == sp.true
    return bool(condition.func(signs[condition.lhs - condition.rhs], 0))  # type: ignore[attr-defined]


def _joined(condition: Basic, parts: list[bool]) -> bool:
    return all(parts) if isinstance(condition, sp.And) else any(parts)


def _sign(value: Expr) -> int | None:
    ball = run(value, {})
    if not isinstance(ball, arb):
        return None
    return 1 if ball > 0 else -1 if ball < 0 else 0 if ball.is_zero() else None


def _singular(integrand: Expr, variable: Symbol) -> list[Expr]:
    """Arguments of logarithms and roots, which may be singular at their zeros."""
    logs = [a.args[0] for a in integrand.atoms(sp.log)]
    roots = [a.base for a in integrand.atoms(sp.Pow) if not a.exp.is_integer]
    poles = [a.base for a in integrand.atoms(sp.Pow) if a.exp.is_negative and a.exp.is_integer]
    return [g for g in (*logs, *roots, *poles) if variable in g.free_symbols and not g.has(*KINKED)]


def _zeros_of_all(
    functions: list[Expr], variable: Symbol, lower: Expr, upper: Expr
) -> list[Expr] | None:
    """Zeros strictly inside an interval in increasing order; None if they are not all known."""
    found: list[Expr] = []
    for function in functions:
        zeros = zeros_of(function, variable, lower, upper)
        if zeros is None:
            return None
        found += [z for z in zeros if z not in found]
    return _ordered(found, lower, upper)


def _ordered(points: list[Expr], lower: Expr, upper: Expr) -> list[Expr] | None:
    inside: list[tuple[arb, Expr]] = []
    for point in points:
        ball = run(point, {})
        if not isinstance(ball, arb):
            continue
        before = [_sign(point - end) if end.is_finite else 1 for end in (lower,)]
        after = [_sign(end - point) if end.is_finite else 1 for end in (upper,)]
        if None in (*before, *after) and point not in (lower, upper):
            return None
        if before[0] == after[0] == 1:
            inside.append((ball, point))
    inside.sort(key=lambda pair: float(pair[0].mid()))
    apart = all(a < b for (a, _), (b, _) in zip(inside, inside[1:], strict=False))
    return [point for _, point in inside] if apart else None


def zeros_of(function: Expr, variable: Symbol, lower: Expr, upper: Expr) -> list[Expr] | None:
    """All real zeros of a function in an interval (and perhaps others); None if not known."""
    found: list[Expr] = []
    for factor in sp.Mul.make_args(sp.factor_terms(function)):
        if variable not in factor.free_symbols:
            continue
        zeros = _zeros_of_factor(factor, variable, lower, upper)
        if zeros is None:
            return None
        found += zeros
    return found


def _zeros_of_factor(factor: Expr, variable: Symbol, lower: Expr, upper: Expr) -> list[Expr] | None:
    if isinstance(factor, sp.Pow) and factor.exp.is_positive:
        factor = factor.base
    if isinstance(factor, sp.exp):
        return []
    if isinstance(factor, (sp.sin, sp.cos)):
        return _zeros_of_oscillation(factor, variable, lower, upper)
    if not factor.is_polynomial(variable):
        return None
    poly = sp.Poly(factor, variable)
    if poly.degree() == 1:
        return [-poly.coeff_monomial(1) / poly.LC()]
    if poly.degree() > HIGHEST_DEGREE or not all(c.is_Rational for c in poly.all_coeffs()):
        return None
    return list(dict.fromkeys(poly.real_roots()))


def _zeros_of_oscillation(
    factor: Expr, variable: Symbol, lower: Expr, upper: Expr
) -> list[Expr] | None:
    """Zeros of sin(a*x + b) or cos(a*x + b) on a bounded interval."""
    argument = factor.args[0]
    if not (lower.is_finite and upper.is_finite and argument.is_polynomial(variable)):
        return None
    poly = sp.Poly(argument, variable)
    if poly.degree() != 1:
        return None
    shift = sp.pi / 2 if isinstance(factor, sp.cos) else sp.Integer(0)
    ends = [run((argument.xreplace({variable: e}) - shift) / sp.pi, {}) for e in (lower, upper)]
    if not all(isinstance(e, arb) and e.is_finite() for e in ends):
        return None
    first, last = sorted((float(e.mid()) for e in ends))
    if last - first > MOST_ZEROS:
        return None
    turns = range(int(first) - 2, int(last) + 3)
    return [(k * sp.pi + shift - poly.coeff_monomial(1)) / poly.LC() for k in turns]
