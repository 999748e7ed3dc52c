"""The routes by which a Gaussian expectation is taken, tried in a fixed order.

    delta(form) G          condition on form = 0
    independent factors    product of expectations
    exp(quadratic) G       complete the square, which changes the law
    polynomial             Isserlis
    strip a < form < b     regress on the form; half-line moments
    sector u > 0, v > 0    regress on u and v; polar coordinates, or a series for real powers
    erf, sign              Stein's lemma removes polynomials, Price's theorem does the rest

A delta on a line where the rest of the integrand jumps has no meaning and is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product as combinations

from sympy import Add, DiracDelta, Dummy, Expr, Mul, Poly, S, Symbol, expand, pi, sqrt

from symdyn.calculus.angles import sector, sign_of
from symdyn.calculus.cells import cells, on_line
from symdyn.calculus.integrand import Sigmoid, Term, terms
from symdyn.calculus.moments import half_line_moment
from symdyn.calculus.monomials import monomials
from symdyn.calculus.normal_law import NormalLaw
from symdyn.calculus.obligations import cite
from symdyn.calculus.quadrant import quadrant_moment
from symdyn.calculus.sigmoids import sigmoid_product
from symdyn.errors import UnsupportedError

_U, _V = Dummy("u"), Dummy("v")  # stand for two forms inside a route; never part of an answer
_S = Dummy("s", real=True)


def expectation(f: Expr, law: NormalLaw) -> Expr:
    """E[f(z)] under a centred, non-degenerate Gaussian law."""
    return sum((_of_product(part, law) for part in Add.make_args(expand(f))), S.Zero)


def _of_product(f: Expr, law: NormalLaw) -> Expr:
    constant, varying = f.as_independent(*law.variables, as_Add=False)
    used = [z for z in law.variables if varying.has(z)]
    if not used or constant == 0:
        return f
    law = law.restricted(used)
    factors = Mul.make_args(varying)
    delta = next((factor for factor in factors if isinstance(factor, DiracDelta)), None)
    if delta is not None:
        return constant * _on_delta(delta, varying / delta, law)
    groups = _independent(factors, law)
    if len(groups) > 1:
        cite("independence")
        return constant * Mul(*(expectation(group, law) for group in groups))
    return constant * _over_cells(varying, law)


def _on_delta(delta: DiracDelta, rest: Expr, law: NormalLaw) -> Expr:
    """E[delta^(k)(form) G] = (-d/ds)^k [density at s * E[G | form = s]] at s = 0."""
    form, order = delta.args[0], int(delta.args[1]) if len(delta.args) > 1 else 0
    if not form.is_polynomial(*law.variables) or Poly(form, *law.variables).total_degree() != 1:
        raise UnsupportedError(f"{delta}: only deltas of affine forms are supported")
    rest = on_line(rest, form, law.variables, is_smooth=order > 0)
    variance = law.covary(form, form)
    value = _S * variance if order else S.Zero  # in units in which conditional means are polynomial
    density, shift, others = law.conditioned(form, value)
    result = density * expectation(rest.subs(shift, simultaneous=True), others)
    return (result.diff(_S, order) / (-variance) ** order).subs(_S, 0) if order else result


def _independent(factors: Sequence[Expr], law: NormalLaw) -> list[Expr]:
    """Products of factors that have no variables, and no correlated variables, in common."""
    groups: list[tuple[set[Symbol], Expr]] = []
    for factor in factors:
        own = {z for z in law.variables if factor.has(z)}
        touching = [group for group in groups if _are_tied(own, group[0], law)]
        groups = [group for group in groups if group not in touching]
        merged = own.union(*(group[0] for group in touching))
        groups.append((merged, Mul(factor, *(group[1] for group in touching))))
    return [group[1] for group in groups]


def _are_tied(first: set[Symbol], second: set[Symbol], law: NormalLaw) -> bool:
    return any(law.covary(a, b) != 0 for a, b in combinations(first, second))


def _over_cells(f: Expr, law: NormalLaw) -> Expr:
    total = S.Zero
    for cell in cells(f, law.variables):
        alike: dict[Term, Expr] = {}
        for term in terms(cell.expr, law.variables):
            kind = replace(term, coefficient=S.One, polynomial=S.One)
            alike[kind] = alike.get(kind, S.Zero) + term.coefficient * term.polynomial
        for kind, polynomial in alike.items():
            total += _of_term(replace(kind, polynomial=polynomial), cell.half_planes, law)
    return total


def _of_term(term: Term, half_planes: tuple[Expr, ...], law: NormalLaw) -> Expr:
    if term.exponent != 0:
        factor, shift, law = law.tilted(term.exponent)
        half_planes = tuple(expand(h.subs(shift, simultaneous=True)) for h in half_planes)
        return factor * _of_term(term.moved(shift), half_planes, law)
    if term.sigmoids:
        return _by_sigmoids(term, half_planes, law)
    if half_planes:
        return _on_cell(term, half_planes, law)
    if term.powers:
        base, power = term.powers[0]
        raise UnsupportedError(
            f"({base})**({power}) is not real where {base} < 0; multiply it by "
            f"Heaviside({base}), or take the power of Abs or Max"
        )
    return law.moment(term.polynomial)


def _on_cell(term: Term, half_planes: tuple[Expr, ...], law: NormalLaw) -> Expr:
    """The cell is a strip if all its edges are parallel, else it must be a sector."""
    u = _without_offset(half_planes[0], law)
    others = (_without_offset(h, law) for h in half_planes)
    v = next((h for h in others if _ratio(h, u, law) is None), None)
    if v is None:
        return _on_strip(term, u, half_planes, law)
    if any(law.offset(h) != 0 for h in half_planes):
        raise UnsupportedError(
            f"the cell {_shown(half_planes)} has edges that cross away from the origin; "
            "biases, or shifts by exp, cos and sin, together with two correlated kinks have no "
            "closed form here"
        )
    if len(set(half_planes)) == 2:
        return _on_sector(term, u, v, law)
    found = sector([_in_basis(h, u, v, law) for h in half_planes])
    if found is None:
        return S.Zero
    first = expand(found.first[0] * u + found.first[1] * v)
    if found.is_half_plane:
        return _on_strip(term, first, (first,), law)
    return _on_sector(term, first, expand(found.last[0] * u + found.last[1] * v), law)


def _on_strip(term: Term, u: Expr, half_planes: tuple[Expr, ...], law: NormalLaw) -> Expr:
    lower, upper = _bounds(half_planes, u, law)
    if lower is None and upper is not None:
        u, lower, upper = -u, -upper, None
    if lower is not None and upper is not None and _sign(upper - lower, half_planes) <= 0:
        return S.Zero
    power, scale = _powers_of(term, (u,), law)
    is_positive = lower is not None and sign_of(lower) in (0, 1)
    if power[0] != 0 and not is_positive:
        raise UnsupportedError(f"({u})**({power[0]}) is not real on all of {_shown(half_planes)}")
    variance = law.covary(u, u)
    total = S.Zero
    for (n,), c in monomials(law.regressed(term.polynomial, (u,), (_U,)), (_U,)).items():
        total += c * half_line_moment(n + power[0], variance, lower if lower is not None else 0)
        if upper is not None:
            total -= c * half_line_moment(n + power[0], variance, upper)
    return scale * total


def _bounds(
    half_planes: tuple[Expr, ...], u: Expr, law: NormalLaw
) -> tuple[Expr | None, Expr | None]:
    """Largest lower and smallest upper bound on u."""
    lower: Expr | None = None
    upper: Expr | None = None
    for h in half_planes:
        ratio = _ratio(_without_offset(h, law), u, law)
        bound = expand(-law.offset(h) / ratio)
        if _sign(ratio, half_planes) > 0:
            lower = bound if lower is None or _sign(bound - lower, half_planes) > 0 else lower
        else:
            upper = bound if upper is None or _sign(bound - upper, half_planes) < 0 else upper
    return lower, upper


def _on_sector(term: Term, u: Expr, v: Expr, law: NormalLaw) -> Expr:
    (m0, n0), scale = _powers_of(term, (u, v), law)
    rho = law.correlation(u, v)
    a, b = sqrt(law.covary(u, u)), sqrt(law.covary(v, v))
    total = S.Zero
    for (m, n), c in monomials(law.regressed(term.polynomial, (u, v), (_U, _V)), (_U, _V)).items():
        moment = quadrant_moment(m + m0, n + n0, rho)
        total += c * a ** (m + m0) * b ** (n + n0) * moment
    return scale * total


def _powers_of(term: Term, forms: tuple[Expr, ...], law: NormalLaw) -> tuple[list[Expr], Expr]:
    """The real powers as powers of the forms that bound the cell, and the scale that is left."""
    powers, scale = [S.Zero] * len(forms), S.One
    for base, power in term.powers:
        ratios = [_ratio(base, form, law) for form in forms]
        k = next((i for i, r in enumerate(ratios) if r is not None and r.is_positive), None)
        if k is None or law.offset(base) != 0:
            raise UnsupportedError(
                f"({base})**({power}): a real power needs a base that is an edge of its cell, "
                f"here {_shown(forms)}"
            )
        powers[k] += power
        scale *= ratios[k] ** power
    return powers, scale


def _by_sigmoids(term: Term, half_planes: tuple[Expr, ...], law: NormalLaw) -> Expr:
    """Half-planes are sigmoids without noise: 1(h > 0) = (1 + sign(h))/2."""
    if term.powers:
        base, power = term.powers[0]
        raise UnsupportedError(f"({base})**({power}) together with erf has no closed form here")
    total = S.Zero
    for chosen in combinations((False, True), repeat=len(half_planes)):
        signs = tuple(
            Sigmoid(h, S.Zero) for h, is_in in zip(half_planes, chosen, strict=True) if is_in
        )
        total += _stein(replace(term, sigmoids=term.sigmoids + signs), law)
    return total / 2 ** len(half_planes)


def _stein(term: Term, law: NormalLaw) -> Expr:
    """E[P * sigmoids] by E[z G] = sum_j Cov(z, z_j) E[dG/dz_j], down to a constant P."""
    if not term.sigmoids:
        return law.moment(term.polynomial)
    total = S.Zero
    for powers, c in monomials(term.polynomial, law.variables).items():
        if any(powers):
            cite("Stein")
            total += c * _stein_step(powers, term.sigmoids, law)
        else:
            total += c * sigmoid_product(term.sigmoids, law)
    return total


def _stein_step(powers: tuple[int, ...], sigmoids: tuple[Sigmoid, ...], law: NormalLaw) -> Expr:
    i = next(k for k, n in enumerate(powers) if n)
    rest = Mul(
        *(z ** (n - (k == i)) for k, (z, n) in enumerate(zip(law.variables, powers, strict=True)))
    )
    total = S.Zero
    for j, z in enumerate(law.variables):
        total += law.covariance[i, j] * _stein(
            Term(polynomial=rest.diff(z), sigmoids=sigmoids), law
        )
    for k, sigmoid in enumerate(sigmoids):
        others = Term(polynomial=rest, sigmoids=sigmoids[:k] + sigmoids[k + 1 :])
        weight = law.covary(law.variables[i], sigmoid.form)
        total += weight * _at_sigmoid_slope(sigmoid, others, law)
    return total


def _at_sigmoid_slope(sigmoid: Sigmoid, rest: Term, law: NormalLaw) -> Expr:
    """E[S' * rest], where S' is twice the density of the noise: a Gaussian or a delta."""
    if sigmoid.noise == 0:
        density, shift, others = law.conditioned(sigmoid.form, S.Zero)
        return 2 * density * _stein(rest.moved(shift), others)
    height = sqrt(2 / (pi * sigmoid.noise))
    return height * _of_term(
        replace(rest, exponent=expand(-(sigmoid.form**2) / (2 * sigmoid.noise))), (), law
    )


def _without_offset(form: Expr, law: NormalLaw) -> Expr:
    return expand(form - law.offset(form))


def _ratio(form: Expr, other: Expr, law: NormalLaw) -> Expr | None:
    """k with form = k*other up to offsets, if there is one."""
    a, b = law.slopes(form), law.slopes(other)
    k = next(i for i, slope in enumerate(b) if slope != 0)
    is_parallel = all(expand(x * b[k] - a[k] * y) == 0 for x, y in zip(a, b, strict=True))
    return a[k] / b[k] if is_parallel else None


def _in_basis(form: Expr, u: Expr, v: Expr, law: NormalLaw) -> tuple[Expr, Expr]:
    """(a, b) with form = a*u + b*v."""
    rows = (law.slopes(u), law.slopes(v), law.slopes(form))
    for i, j in combinations(range(len(law.variables)), repeat=2):
        pivot = expand(rows[0][i] * rows[1][j] - rows[0][j] * rows[1][i])
        if pivot == 0:
            continue
        a = (rows[2][i] * rows[1][j] - rows[2][j] * rows[1][i]) / pivot
        b = (rows[0][i] * rows[2][j] - rows[0][j] * rows[2][i]) / pivot
        if all(expand((a * x + b * y - w) * pivot) == 0 for x, y, w in zip(*rows, strict=True)):
            return a, b
        break
    raise UnsupportedError(
        f"kinks in three or more independent directions ({u}, {v}, {form}) are orthant "
        "probabilities, which have no closed form in general"
    )


def _sign(expr: Expr, half_planes: Sequence[Expr]) -> int:
    sign = sign_of(expr)
    if sign is None:
        raise UnsupportedError(
            f"the sign of {expand(expr)} decides the shape of the cell {_shown(half_planes)} and "
            "is not known; declare which parameters are positive"
        )
    return sign


def _shown(half_planes: Sequence[Expr]) -> str:
    return ", ".join(f"{h} > 0" for h in half_planes)
