"""What a kernel returns for inputs out of the ordinary: a table, each row with what is promised.

nan gives nan; so does what lies outside the domain by more than 4 units in the last place; within
those 4 units an argument counts as the end. At zero of either sign, subnormal and extreme numbers
and ends the result is held against the reference. At infinity the limit is promised where one is
known, nothing otherwise. Other arguments have one value of ordinary size.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from symdyn.kernels.certify.box import LARGEST, Box
from symdyn.kernels.certify.certificate import SpecialInput
from symdyn.kernels.certify.measuring import Elementwise, Meter
from symdyn.kernels.ranges import SLACK, Range
from symdyn.numerics.doubles import doubles, ordinals

_TINY = float(np.finfo(np.float64).tiny)
ALWAYS = (
    ("nan", math.nan),
    ("inf", math.inf),
    ("-inf", -math.inf),
    ("0", 0.0),
    ("-0", -0.0),
    ("least subnormal", 5e-324),
    ("-(least subnormal)", -5e-324),
    ("least normal", _TINY),
    ("-(least normal)", -_TINY),
    ("largest", LARGEST),
    ("-largest", -LARGEST),
)
FAR_OUT = SLACK + 1  # units in the last place beyond an end: the first that is outside


def special_inputs(kernel: Elementwise, meter: Meter, box: Box) -> tuple[SpecialInput, ...]:
    """The table for all arguments in turn."""
    base = _base(box)
    found: list[SpecialInput] = []
    for axis, part in enumerate(kernel.domain.ranges):
        for name, value in (*ALWAYS, *_ends(part)):
            point = [*base]
            point[axis] = value
            found.append(_row(kernel, meter, box, axis, name, point))
    return tuple(found)


def _base(box: Box) -> list[float]:
    """A point of ordinary size within the domain."""
    rng = np.random.default_rng(0)
    drawn = np.stack([box.ordinary(k, 64, rng) for k in range(len(box.ends))], axis=1)
    inside = box.within(drawn)
    return (inside if len(inside) else drawn)[0].tolist()


def _ends(part: Range) -> list[tuple[str, float]]:
    rows: list[tuple[str, float]] = []
    for name, end, outward in (("lower", part.inside[0], -1), ("upper", part.inside[1], 1)):
        if math.isfinite(end):
            beside, far = doubles(
                ordinals([end])[0] + np.array([SLACK, FAR_OUT]) * outward
            ).tolist()
            rows += [(f"{name} end", end), (f"{SLACK} ulp beyond the {name} end", beside)]
            rows += [(f"{FAR_OUT} ulp beyond the {name} end", far)]
    return rows


def _row(
    kernel: Elementwise, meter: Meter, box: Box, axis: int, name: str, point: Sequence[float]
) -> SpecialInput:
    values = meter.values(np.array([point]))
    expected, error = _promised(kernel.domain.ranges[axis], meter, box, axis, point, values)
    return SpecialInput(
        argument=str(kernel.args[axis]),
        input=name,
        point=tuple(float(part).hex() for part in point),
        result=tuple(float(value[0]).hex() for value in values),
        expected=expected,
        error=error,
    )


def _promised(
    part: Range,
    meter: Meter,
    box: Box,
    axis: int,
    point: Sequence[float],
    values: Sequence[np.ndarray],
) -> tuple[str, float | None]:
    x = point[axis]
    lowest, highest = part.accepted
    if math.isnan(x) or not lowest <= x <= highest:
        kept = all(math.isnan(value[0]) for value in values)
        return "nan", 0.0 if kept else math.inf
    if not math.isfinite(x):
        if box.accepts is not None and not box.accepts(np.array([point]))[0]:
            return "outside the conditions", None
        return _at_infinity(meter, point, values)
    moved = np.array([[*point]])
    moved[0, axis] = min(max(x, part.inside[0]), part.inside[1])
    if not len(box.within(moved)):
        return "outside the conditions", None
    error = float(meter.against_closed_form(moved, values)[0])
    return ("not known", None) if math.isnan(error) else ("reference", error)


def _at_infinity(
    meter: Meter, point: Sequence[float], values: Sequence[np.ndarray]
) -> tuple[str, float | None]:
    errors: list[float] = []
    for k, value in enumerate(values):
        promised = meter.at_infinity(k, point)
        if promised is None:
            return "not promised", None
        errors.append(meter.error(float(value[0]), promised))
    return "limit", max(errors)
