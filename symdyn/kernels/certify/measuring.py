"""Errors of an elementwise kernel at many points: it on arrays, the reference one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import mpmath
import numpy as np
from sympy import Expr, Symbol

from symdyn.errors import UnsupportedError
from symdyn.kernels.certify.references import Expression, Limit, all_on_balls
from symdyn.kernels.graph import Program
from symdyn.kernels.ranges import Ranges, exact
from symdyn.numerics.balls import enclose
from symdyn.numerics.doubles import Doubles
from symdyn.numerics.precision import evaluate
from symdyn.numerics.ulps import (
    DOUBLE,
    FIRST_BITS,
    MOST_BITS,
    SINGLE,
    AtBits,
    Ball,
    Format,
    errors_in_ulps,
)


class Elementwise(Protocol):
    """What is certified: exact expressions, where they are meant, and a function of arrays."""

    @property
    def name(self) -> str: ...
    @property
    def results(self) -> tuple[Expr, ...]: ...
    @property
    def args(self) -> tuple[Symbol, ...]: ...
    @property
    def domain(self) -> Ranges: ...
    @property
    def limits(self) -> Sequence[Limit]: ...
    @property
    def program(self) -> Program | None: ...
    @property
    def definition(self) -> tuple[Expr, ...]: ...
    @property
    def source(self) -> str: ...
    @property
    def dtype(self) -> str: ...
    def __call__(self, *arguments: Any) -> Any: ...


class Meter:
    """Values of a kernel and their errors; several results count with the worst of them."""

    def __init__(self, kernel: Elementwise) -> None:
        self.kernel = kernel
        self.forms: tuple[Expression, ...] = tuple(
            Expression.of(expr, kernel.args, k, kernel.limits)
            for k, expr in enumerate(kernel.results)
        )
        self._balls = tuple(all_on_balls(self.forms))
        self.format: Format = SINGLE if kernel.dtype == "float32" else DOUBLE

    def __call__(self, points: Doubles) -> Doubles:
        """Errors of the kernel at points of shape (n, arguments); nan where undecided."""
        return self.against_closed_form(points, self.values(points))

    def values(self, points: Doubles) -> list[Doubles]:
        """The results at points, one array for each."""
        columns = [np.ascontiguousarray(points[:, k]) for k in range(points.shape[1])]
        found = self.kernel(*columns)
        results = found if isinstance(found, tuple) else (found,)
        return [np.asarray(value, np.float64) for value in results]

    def against_closed_form(self, points: Doubles, values: Sequence[Doubles]) -> Doubles:
        """Errors of values against the closed form on balls."""
        return self.against(self._balls, points, values)

    def against(
        self,
        references: Sequence[Callable[[Any, int], Ball]],
        points: Doubles,
        values: Sequence[Doubles],
        bits: int = FIRST_BITS,
        most_bits: int = MOST_BITS,
    ) -> Doubles:
        """The worst error over the results; nan where a result is undecided."""
        return np.maximum.reduce(self.each(points, values, references, bits, most_bits))

    def each(
        self,
        points: Doubles,
        values: Sequence[Doubles],
        references: Sequence[Callable[[Any, int], Ball]] | None = None,
        bits: int = FIRST_BITS,
        most_bits: int = MOST_BITS,
    ) -> list[Doubles]:
        """The errors of each result, against the closed form unless told otherwise."""
        places = points.tolist()
        return [
            errors_in_ulps(
                value.tolist(), places, ball, bits=bits, most_bits=most_bits, format=self.format
            )
            for ball, value in zip(references or self._balls, values, strict=True)
        ]

    def exact(self, output: int, point: Sequence[float], bits: int) -> Ball:
        """A ball of the closed form of an output."""
        return self._balls[output](point, bits)

    def at_infinity(self, output: int, point: Sequence[float]) -> AtBits | None:
        """What an output promises where an argument is infinite: its limit, or the plain value.

        None where the formula has no value there and no limit is known.
        """
        form = self.forms[output]
        expr = form.at(point)
        at = {s: exact(v) for s, v in zip(form.args, point, strict=True) if s in expr.free_symbols}
        is_limit = expr is not form.expr
        if not is_limit and not _has_value(expr, at):
            return None
        return lambda bits: enclose(expr, at, bits)

    def error(self, value: float, promised: AtBits) -> float:
        """The error of one value; infinite where nothing is known of the exact one."""
        found = errors_in_ulps([value], [()], lambda _, bits: promised(bits), format=self.format)
        return float("inf") if np.isnan(found[0]) else float(found[0])


def _has_value(expr: Expr, at: Mapping[Symbol, Expr]) -> bool:
    """Balls call sin(oo)/oo zero, where arithmetic that rounds finds nan: both must be finite."""
    try:
        near = evaluate(expr, at, 15)
    except UnsupportedError:
        return False
    return bool(mpmath.isfinite(near) and enclose(expr, at, 200).is_finite())
