"""Flows followed numerically: the real thing, beside which theory is put.

    x' = v(x)                        steps of any length, as small as the tolerance asks for
    x(t + step) = x(t) + step v(x)   gradient descent, for the flow of a gradient and a given step

Whatever flows are made of here, numbers and matrices, is followed as it is: nothing is assumed of
the velocities but that they can be evaluated. Leading axes of the values are samples, which
broadcast. Steps of the flow are those of `numerics.extrapolation`, in doubles.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from operator import matmul
from typing import Any

import numpy as np
import numpy.typing as npt
from sympy import Expr, lambdify

from symdyn.calculus.flows import Flow, Variable
from symdyn.calculus.words.derivatives import named
from symdyn.calculus.words.evaluation import Arithmetic, products
from symdyn.calculus.words.polynomials import MatrixWord
from symdyn.errors import InputError, UnsupportedError
from symdyn.numerics.extrapolation import change_of_length, extrapolated, moved

Array = npt.NDArray[np.float64]
State = dict[Any, Array]
Velocity = Callable[[Any], State]
COLUMNS = 7  # of an extrapolation: 2, 4, ..., 14 midpoint steps
SMALLEST_STEP = 2.0**-50  # of the time, or of 1: below it nothing moves any more
ON_GRID = 1e-9  # of a step that a time may be off


def simulate(
    flow: Flow,
    start: Mapping[Variable, Any],
    times: Iterable[float],
    *,
    step: float | None = None,
    values: Mapping[Variable, Any] | None = None,
    tolerance: float = 1e-12,
) -> State:
    """Where a flow leads: an array for each variable, whose first axis is that of the times.

    `start` holds the variables at time 0, `values` whatever else the velocities depend on; matrices
    have the last two axes. With a `step` this is gradient descent with steps of that size, if the
    flow is that of a gradient; without, the flow itself, to a `tolerance` for each step, relative
    to the norm of each variable.

    >>> from sympy import symbols
    >>> from symdyn.calculus.flows import gradient_flow
    >>> a, b, s = symbols("a b s")
    >>> flow = gradient_flow((s - a*b)**2 / 2, (a, b))
    >>> found = simulate(flow, {a: 0.1, b: 0.1}, [0.0, 50.0], values={s: 2.0})
    >>> [round(float(u), 10) for u in found[a] * found[b]]
    [0.01, 2.0]

    Raises InputError for times that do not ascend from 0 on, or are no multiples of the step, and
    for values that are missing or do not fit; UnsupportedError for a flow of vectors, and where the
    flow cannot be followed further.
    """
    places = [float(t) for t in times]
    if any(t < s for s, t in zip([0.0, *places], places, strict=False)) or not all(
        math.isfinite(t) for t in places
    ):
        raise InputError(f"times={places}: they ascend from 0 on, and are finite")
    state, velocity = _prepared(flow, start, values or {})
    go = _descent(velocity, step) if step is not None else _following(velocity, tolerance)
    seen, now = list[State](), 0.0
    for t in places:
        state = go(state, now, t)
        seen.append(state)
        now = t
    return {x: np.stack([one[x] for one in seen]) for x in state} if seen else {}


# --- velocities


def _prepared(
    flow: Flow, start: Mapping[Variable, Any], values: Mapping[Variable, Any]
) -> tuple[State, Velocity]:
    if set(start) != set(flow):
        raise InputError(f"start= names {_names(start)}, the flow moves {_names(flow)}")
    if both := set(start) & set(values):
        raise InputError(f"values= names {_names(both)}, which the flow moves: give it in start=")
    fixed = {x: _array(x, value) for x, value in values.items()}
    rates = {x: _rate(x, v, {*flow, *fixed}) for x, v in flow.items()}
    state = {x: _array(x, value) for x, value in start.items()}

    def velocity(moving: State) -> State:
        known = {**fixed, **moving}
        return {x: rate(known) for x, rate in rates.items()}

    try:
        rates_now = velocity(state)
        whole = {x: np.broadcast_arrays(value, rates_now[x])[0] for x, value in state.items()}
    except ValueError as problem:
        shapes = ", ".join(f"{x} {value.shape}" for x, value in {**state, **fixed}.items())
        raise InputError(f"matrices do not fit together ({problem}); shapes: {shapes}") from None
    return whole, velocity


def _array(variable: Variable, value: Any) -> Array:
    array = np.asarray(value, np.float64)
    if isinstance(variable, MatrixWord) and array.ndim < 2:
        raise InputError(f"{variable} is a matrix: its last two axes are rows and columns")
    if not np.isfinite(array).all():
        raise InputError(f"{variable} is not finite")
    return array


def _rate(variable: Variable, velocity: Any, known: set[Variable]) -> Callable[[State], Array]:
    if isinstance(velocity, MatrixWord):
        return _word(velocity, known)
    if not isinstance(velocity, Expr):
        raise UnsupportedError(f"{variable} is a vector: write vectors as n x 1 matrices")
    return _number(velocity, known)


def _number(expr: Expr, known: set[Variable]) -> Callable[[State], Array]:
    symbols = sorted(expr.free_symbols, key=str)
    if missing := [symbol for symbol in symbols if symbol not in known]:
        raise InputError(f"values= lacks {_names(missing)}")
    function = lambdify(symbols, expr, "numpy")
    return lambda at: np.asarray(function(*(at[symbol] for symbol in symbols)), np.float64)


def _word(word: MatrixWord, known: set[Variable]) -> Callable[[State], Array]:
    """A matrix word as a function of arrays."""
    homes = {named(variable): variable for variable in known if isinstance(variable, MatrixWord)}
    if missing := [letter for letter in word.letters if letter not in homes]:
        raise InputError(f"values= lacks {_names(missing)}")
    coefficients = [_number(coefficient, known) for _, coefficient in word.terms]

    def value(at: State) -> Array:
        given = {letter: at[variable] for letter, variable in homes.items()}
        terms = zip(
            coefficients, products(word, given, _IN_NUMPY, int(word.is_scalar)), strict=True
        )
        total = sum(
            (number(at)[..., None, None] * term for number, (_, term) in terms), np.zeros(())
        )
        return total[..., 0, 0] if word.is_scalar and word.terms else total

    return value


def _identity(size: int) -> Array:
    if not size:
        raise UnsupportedError("a velocity with a multiple of the identity has no size here")
    return np.eye(size)


_IN_NUMPY = Arithmetic(
    matmul,
    lambda m: np.swapaxes(m, -1, -2),
    lambda m: np.trace(m, axis1=-2, axis2=-1)[..., None, None],
    _identity,
)


# --- steps


def _descent(velocity: Velocity, step: float) -> Callable[[State, float, float], State]:
    if not step > 0:
        raise InputError(f"step={step}: a step is positive")

    def go(state: State, start: float, end: float) -> State:
        first, last = (round(t / step) for t in (start, end))
        if abs(end / step - last) > ON_GRID * max(1, last):
            raise InputError(f"time {end} is no multiple of step={step}")
        with np.errstate(over="ignore", invalid="ignore"):
            for _ in range(first, last):
                state = moved(state, step, velocity(state))
        return _finite(state, end)

    return go


def _following(velocity: Velocity, tolerance: float) -> Callable[[State, float, float], State]:
    if not tolerance > 0:
        raise InputError(f"tolerance={tolerance}: a tolerance is positive")
    usual: list[float] = []  # the length of the last step that was not cut short

    def go(state: State, now: float, end: float) -> State:
        while now < end:
            length = min(usual[-1] if usual else end - now, end - now)
            if length < SMALLEST_STEP * max(1.0, now) and length < end - now:
                raise UnsupportedError(f"the flow cannot be followed beyond t = {now:.6g}")
            with np.errstate(over="ignore", invalid="ignore"):
                reached, error = extrapolated(velocity, state, length, columns=COLUMNS, size=_size)
            change = change_of_length(error, tolerance, COLUMNS)
            is_good = error <= tolerance
            if is_good:
                now = end if length == end - now else now + length
                state = reached
            usual[:] = [max(length * change, usual[-1] if usual and is_good and change > 1 else 0)]
        return state

    return go


def _size(value: Array) -> float:
    return float(np.linalg.norm(value))


def _finite(state: State, time: float) -> State:
    if all(np.isfinite(value).all() for value in state.values()):
        return state
    raise UnsupportedError(f"the steps leave all bounds before t = {time:.6g}: take smaller ones")


def _names(things: Iterable[object]) -> str:
    return ", ".join(sorted(map(str, things))) or "nothing"
