"""Implicit functions: the y of an interval at which a monotone expression takes a value.

    inverse(f, y, z, (low, high)) = the y with f(y) = z, for f monotone on (low, high)

An implicit function is an expression like any other: it is differentiated by the rule for inverse
functions, evaluated by finding the place (`roots`), and computed by a pattern of its own.
"""

from __future__ import annotations

from typing import Any

from sympy import Expr, Function, Lambda, S, Symbol, sympify

from symdyn.errors import InputError


class InverseAt(Function):
    """The place in an interval at which a monotone function takes a value.

    Arguments: the function and its slope (each a Lambda), the ends of the interval, the value.
    """

    nargs = 5

    @classmethod
    def eval(cls, function: Any, slope: Any, low: Any, high: Any, value: Any) -> Expr | None:
        """f^-1(f(y)) = y, where y is of the interval by its assumptions."""
        for part in value.atoms(Symbol):
            inside = (part - low).is_extended_positive and (high - part).is_extended_positive
            if inside and function(part) == value:
                return part
        return None

    def _sympystr(self, printer: Any) -> str:
        function, _, low, high, value = (printer.doprint(part) for part in self.args)
        return f"InverseAt({function}, ({low}, {high}), {value})"

    def _eval_is_extended_real(self) -> bool:
        return True

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[2].is_nonnegative else None

    def _eval_is_negative(self) -> bool | None:
        return True if self.args[3].is_nonpositive else None

    def _eval_derivative(self, symbol: Symbol) -> Expr:
        function, slope, *_, value = self.args
        stand_in = function.variables[0]
        own = function.expr.diff(symbol).xreplace({stand_in: self})
        return (value.diff(symbol) - own) / slope(self)


def inverse(
    function: Expr, place: Symbol, value: Any, interval: tuple[Any, Any], slope: Any = None
) -> Expr:
    """The place in an interval at which a monotone function takes a value.

    `slope` is the derivative, where there is a better form than that of SymPy; who gives one shows
    that it is the derivative. The function is continuous and strictly monotone on the interval,
    whose ends may be infinite and are not evaluated.

    >>> from sympy import log, oo, symbols
    >>> y, z = symbols("y z", positive=True)
    >>> inverse(y + log(y), y, z + log(z), (0, oo))
    z
    >>> inverse(y + log(y), y, log(z), (0, oo)).diff(z).subs(z, 1).has(InverseAt)
    True

    Raises InputError for a place that is no symbol, or an empty interval.
    """
    low, high = map(sympify, interval)
    if not isinstance(place, Symbol) or not (low.is_number and high.is_number and low < high):
        raise InputError(
            f"the inverse of {function} in {place} between {low} and {high}: "
            "give a symbol, and two numbers in ascending order"
        )
    found = function.diff(place) if slope is None else sympify(slope)
    if found is S.Zero:
        raise InputError(f"{function} does not depend on {place}: it has no inverse")
    return InverseAt(Lambda(place, function), Lambda(place, found), low, high, sympify(value))
