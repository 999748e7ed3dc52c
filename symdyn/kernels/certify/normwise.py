"""The certificate of a kernel whose results are arrays: errors relative to a norm.

    error = |y - F| / norm,   in units of 2^-53

with the Euclidean norm of the difference over all elements, and of the exact result F unless the
kernel supplies another scale (a sum of absolute terms, say). A result that is exactly zero must be
zero. Kernels draw their own points, since these are arrays of many shapes, and supply their own
exact values; the search perturbs single elements, or all of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
from flint import arb, ctx

from symdyn.errors import InputError
from symdyn.kernels.certify.certificate import (
    Certificate,
    ReferenceUse,
    Search,
    Worst,
)
from symdyn.kernels.certify.climbing import NEIGHBOURS, ROUNDS, climb
from symdyn.kernels.certify.environment import environment, refuse_flush_to_zero
from symdyn.kernels.certify.subjects import subject_of_arrays
from symdyn.kernels.certify.summaries import closed_form, sampled
from symdyn.numerics.doubles import Doubles
from symdyn.numerics.ulps import FIRST_BITS, MOST_BITS, WIDTH, summary

POINTS = 2000
STARTS = 8
WORST = 20
AGAINST_DEFINITION = 200
UNIT = "units of 2^-53 of the norm"

Arrays = tuple[np.ndarray, ...]
Exact = Sequence[arb] | None


class Normwise(Protocol):
    """What is certified: a function of arrays that can draw points and knows exact values.

    `reference(point, bits)` gives balls of all elements of the result in order, None where nothing
    is defined (the kernel must return nan there). Optional: `norm(point, exact) -> arb`, `edges()
    -> points`, `definition_at(point, bits)` (the independent definition), `source`, `target`,
    `allowed(point) -> float` (the error that meets the target at a point, if that depends on it),
    `fits(point) -> bool` (whether a point that a search comes to is one that the kernel takes),
    `starts` (how many searches), `reference_name` (what `reference` is, if no closed form).
    """

    @property
    def name(self) -> str: ...
    def draw(self, rng: np.random.Generator, count: int) -> Sequence[Arrays]: ...
    def reference(self, point: Arrays, bits: int) -> Exact: ...
    def __call__(self, *arguments: Any) -> Any: ...


Reference = Callable[[Arrays, int], Exact]
Known = tuple[Arrays, float]  # a point, and the error there


def certify_normwise(kernel: Normwise, *, points: int | None, seed: int) -> Certificate:
    """Measure a kernel whose results are arrays."""
    surroundings = environment()
    rng, asked = np.random.default_rng(seed), POINTS if points is None else points
    found = {"drawn": list(kernel.draw(rng, asked)), "edges": _edges(kernel)}
    errors = {name: _errors(kernel, kernel.reference, part) for name, part in found.items()}
    known = _worst_first(kernel, found, errors)
    climbed = [
        _climbed(kernel, point, rng) for point, _ in known[: getattr(kernel, "starts", STARTS)]
    ]
    every = sorted([*known, *climbed], key=lambda pair: -_counted(pair[1]))
    reached = np.array([error for _, error in climbed])
    search = Search(len(climbed), len(climbed) * (ROUNDS * NEIGHBOURS + 1), summary(reached)[0])
    sample = sampled(errors.items())
    defined = _against_definition(kernel, found["drawn"], every)
    first = closed_form(sample, search)
    first = replace(first, name=getattr(kernel, "reference_name", first.name))
    references = [first, *_definition(defined)]
    refuse_flush_to_zero()
    return Certificate(
        subject=subject_of_arrays(kernel),
        unit=UNIT,
        seed=seed,
        asked=asked,
        sampled=sample,
        search=search,
        references=tuple(references),
        worst=tuple(_worst(kernel, point, error) for point, error in every[:WORST]),
        special_inputs=(),
        environment=surroundings,
        share=_largest_share(kernel, [*every, *defined]),
    )


def normwise_error(kernel: Normwise, reference: Reference, point: Arrays) -> float:
    """The error at one point in units of 2^-53 of the norm; nan where undecided."""
    values, bits = _values(kernel, point), FIRST_BITS
    while bits <= MOST_BITS:
        with ctx.workprec(bits):
            error = _measured(kernel, values, point, reference(point, bits))
        if not math.isnan(error):
            return error
        bits *= 2
    return math.nan


def _measured(kernel: Normwise, values: Doubles, point: Arrays, exact: Exact) -> float:
    if exact is None:
        return 0.0 if bool(np.isnan(values).all()) else math.inf
    if len(exact) != len(values):
        raise InputError(f"{kernel.name}: {len(values)} results beside {len(exact)} exact values")
    if not all(ball.is_finite() for ball in exact):
        return math.nan
    if not np.isfinite(values).all():
        return math.inf
    pairs = zip(values.tolist(), exact, strict=True)
    difference = _euclidean([ball - value for value, ball in pairs])
    norm = _norm(kernel, point, exact)
    if norm.is_zero():
        return 0.0 if difference.is_zero() else (math.inf if difference > 0 else math.nan)
    error = difference / norm * arb(2) ** 53
    radius = float(error.rad())
    return float(error.mid()) + radius if radius <= WIDTH else math.nan


def _norm(kernel: Normwise, point: Arrays, exact: Sequence[arb]) -> arb:
    supplied = getattr(kernel, "norm", None)
    return _euclidean(exact) if supplied is None else supplied(point, exact)


def _euclidean(parts: Iterable[arb]) -> arb:
    total = sum((part * part for part in parts), arb(0))
    if total.contains(0):  # sqrt would be nan
        return arb(0, total.abs_upper().sqrt().abs_upper())
    return total.sqrt()


def _values(kernel: Normwise, point: Arrays) -> Doubles:
    """All results of a call, one after the other."""
    found = kernel(*point)
    results = found if isinstance(found, tuple) else (found,)
    return np.concatenate([np.asarray(result, np.float64).reshape(-1) for result in results])


def _errors(kernel: Normwise, reference: Reference, points: Sequence[Arrays]) -> Doubles:
    return np.array([normwise_error(kernel, reference, point) for point in points], np.float64)


def _edges(kernel: Normwise) -> list[Arrays]:
    supplied = getattr(kernel, "edges", None)
    return [] if supplied is None else list(supplied())


def _worst_first(
    kernel: Normwise, found: Mapping[str, Sequence[Arrays]], errors: Mapping[str, Doubles]
) -> list[Known]:
    """Points with their errors, those first where the largest share of what is allowed was seen."""
    pairs = [
        pair for name in found for pair in zip(found[name], errors[name].tolist(), strict=True)
    ]
    return sorted(pairs, key=lambda pair: -_counted(pair[1]) / _allowed(kernel, pair[0]))


def _allowed(kernel: Normwise, point: Arrays) -> float:
    """The error that is allowed at a point, or 1 where that is the same everywhere."""
    return kernel.allowed(point) if _is_uneven(kernel) else 1.0  # type: ignore[attr-defined]


def _is_uneven(kernel: Normwise) -> bool:
    """Whether more is allowed at some points than at others."""
    return hasattr(kernel, "allowed") and getattr(kernel, "target", None) is not None


def _largest_share(kernel: Normwise, known: Iterable[Known]) -> float | None:
    if not _is_uneven(kernel):
        return None
    shares = [error / _allowed(kernel, point) for point, error in known if not math.isnan(error)]
    return max(shares, default=math.nan)


def _counted(error: float) -> float:
    return -math.inf if math.isnan(error) else error


def _climbed(kernel: Normwise, start: Arrays, rng: np.random.Generator) -> Known:
    """Where a search that perturbs elements of the arguments ends."""
    shapes = [np.shape(part) for part in start]

    fits = getattr(kernel, "fits", lambda point: True)

    def measure(rows: Doubles) -> Doubles:
        points = [_shaped(row, shapes) for row in rows]
        found = [_errors(kernel, kernel.reference, [p])[0] if fits(p) else math.nan for p in points]
        return np.array(found)

    flat = np.concatenate([np.asarray(part, np.float64).reshape(-1) for part in start])
    found = climb(measure, flat[None, :], rng)
    return _shaped(found.points[0], shapes), float(found.errors[0])


def _shaped(row: Doubles, shapes: Sequence[tuple[int, ...]]) -> Arrays:
    ends = np.cumsum([math.prod(shape) for shape in shapes])
    parts = np.split(row, ends[:-1])
    return tuple(part.reshape(shape) for part, shape in zip(parts, shapes, strict=True))


def _against_definition(
    kernel: Normwise, drawn: Sequence[Arrays], every: Sequence[Known]
) -> list[Known]:
    """Errors against the independent definition, where the kernel supplies one.

    They are taken at drawn points and the worst.
    """
    reference = getattr(kernel, "definition_at", None)
    if reference is None:
        return []
    chosen = [*drawn[:AGAINST_DEFINITION], *(point for point, _ in every[:WORST])]
    return list(zip(chosen, _errors(kernel, reference, chosen).tolist(), strict=True))


def _definition(known: Sequence[Known]) -> list[ReferenceUse]:
    if not known:
        return []
    errors = np.array([error for _, error in known])
    undecided = int(np.isnan(errors).sum())
    return [ReferenceUse("definition", len(errors) - undecided, undecided, summary(errors)[0])]


def _worst(kernel: Normwise, point: Arrays, error: float) -> Worst:
    arrays = [np.asarray(part, np.float64) for part in point]
    return Worst(
        point=tuple(tuple(x.hex() for x in array.reshape(-1).tolist()) for array in arrays),
        shapes=tuple(array.shape for array in arrays),
        value=tuple(x.hex() for x in _values(kernel, point).tolist()),
        error=error,
    )
