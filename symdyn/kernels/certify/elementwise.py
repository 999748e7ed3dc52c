"""The certificate of an elementwise kernel: strata, search, two references, special inputs.

1  every point is held against the closed form on Arb balls
2  200 points of all strata, the corners of the domain and the 20 worst are held against the
   definition that the derivation supplies; without one, against the closed form in mpmath
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from time import monotonic

import numpy as np

from symdyn.errors import UnsupportedError
from symdyn.kernels.certify.box import Box
from symdyn.kernels.certify.certificate import (
    Certificate,
    ReferenceUse,
    Search,
    SpecialInput,
    Worst,
)
from symdyn.kernels.certify.climbing import Measure, climb, starts_from
from symdyn.kernels.certify.conditioning import (
    ALLOWANCE,
    MOST,
    Conditioning,
    Suspect,
    above,
    at_worst,
    judged,
)
from symdyn.kernels.certify.environment import environment, refuse_flush_to_zero
from symdyn.kernels.certify.exhaustive import Progress, exhaustive, refuse_several
from symdyn.kernels.certify.input_kinds import input_kinds
from symdyn.kernels.certify.machine_code import machine_code
from symdyn.kernels.certify.measuring import Elementwise, Meter
from symdyn.kernels.certify.references import Definition, Expression, cost
from symdyn.kernels.certify.seams import Seam, seams
from symdyn.kernels.certify.special_inputs import special_inputs
from symdyn.kernels.certify.strata import Stratum, corners, strata
from symdyn.kernels.certify.subjects import subject
from symdyn.kernels.certify.summaries import closed_form, sampled
from symdyn.kernels.graph import Program
from symdyn.kernels.program import build
from symdyn.numerics.doubles import Doubles
from symdyn.numerics.ulps import summary

POINTS = 20_000
EFFORT = 4_000_000  # points times the cost of a reference value, at most
AGAINST_DEFINITION = 200
WORST = 20
FIRST_BITS_OF_DEFINITION = 80
SECONDS_FOR_DEFINITION = 30.0
_AT_ONCE = 4


def certify_elementwise(
    kernel: Elementwise,
    *,
    points: int | None,
    seed: int,
    float32: bool = False,
    progress: Progress | None = None,
) -> Certificate:
    """Measure a kernel whose arguments and results are numbers."""
    if float32:
        refuse_several(kernel)
    surroundings = environment()
    rng, box, meter = np.random.default_rng(seed), Box.of(kernel.domain), Meter(kernel)
    asked = _affordable(kernel) if points is None else points
    across = _seams(kernel, box, seed)
    found = strata(box, across, asked, rng)
    places = np.concatenate([stratum.points for stratum in found])
    errors = meter(places)
    climbed = climb(_within(box, meter), starts_from(places, errors), rng)
    looked_at = np.concatenate([places, climbed.points])
    seen = np.concatenate([errors, climbed.errors])
    worst = _worst(meter, looked_at, seen)
    chosen = _chosen(found, box, worst)
    against, apart = _against_definition(kernel, meter, chosen)
    special = (*special_inputs(kernel, meter, box), *input_kinds(kernel, box))
    refuse_flush_to_zero()
    parts = np.split(errors, np.cumsum([len(stratum.points) for stratum in found])[:-1])
    sample = sampled((one.name, part) for one, part in zip(found, parts, strict=True))
    search = Search(len(climbed.points), climbed.evaluations, summary(climbed.errors)[0])
    known = float(np.fmax(sample.maximum, search.maximum))
    every = exhaustive(kernel, known, progress=progress) if float32 else None
    allowed = _allowed(kernel, meter, looked_at, seen, apart, special)
    return Certificate(
        subject=replace(subject(kernel, across), allowance=ALLOWANCE if allowed else ""),
        unit="ulp" if kernel.dtype == "float64" else "ulp of single precision",
        seed=seed,
        asked=asked,
        sampled=sample,
        search=search,
        references=(closed_form(sample, search), against),
        worst=worst,
        special_inputs=special,
        environment=surroundings,
        float32=every,
        machine_code=machine_code(kernel, chosen),
        proof=getattr(kernel, "proof", None),
        share=None if allowed is None else allowed.share,
        conditioning=allowed or at_worst(meter.forms, worst[0].arguments, worst[0].error),
    )


def _affordable(kernel: Elementwise) -> int:
    return max(1000, min(POINTS, EFFORT // max(1, sum(cost(expr) for expr in kernel.results))))


def _seams(kernel: Elementwise, box: Box, seed: int) -> tuple[Seam, ...]:
    """Those on record, for a kernel whose program is not at hand."""
    recorded = getattr(kernel, "seams", None)
    if kernel.program is None and recorded is not None:
        return recorded
    return seams(_programs(kernel), box, np.random.default_rng([seed, 1]))


def _programs(kernel: Elementwise) -> list[Program]:
    """The formula as it is written, and the program that was made of it."""
    found: list[Program] = [] if kernel.program is None else [kernel.program]
    try:
        plain = build(list(kernel.results), kernel.args)
    except UnsupportedError:
        return found
    return found if plain in found else [plain, *found]


def _within(box: Box, meter: Meter) -> Measure:
    """Errors that count: those of points of the domain."""
    low, high = np.array(box.ends).T

    def measure(points: Doubles) -> Doubles:
        inside = np.all((points >= low) & (points <= high), axis=1)
        if box.accepts is not None:
            inside[inside] = box.accepts(points[inside])
        errors = np.full(len(points), np.nan)
        if inside.any():
            errors[inside] = meter(points[inside])
        return errors

    return measure


def _worst(meter: Meter, points: Doubles, errors: Doubles) -> tuple[Worst, ...]:
    """The worst points, each once, worst first."""
    order = np.argsort(-np.where(np.isnan(errors), -np.inf, errors), kind="stable")
    chosen = list(dict.fromkeys(tuple(points[k]) for k in order[: 4 * WORST]))[:WORST]
    places = np.array(chosen)
    values, known = meter.values(places), dict(zip(map(tuple, points), errors, strict=True))
    return tuple(
        Worst(
            point=tuple((float(x).hex(),) for x in place),
            shapes=((),) * len(place),
            value=tuple(float(value[k]).hex() for value in values),
            error=float(known[place]),
        )
        for k, place in enumerate(chosen)
    )


def _chosen(found: Sequence[Stratum], box: Box, worst: Sequence[Worst]) -> Doubles:
    """The worst points, the corners, and 200 points of all strata in turn, each once."""
    share = -(-AGAINST_DEFINITION // len(found))
    parts = [s.points[np.linspace(0, len(s.points) - 1, share).astype(int)] for s in found]
    drawn = np.stack(parts, axis=1).reshape(-1, len(box.ends))
    first = np.array([w.arguments for w in worst])
    points = np.concatenate([first, box.within(corners(box)), drawn])
    return np.array(list(dict.fromkeys(map(tuple, points.tolist()))))


def _allowed(
    kernel: Elementwise,
    meter: Meter,
    points: Doubles,
    errors: Doubles,
    apart: tuple[Doubles, Sequence[Doubles]],
    special: Sequence[SpecialInput],
) -> Conditioning | None:
    """Where most is used of what is allowed, if any error exceeds the target.

    None, too, where too many do.
    """
    target = getattr(kernel, "target", None)
    if target is None or kernel.dtype != "float64":
        return None
    wrong = np.unique(points[errors > target], axis=0)
    if len(wrong) > MOST:
        return None
    found = above(target, wrong, meter.each(wrong, meter.values(wrong))) if len(wrong) else []
    found += above(target, *apart)
    for row in special:
        if row.error is not None and row.error > target:
            if not row.point:
                return None  # an array without points, of which nothing can be allowed
            place = tuple(float.fromhex(x) for x in row.point)
            found.append(Suspect(place, (row.error,) * len(kernel.results)))
    return judged(meter.forms, target, found)


def _against_definition(
    kernel: Elementwise, meter: Meter, points: Doubles
) -> tuple[ReferenceUse, tuple[Doubles, Sequence[Doubles]]]:
    """How many points were held against the definition; those points, and the errors there."""
    definitions = [
        Definition(
            Expression.of(expr, kernel.args, k, kernel.limits),
            is_independent=expr != kernel.results[k],
        )
        for k, expr in enumerate(kernel.definition or kernel.results)
    ]
    each = _in_time(definitions, meter, points)
    errors = np.maximum.reduce(each)
    undecided = int(np.isnan(errors).sum())
    names = ", ".join(dict.fromkeys(definition.name for definition in definitions))
    use = ReferenceUse(names, len(errors) - undecided, undecided, summary(errors)[0])
    return use, (points[: len(errors)], each)


def _in_time(definitions: Sequence[Definition], meter: Meter, points: Doubles) -> list[Doubles]:
    """Errors at the points in order, as many as the time allows: an integral may take long."""
    end = monotonic() + SECONDS_FOR_DEFINITION
    known: list[list[Doubles]] = []
    for part in np.array_split(points, -(-len(points) // _AT_ONCE)):
        if monotonic() > end:
            break
        known.append(
            meter.each(
                part,
                meter.values(part),
                definitions,
                bits=FIRST_BITS_OF_DEFINITION,
                most_bits=min(definition.most_bits for definition in definitions),
            )
        )
    return [np.concatenate(parts) for parts in zip(*known, strict=True)]
