"""The law of centred, jointly Gaussian variables, and what keeps it Gaussian.

    condition on a form:   z given f(z) = 0 is Gaussian
    tilt by exp(b.z + z.A.z):   E[exp(b.z + z.A.z) G(z)] = factor * E'[G(z + shift)]
    regress on forms u:   z = B u + e with e independent of u

Tilting completes the square: Sigma' = Sigma (I - 2 A Sigma)^-1, shift = Sigma' b,
factor = det(I - 2 A Sigma)^(-1/2) exp(b.Sigma'.b / 2). It needs I - 2 A Sigma to stay positive,
which is required, never assumed. Degenerate laws are not treated: substitute first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sympy import (
    Expr,
    I,
    ImmutableMatrix,
    Matrix,
    Poly,
    PolynomialError,
    S,
    Symbol,
    cancel,
    exp,
    expand,
    eye,
    pi,
    sqrt,
)

from symdyn.calculus.angles import sign_of
from symdyn.calculus.moments import polynomial_moment
from symdyn.calculus.obligations import cite, owe
from symdyn.errors import DomainError, UnsupportedError

Shift = dict[Symbol, Expr]


@dataclass(frozen=True)
class NormalLaw:
    """Centred Gaussian variables with a non-degenerate covariance."""

    variables: tuple[Symbol, ...]
    covariance: ImmutableMatrix

    def slopes(self, form: Expr) -> Matrix:
        """Coefficients of an affine form, as a row."""
        return Matrix([[expand(form).coeff(z) for z in self.variables]])

    def offset(self, form: Expr) -> Expr:
        """The value of an affine form at the origin."""
        return form.subs(dict.fromkeys(self.variables, 0))

    def covary(self, first: Expr, second: Expr) -> Expr:
        """Covariance of two affine forms."""
        return cancel((self.slopes(first) * self.covariance * self.slopes(second).T)[0])

    def correlation(self, first: Expr, second: Expr) -> Expr:
        """Correlation of two affine forms."""
        v, w = self.covary(first, first), self.covary(second, second)
        return cancel(self.covary(first, second) / v) * sqrt(v) / sqrt(w)

    def restricted(self, variables: Sequence[Symbol]) -> NormalLaw:
        """The joint law of some of the variables."""
        kept = [i for i, z in enumerate(self.variables) if z in variables]
        chosen = tuple(self.variables[i] for i in kept)
        return NormalLaw(chosen, ImmutableMatrix(self.covariance.extract(kept, kept)))

    def moment(self, polynomial: Expr) -> Expr:
        """E[P(z)] for a polynomial."""
        return polynomial_moment(polynomial, self.variables, self.covariance)

    def conditioned(self, form: Expr, value: Expr) -> tuple[Expr, Shift, NormalLaw]:
        """Density of an affine form at a value, the variables there, and the law of the others.

        E[delta(form - value) G(z)] = density * E'[G(z after the substitution)].
        """
        cite("conditional Gaussian")
        slopes, variance = self.slopes(form), self.covary(form, form)
        above = value - self.offset(form)
        weights = self.covariance * slopes.T
        k = next(i for i, slope in enumerate(slopes) if slope != 0)
        others = [i for i in range(len(self.variables)) if i != k]
        covariance = self.covariance - weights * weights.T / variance
        law = NormalLaw(
            tuple(self.variables[i] for i in others),
            ImmutableMatrix(covariance.extract(others, others).applyfunc(cancel)),
        )
        shift = {
            self.variables[i]: self.variables[i] + cancel(weights[i] * above / variance)
            for i in others
        }
        rest = sum((slopes[i] * shift[self.variables[i]] for i in others), S.Zero)
        shift[self.variables[k]] = (above - rest) / slopes[k]
        density = exp(-(above**2) / (2 * variance)) / sqrt(2 * pi * variance)
        return density, shift, law

    def tilted(self, exponent: Expr) -> tuple[Expr, Shift, NormalLaw]:
        """Factor, shift and law with E[exp(exponent) G(z)] = factor * E'[G(z + shift)]."""
        constant, linear, quadratic = self._coefficients(exponent)
        self._require_convergence(quadratic)
        cite("completing the square")
        narrowing = eye(len(self.variables)) - 2 * quadratic * self.covariance
        covariance = (self.covariance * narrowing.inv()).applyfunc(cancel)
        mean = (covariance * linear).applyfunc(cancel)
        law = NormalLaw(self.variables, ImmutableMatrix(covariance))
        gain = cancel((linear.T * covariance * linear)[0] / 2)
        self._owe_square(exponent, law, mean, constant + gain)
        factor = exp(constant + gain) / sqrt(cancel(narrowing.det()))
        return factor, {z: z + m for z, m in zip(self.variables, mean, strict=True)}, law

    def _coefficients(self, exponent: Expr) -> tuple[Expr, Matrix, Matrix]:
        try:
            poly = Poly(exponent, *self.variables)
        except PolynomialError:
            poly = None
        if poly is None or poly.total_degree() > 2:
            raise UnsupportedError(
                f"exp({exponent}): only exponents of degree 1 or 2 in the Gaussian variables "
                "keep the law Gaussian"
            )
        at_zero = dict.fromkeys(self.variables, 0)
        linear = Matrix([exponent.diff(z).subs(at_zero) for z in self.variables])
        quadratic = Matrix(
            [[exponent.diff(z, w) / 2 for w in self.variables] for z in self.variables]
        )
        return exponent.subs(at_zero), linear.applyfunc(expand), quadratic.applyfunc(expand)

    def _require_convergence(self, quadratic: Matrix) -> None:
        """The quadratic part must leave the density integrable."""
        real = quadratic.applyfunc(lambda a: a.as_real_imag()[0] if a.has(I) else a)
        if real != quadratic and len(self.variables) > 1:
            raise UnsupportedError("cos and sin of quadratic forms need a single Gaussian variable")
        if _is_nonpositive(real):
            return
        precision = self.covariance.inv() - 2 * real
        signs = [sign_of(cancel(precision[:k, :k].det())) for k in range(1, precision.rows + 1)]
        if all(sign == 1 for sign in signs):  # Sylvester's criterion
            return
        if len(signs) == 1 and signs[0] in (0, -1):
            raise DomainError(f"E[exp(a*z**2)] is infinite for a = {real[0]}: it needs 2*a*q < 1")
        raise UnsupportedError(
            f"exp of the quadratic form with matrix {real.tolist()}: nothing says that the "
            "expectation is finite; declare which parameters are positive"
        )

    def _owe_square(self, exponent: Expr, law: NormalLaw, mean: Matrix, gain: Expr) -> None:
        z = Matrix(self.variables)
        before = exponent - (z.T * self.covariance.inv() * z)[0] / 2
        after = gain - ((z - mean).T * law.covariance.inv() * (z - mean))[0] / 2
        owe(before, after, because="the completed square, multiplied out")

    def regressed(self, polynomial: Expr, forms: Sequence[Expr], names: Sequence[Symbol]) -> Expr:
        """E[P(z) | forms], a polynomial in names that stand for the forms."""
        rows = Matrix.vstack(*(self.slopes(form) for form in forms))
        if rows.rows == rows.cols:
            weights, left = rows.inv(), None
        else:
            cite("conditional Gaussian")
            inner = (rows * self.covariance * rows.T).inv()
            weights = self.covariance * rows.T * inner
            left = (self.covariance - weights * rows * self.covariance).applyfunc(cancel)
        explained = weights.applyfunc(cancel) * Matrix(names)
        if left is None:
            return expand(
                polynomial.subs(
                    dict(zip(self.variables, explained, strict=True)), simultaneous=True
                )
            )
        moved = {z: z + u for z, u in zip(self.variables, explained, strict=True)}
        shifted = expand(polynomial.subs(moved, simultaneous=True))
        return polynomial_moment(shifted, self.variables, left)


def _is_nonpositive(quadratic: Matrix) -> bool:
    """Whether a symmetric matrix is known to have no positive direction."""
    if any(not quadratic[i, i].is_nonpositive for i in range(quadratic.rows)):
        return False
    if quadratic.is_diagonal():
        return True
    return quadratic.rows == 2 and bool(expand(quadratic.det()).is_nonnegative)
