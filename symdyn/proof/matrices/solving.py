"""Matrices that satisfy rules, to any number of digits.

Starting anywhere, damped Gauss-Newton steps (Levenberg, Marquardt: the damping falls with the
residual, so that rules which are redundant do no harm) lead onto the rules in double precision.
From there one inverse of the linearised rules, still in doubles, takes exact rational entries
closer: each step gains about as many digits as the inverse has, and the residual is exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from operator import matmul
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat
from sympy import Expr, Symbol

from symdyn.calculus.words.evaluation import Arithmetic, products
from symdyn.calculus.words.letters import Letter
from symdyn.calculus.words.polynomials import MatrixWord
from symdyn.calculus.words.rules import Rule
from symdyn.proof.matrices.exact import EXACT, GUARD_DIGITS, rational, sum_of

Values = Mapping[Letter, fmpq_mat]
Array = Any  # of doubles, or of complex numbers that carry a derivative

# The last two axes are those of a matrix; any others count matrices that are computed together.
_DOUBLE = Arithmetic(
    matmul,
    lambda m: np.swapaxes(m, -1, -2),
    lambda m: np.trace(m, axis1=-2, axis2=-1)[..., None, None],
    np.eye,
)

_STEPS = 80
_HALVINGS = 8
_PATIENCE = 6  # steps in which the residual must at least be halved
_IN_DOUBLES = 1e-11
_SMALL_SINGULAR_VALUE = 1e-7
_COMPLEX_STEP = 1e-40


def satisfying(
    rules: Sequence[Rule], start: Values, point: Mapping[Symbol, Expr], digits: int
) -> Values | None:
    """Matrices near `start` that satisfy the rules to `digits` and more; None if none is found."""
    if any(not coefficient_is_real(rule, point) for rule in rules):
        return None
    system = _System(rules, start, point, digits + 2 * GUARD_DIGITS)
    entries = system.by_newton(np.array([float(Fraction(*_pair(x))) for x in system.start]))
    return None if entries is None else system.refined(entries, digits + GUARD_DIGITS)


def coefficient_is_real(rule: Rule, point: Mapping[Symbol, Expr]) -> bool:
    """Whether a rule is one between real matrices."""
    terms = (*rule.left.terms, *rule.right.terms)
    return all(c.xreplace(dict(point)).is_extended_real for _, c in terms)


class _System:
    """The entries of some matrices, and how far they are from satisfying rules."""

    def __init__(
        self, rules: Sequence[Rule], start: Values, point: Mapping[Symbol, Expr], digits: int
    ) -> None:
        self.equations = [rule.left - rule.right for rule in rules]
        self.coefficients = {
            c: rational(c.xreplace(dict(point)), digits) for p in self.equations for _, c in p.terms
        }
        self.sizes = [int(p.rows.subs(point)) for p in self.equations]
        self.fixed = dict(start)
        tied = {letter for rule in rules for letter in rule.letters}
        self.places = [
            (letter, i, j)
            for letter in sorted(tied, key=lambda letter: letter.name)
            for i in range(start[letter].nrows())
            for j in range(i if letter.is_symmetric else 0, start[letter].ncols())
        ]
        self.start = [start[letter][i, j] for letter, i, j in self.places]
        self.doubles = {c: float(Fraction(*_pair(x))) for c, x in self.coefficients.items()}
        self.indices = {x: np.zeros((start[x].nrows(), start[x].ncols()), int) for x in tied}
        for k, (letter, i, j) in enumerate(self.places):
            self.indices[letter][i, j] = k
            if letter.is_symmetric:
                self.indices[letter][j, i] = k

    def by_newton(self, entries: Array) -> Array | None:
        """Entries that satisfy the rules as far as doubles can tell; None where that stalls."""
        before = np.inf
        for k in range(_STEPS):
            residual = self._residual(entries)
            size = float(np.linalg.norm(residual))
            if size < _IN_DOUBLES * (1 + np.abs(entries).max()):
                return entries
            if k % _PATIENCE == 0:
                if size > before / 2:
                    return None
                before = size
            step = self._inverse(entries, damping=min(size, size**2)) @ residual
            tries = (entries - step / 2**halving for halving in range(_HALVINGS))
            nearer = (x for x in tries if np.linalg.norm(self._residual(x)) < size)
            entries = next(nearer, entries - step)
        return None

    def refined(self, entries: Array, digits: int) -> Values | None:
        """Exact entries that satisfy the rules to so many digits."""
        inverse = self._inverse(entries)
        exact = [_fraction(x) for x in entries]
        bound, before = fmpq(1, 10**digits), None
        for _ in range(_STEPS):
            residual = self._exact_residual(exact)
            size = max(abs(r) for r in residual)
            if size < bound:
                return self._matrices(exact)
            if before is not None and size > before / 10:
                return None
            before = size
            step = inverse @ np.array([float(Fraction(*_pair(r))) for r in residual])
            exact = [x - _fraction(d) for x, d in zip(exact, step, strict=True)]
        return None

    def _matrices(self, entries: Sequence[fmpq]) -> Values:
        made = {letter: fmpq_mat(value) for letter, value in self.fixed.items()}
        for (letter, i, j), entry in zip(self.places, entries, strict=True):
            made[letter][i, j] = entry
            if letter.is_symmetric:
                made[letter][j, i] = entry
        return made

    def _exact_residual(self, entries: Sequence[fmpq]) -> list[fmpq]:
        values = self._matrices(entries)
        found: list[fmpq] = []
        for equation, size in zip(self.equations, self.sizes, strict=True):
            terms = products(equation, values, EXACT, size)
            total = sum_of(m * self.coefficients[c] for c, m in terms)
            found += total.entries()
        return found

    def _residual(self, entries: Array) -> Array:
        values = {letter: entries[..., index] for letter, index in self.indices.items()}
        parts = [
            self._value(equation, values, size)
            for equation, size in zip(self.equations, self.sizes, strict=True)
        ]
        return np.concatenate([part.reshape(*entries.shape[:-1], -1) for part in parts], axis=-1)

    def _value(self, equation: MatrixWord, values: Mapping[Letter, Array], size: int) -> Array:
        terms = [m * self.doubles[c] for c, m in products(equation, values, _DOUBLE, size)]
        return sum(np.broadcast_arrays(*terms))

    def _inverse(self, entries: Array, *, damping: float = 0.0) -> Array:
        """The pseudo-inverse of the derivative, which is exact in doubles by complex steps."""
        shifted = entries + 1j * _COMPLEX_STEP * np.eye(len(entries))
        slopes = self._residual(shifted).imag.T / _COMPLEX_STEP
        left, sizes, right = np.linalg.svd(slopes, full_matrices=False)
        kept = sizes > _SMALL_SINGULAR_VALUE * sizes.max()
        if damping:
            inverted = sizes / (sizes**2 + damping)
        else:
            inverted = np.where(kept, 1 / np.where(kept, sizes, 1.0), 0.0)
        return right.T @ (inverted[:, None] * left.T)


def _pair(x: fmpq) -> tuple[int, int]:
    return int(x.p), int(x.q)


def _fraction(x: float) -> fmpq:
    return fmpq(*float(x).as_integer_ratio())
