"""Expectations of functions of jointly Gaussian variables, in closed form.

    gaussian_expectation(f, z)                 z ~ N(0, 1)
    gaussian_expectation(f, z, q)              z ~ N(0, q)
    gaussian_expectation(f, (z, w), c)         unit variances, correlation c
    gaussian_expectation(f, (z, w), Matrix)    any covariance; several variables alike

The function is cut into cells where it is smooth (`cells`), written there as a sum of terms
(`integrand`), and each term takes the first of the `routes` that fits. What no route can do (tanh,
biases together with two correlated kinks, ...) is an error that names the part in the way.

A correlation that is a symbol is meant in (-1, 1) and a variance that is a symbol is meant to be
positive; a covariance that is visibly degenerate is handled by substitution. Numerical integration
is not done here: `gaussian_integral` gives the definition, for whoever evaluates it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sympy import (
    Expr,
    Heaviside,
    ImmutableMatrix,
    Integral,
    Matrix,
    MatrixBase,
    Max,
    Min,
    S,
    Symbol,
    cancel,
    cos,
    exp,
    expand,
    eye,
    nan,
    oo,
    pi,
    sign,
    sqrt,
    sympify,
    zoo,
)

from symdyn.calculus.angles import angle, sign_of
from symdyn.calculus.normal_law import NormalLaw
from symdyn.calculus.routes import expectation
from symdyn.calculus.tidy import collected
from symdyn.errors import DomainError, InputError, UnsupportedError

Covariance = Expr | int | MatrixBase | None


def gaussian_expectation(
    f: Expr | int, variables: Symbol | Sequence[Symbol], covariance: Covariance = None
) -> Expr:
    """E[f] for centred Gaussian variables, in closed form.

    Functions of one or two variables: sums of products of polynomials, kinks (Max, Min, Abs, sign,
    Heaviside, Piecewise) in linear forms, real powers where they are real, exp of degree 1 and 2,
    cos, sin, cosh, sinh, erf, DiracDelta. Biases are supported where all kinks are parallel.

    >>> from sympy import Max, symbols
    >>> z, w, c = symbols("z w c", real=True)
    >>> gaussian_expectation(Max(z, 0)*Max(w, 0), (z, w), c)
    (c*(pi - acos(c)) + sqrt(1 - c**2))/(2*pi)
    >>> gaussian_expectation(z**4, z, c)
    3*c**2

    Raises UnsupportedError if no route applies, DomainError if there is no such Gaussian or the
    expectation is infinite.
    """
    zs, matrix = _law(variables, covariance)
    function = _checked(f)
    real = {z: Symbol(z.name, real=True) for z in zs}
    clash = function.free_symbols & set(real.values()) - set(zs)
    if clash:
        raise InputError(f"two symbols are called {clash.pop()}; rename the parameter")
    function, law = _nondegenerate(function.xreplace(real), tuple(real.values()), matrix)
    value = collected(expectation(function, law))
    if value.has(nan, zoo, oo):
        raise UnsupportedError(
            f"E[{f}] is not finite: {value}; a piecewise function needs a last branch"
        )
    return value


def gaussian_integral(
    f: Expr | int,
    variables: Symbol | Sequence[Symbol],
    covariance: Covariance = None,
    *,
    polar: bool = False,
) -> Expr:
    """The integral that an expectation is, not evaluated: the reference for every closed form.

    >>> from sympy import symbols
    >>> z = symbols("z", real=True)
    >>> gaussian_integral(z**2, z)
    Integral(sqrt(2)*z**2*exp(-z**2/2)/(2*sqrt(pi)), (z, -oo, oo))

    Two variables may be in polar coordinates: z = sqrt(q11) r cos(phi),
    w = sqrt(q22) r cos(phi - theta) with cos(theta) their correlation. A homogeneous function gives
    an integral over the radius times one over the angle.
    """
    zs, matrix = _law(variables, covariance)
    function = _checked(f)
    if polar:
        return _polar_integral(function, zs, matrix)
    column = Matrix(zs)
    form = expand((column.T * matrix.inv() * column)[0])
    density = exp(-form / 2) / sqrt((2 * pi) ** len(zs) * matrix.det())
    return Integral(function * density, *((z, -oo, oo) for z in reversed(zs)))


def _polar_integral(f: Expr, zs: tuple[Symbol, ...], matrix: MatrixBase) -> Expr:
    if len(zs) != 2:
        raise InputError(f"polar coordinates need two variables, not {len(zs)}")
    r, phi = _fresh("r", f, positive=True), _fresh("phi", f, real=True)
    a, b = sqrt(matrix[0, 0]), sqrt(matrix[1, 1])
    theta = angle(matrix[0, 1] / (a * b))
    inside = f.subs({zs[0]: a * r * cos(phi), zs[1]: b * r * cos(phi - theta)}, simultaneous=True)
    density = r * exp(-(r**2) / 2) / (2 * pi)
    angular, radial = _scaled(inside, r).as_independent(r, as_Add=False)
    if phi in radial.free_symbols:
        return Integral(inside * density, (r, 0, oo), (phi, -pi, pi))
    return Integral(radial * density, (r, 0, oo)) * Integral(angular, (phi, -pi, pi))


def _scaled(f: Expr, r: Symbol) -> Expr:
    """The positive radius taken out of kinks: max(0, r x) = r max(0, x), step(r x) = step(x)."""
    kinks = {}
    for kink in f.atoms(Max, Min, Heaviside, sign):
        degree = 0 if isinstance(kink, (Heaviside, sign)) else 1
        parts = [cancel(part / r) for part in kink.args[: None if degree else 1]]
        if not any(r in part.free_symbols for part in parts):
            kinks[kink] = r**degree * kink.func(*parts, *kink.args[len(parts) :])
    return f.xreplace(kinks)


def _fresh(name: str, f: Expr, **assumptions: bool) -> Symbol:
    while any(symbol.name == name for symbol in f.free_symbols):
        name += "_"
    return Symbol(name, **assumptions)


def _checked(f: Expr | int) -> Expr:
    function = sympify(f)
    if not isinstance(function, Expr):
        raise InputError(f"a Gaussian expectation needs a scalar expression, not {f!r}")
    return function


def _law(
    variables: Symbol | Sequence[Symbol], covariance: Covariance
) -> tuple[tuple[Symbol, ...], ImmutableMatrix]:
    zs = (variables,) if isinstance(variables, Symbol) else tuple(variables)
    if not zs or len(set(zs)) < len(zs) or not all(isinstance(z, Symbol) for z in zs):
        raise InputError(f"Gaussian variables must be different symbols; got {variables!r}")
    for z in zs:
        _require_unbounded(z)
    matrix = _matrix(len(zs), covariance)
    if matrix.free_symbols & set(zs):
        raise InputError(f"the covariance {matrix.tolist()} depends on the variables {zs}")
    _require_covariance(matrix)
    return zs, matrix


_NEUTRAL = frozenset(Symbol("z", real=True).assumptions0)


def _require_unbounded(z: Symbol) -> None:
    """A symbol that SymPy takes to be positive, say, has already been simplified by that."""
    excess = {fact for fact, holds in z.assumptions0.items() if holds} - _NEUTRAL
    if excess or z.is_real is False:
        told = ", ".join(sorted(excess)) or "not real"
        raise InputError(
            f"{z} is declared {told}, but a Gaussian variable takes every real value; declare it "
            f'symbols("{z.name}", real=True)'
        )


def _matrix(size: int, covariance: Covariance) -> ImmutableMatrix:
    if covariance is None:
        return ImmutableMatrix(eye(size))
    if isinstance(covariance, MatrixBase):
        matrix = ImmutableMatrix(covariance)
        if matrix.shape != (size, size):
            raise InputError(f"{size} variables need a {size} by {size} covariance: {matrix}")
        return matrix
    scalar = sympify(covariance)
    if size > 2 or not isinstance(scalar, Expr):
        raise InputError(
            f"covariance {covariance!r}: give a variance for one variable, a correlation for two, "
            "or a matrix"
        )
    return ImmutableMatrix([[scalar]] if size == 1 else [[1, scalar], [scalar, 1]])


def _require_covariance(matrix: ImmutableMatrix) -> None:
    """Real, finite and symmetric, and no minor that is known to be negative."""
    for entry in matrix:
        if entry.is_extended_real is False or entry.is_finite is False or entry is nan:
            raise DomainError(
                f"{entry} is no covariance: variances and covariances are real and finite"
            )
    if (matrix - matrix.T).applyfunc(expand) != ImmutableMatrix.zeros(*matrix.shape):
        raise InputError(f"the covariance {matrix.tolist()} is not symmetric")
    n = matrix.rows
    pairs = ([i] if i == j else [i, j] for i in range(n) for j in range(i, n))
    minors = [matrix.extract(rows, rows).det() for rows in (*pairs, list(range(n)))]
    if any(sign_of(minor) == -1 for minor in minors):
        raise DomainError(
            f"{matrix.tolist()} is no covariance: variances are not negative and correlations lie "
            "in [-1, 1]"
        )


def _nondegenerate(
    f: Expr, zs: tuple[Symbol, ...], matrix: ImmutableMatrix
) -> tuple[Expr, NormalLaw]:
    """Variables that others determine are substituted, until the covariance has full rank."""
    kept: list[int] = []
    for i in range(len(zs)):
        trial = [*kept, i]
        if expand(matrix.extract(trial, trial).det()) != 0:
            kept.append(i)
            continue
        inner, cross = matrix.extract(kept, kept), matrix.extract([i], kept)
        weights = cross * inner.inv() if kept else Matrix(1, 0, [])
        f = f.subs(zs[i], sum((w * zs[k] for w, k in zip(weights, kept, strict=True)), S.Zero))
    law = NormalLaw(tuple(zs[k] for k in kept), ImmutableMatrix(matrix.extract(kept, kept)))
    return f, law
