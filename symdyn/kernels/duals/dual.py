"""The dual of an activation: what a wide random layer does to variances and correlations.

    V(q)        = E[phi(z)^2]                z ~ N(0, q)
    W(q, c, q2) = E[phi(z) phi(z')]          variances q and q2, covariance c sqrt(q q2)
    dV, dW      the same for the derivative of phi

Every activation has numbers: sums over a piecewise polynomial that stands for phi to the last bits
(`pieces`, `sums`). Closed forms are derived besides where there are any (`closed_forms`). The route
says which there are:

    closed form      V and W are known in closed form
    closed V         V is, W is computed by quadrature
    quadrature       both are computed by quadrature

Numbers are relative to the size of what is added up: where W passes through zero between terms of
different signs, they are good to 1e-13 of sqrt(V(q) V(q2)).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
from sympy import DiracDelta, Expr, Integer, Symbol

from symdyn.errors import DomainError, SymdynError, UnsupportedError
from symdyn.kernels.duals.activation import Activation, read
from symdyn.kernels.duals.arguments import correlation, variance
from symdyn.kernels.duals.certificate import DualCertificate, certified
from symdyn.kernels.duals.closed_forms import C, ClosedForm, Q, closed_forms
from symdyn.kernels.duals.moments import Moments
from symdyn.kernels.duals.pieces import Pieces, kinks_of
from symdyn.kernels.duals.sums import Doubles
from symdyn.kernels.kernel import Kernel, kernel


class Route(StrEnum):
    """Which closed forms a dual has."""

    CLOSED = "closed form"
    CLOSED_V = "closed V"
    QUADRATURE = "quadrature"


class Dual:
    """V, W, dV and dW of an activation, as functions of arrays and, where known, as expressions.

    Made by `dual_activation`. Closed forms are looked for when they are first asked for.
    """

    q_symbol: Symbol = Q
    c_symbol: Symbol = C

    def __init__(self, activation: Activation) -> None:
        self.activation = activation
        pieces = Pieces(activation.f, activation.z, kinks_of(activation.f, activation.z))
        self._moments = Moments(pieces, activation.parity)

    @property
    def phi(self) -> Expr:
        """The activation."""
        return self.activation.f

    def V(self, q: Any) -> Any:
        """E[phi(z)^2] at every element of an array of variances; nan for negative ones."""
        return self._moments.second(variance("q", q))[()]

    def W(
        self,
        q: Any,
        c: Any = None,
        q2: Any = None,
        *,
        one_minus_c: Any = None,
        one_plus_c: Any = None,
    ) -> Any:
        """E[phi(z) phi(z')] for variances q and q2 (q unless given) and correlation c.

        `one_minus_c=` or `one_plus_c=` replaces c, so that nothing is lost near 1 and -1. Elements
        with a negative variance or |c| > 1 are nan.
        """
        return _products(self._moments, q, q2, c, one_minus_c, one_plus_c)

    def dV(self, q: Any) -> Any:
        """E[phi'(z)^2]; infinite where phi jumps, or phi' has too steep a pole."""
        variances = variance("q", q)
        if isinstance(self._slope, DomainError):
            return np.where(np.isnan(variances), np.nan, np.inf)[()]
        if isinstance(self._slope, SymdynError):
            raise self._slope
        return self._slope.second(variances)[()]

    def dW(
        self,
        q: Any,
        c: Any = None,
        q2: Any = None,
        *,
        one_minus_c: Any = None,
        one_plus_c: Any = None,
    ) -> Any:
        """E[phi'(z) phi'(z')], which is the derivative of W in the covariance.

        Raises UnsupportedError where phi' is not square-integrable though phi does not jump.
        """
        if isinstance(self._slope, SymdynError):
            raise UnsupportedError(f"dW of {self.phi} is not available: {self._slope}")
        return _products(self._slope, q, q2, c, one_minus_c, one_plus_c)

    @cached_property
    def _slope(self) -> Moments | SymdynError:
        """The derivative between its jumps, and its jumps."""
        f, z, parity = self.activation.f, self.activation.z, self.activation.parity
        slope = f.diff(z).replace(DiracDelta, lambda *_: Integer(0))
        try:
            pieces = Pieces(slope, z, self._moments.pieces.kinks)
            return Moments(pieces, -parity, *self._moments.jumps())
        except SymdynError as problem:
            return problem

    @cached_property
    def _closed(self) -> Mapping[str, ClosedForm | str]:
        return closed_forms(self.activation, self._moments, self._slope)

    def _expr(self, name: str) -> Expr | None:
        found = self._closed[name]
        return found.expr if isinstance(found, ClosedForm) else None

    @property
    def V_expr(self) -> Expr | None:
        """V in closed form, in q_symbol."""
        return self._expr("V")

    @property
    def W_expr(self) -> Expr | None:
        """W in closed form, for equal variances, in q_symbol and c_symbol."""
        return self._expr("W")

    @property
    def dV_expr(self) -> Expr | None:
        """dV in closed form."""
        return self._expr("dV")

    @property
    def dW_expr(self) -> Expr | None:
        """dW in closed form."""
        return self._expr("dW")

    @property
    def route(self) -> Route:
        """Which closed forms there are."""
        if self.V_expr is None:
            return Route.QUADRATURE
        return Route.CLOSED if self.W_expr is not None else Route.CLOSED_V

    @property
    def missing(self) -> dict[str, str]:
        """What has no closed form, or no value, and why."""
        return {name: why for name, why in self._closed.items() if isinstance(why, str)}

    @property
    def facts(self) -> tuple[str, ...]:
        """The theorems on which the closed forms rest."""
        known = (found.facts for found in self._closed.values() if isinstance(found, ClosedForm))
        return tuple(dict.fromkeys(fact for facts in known for fact in facts))

    def kernel(self, name: str = "W") -> Kernel:
        """The certified kernel of a closed form, of q or of q and c; made within a minute or two.

        Raises UnsupportedError where there is no closed form.
        """
        found = self._closed.get(name)
        if not isinstance(found, ClosedForm):
            raise UnsupportedError(f"{name} of {self.phi} has no closed form: {found}")
        if name.endswith("V"):
            return kernel(found.expr, (Q,))  # type: ignore[return-value]
        return kernel(found.expr, (Q, C), domain={C: (-1, 1)})  # type: ignore[return-value]

    @cached_property
    def certificate(self) -> DualCertificate:
        """Errors of V and W against their definition to many digits; takes minutes."""
        return certified(self._moments)

    def __repr__(self) -> str:
        lines = [f"<dual of {self.phi}, {self.route}"]
        lines += [f"  no closed {name}: {why}" for name, why in self.missing.items()]
        return "\n".join(lines) + ">"


def _products(m: Moments, q: Any, q2: Any, c: Any, below: Any, above: Any) -> Any:
    gap = correlation(c, below, above)
    first = variance("q", q)
    second = first if q2 is None else variance("q2", q2)
    parts = np.broadcast_arrays(first, second, gap.value, gap.below_one, gap.above_minus_one)
    p, q, value, below_one, above_minus_one = (np.array(part, np.float64) for part in parts)
    flat = type(gap)(value.ravel(), below_one.ravel(), above_minus_one.ravel())
    out: Doubles = m.product(p.ravel(), q.ravel(), flat)
    return out.reshape(p.shape)[()]


def dual_activation(phi: Expr) -> Dual:
    """V and W of an activation, given as an expression in one symbol.

    >>> from sympy import symbols, tanh, erf
    >>> z = symbols("z", real=True)
    >>> print(f"{dual_activation(tanh(z)).W(1.0, 0.5):.12f}")
    0.186324413203
    >>> dual = dual_activation(erf(z))
    >>> dual.W_expr
    2*asin(c*q/(q + 1/2))/pi
    >>> str(dual.route)
    'closed form'

    Source: Cho and Saul (2009) and Daniely, Frostig and Singer (2016) for the notion; V and W are
    the letters of Yang and Schoenholz (2017).

    Raises InputError unless phi is an expression in one unbounded symbol, DomainError if it is not
    real or not square-integrable under a Gaussian, UnsupportedError if it varies too fast.
    """
    return Dual(read(phi))
