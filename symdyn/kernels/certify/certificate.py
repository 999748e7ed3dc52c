"""A certificate: what was measured of a kernel, where, against what, and what the worst was.

It is plain data, the same for the same kernel, seed and platform, and goes to JSON and back. Points
and values are in hexadecimal, so that they are exact. Expressions are in SymPy's srepr.

A certificate states what was found at the points that were looked at. It is no proof of a bound on
the points between them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from symdyn.errors import InputError
from symdyn.kernels.certify.conditioning import Conditioning
from symdyn.kernels.certify.exhaustive import Exhaustive
from symdyn.kernels.certify.machine_code import MachineCode
from symdyn.kernels.certify.proof.prove import Proof
from symdyn.kernels.certify.worst_points import shown_point
from symdyn.kernels.plain_data import plain, read

VERSION = 1


@dataclass(frozen=True)
class Subject:
    """What was certified: enough to measure it again from its source alone."""

    kernel: str
    digest: str
    results: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    ranges: tuple[tuple[str, str], ...] = ()
    conditions: tuple[str, ...] = ()
    limits: tuple[tuple[int, str, str, str], ...] = ()  # output, argument, its value, limit
    definition: tuple[str, ...] = ()
    seams: tuple[tuple[tuple[str, ...], int], ...] = ()  # points, and the axis that they lie across
    domain: str = ""
    id: str = ""
    verdict: str = ""
    rung: int = 0
    target: float | None = None
    dtype: str = "float64"
    accurate: bool = False  # of arrays: relative to the result, however many nodes there are
    allowance: str = ""  # what is allowed at some points beside the target


@dataclass(frozen=True)
class Worst:
    """A point, its value and its error; arrays are written flat, with their shapes."""

    point: tuple[tuple[str, ...], ...]
    shapes: tuple[tuple[int, ...], ...]
    value: tuple[str, ...]
    error: float

    @property
    def arrays(self) -> tuple[np.ndarray, ...]:
        """The point of a kernel whose arguments are arrays."""
        flat = (np.array([float.fromhex(text) for text in part]) for part in self.point)
        return tuple(part.reshape(shape) for part, shape in zip(flat, self.shapes, strict=True))

    @property
    def arguments(self) -> tuple[float, ...]:
        """The point of a kernel whose arguments are numbers."""
        return tuple(float.fromhex(text) for (text,) in self.point)


@dataclass(frozen=True)
class StratumError:
    """The largest error among the points of one kind."""

    name: str
    points: int
    maximum: float


@dataclass(frozen=True)
class Sampled:
    """Errors at all points that were drawn; `undecided` ones have no reference value."""

    points: int
    undecided: int
    maximum: float
    mean: float
    p99: float
    strata: tuple[StratumError, ...]


@dataclass(frozen=True)
class Search:
    """Hill climbing from the worst points of the sample."""

    starts: int
    evaluations: int
    maximum: float


@dataclass(frozen=True)
class ReferenceUse:
    """How many points were held against a reference, and the largest error against it."""

    name: str
    points: int
    undecided: int
    maximum: float


@dataclass(frozen=True)
class SpecialInput:
    """One input out of the ordinary; `error` is None where no value is promised."""

    argument: str
    input: str
    point: tuple[str, ...]
    result: tuple[str, ...]
    expected: str
    error: float | None


@dataclass(frozen=True)
class Certificate:
    """What is known of the error of a kernel by measurement.

    `share` is the largest error as a share of what is allowed where it was seen, for kernels that
    are allowed more at some points than at others. `conditioning` says how far the inputs determine
    the value at the point with the largest share, or the largest error.

    >>> from sympy import Symbol, exp
    >>> from symdyn.kernels.kernel import kernel
    >>> x = Symbol("x", real=True)
    >>> found = kernel(exp(x), x, domain={x: (-1, 1)}).certificate
    >>> Certificate.from_json(found.to_json()) == found, found.unit
    (True, 'ulp')
    """

    subject: Subject
    unit: str
    seed: int
    asked: int
    sampled: Sampled
    search: Search
    references: tuple[ReferenceUse, ...]
    worst: tuple[Worst, ...]
    special_inputs: tuple[SpecialInput, ...]
    environment: tuple[tuple[str, str], ...]
    speed: float | None = None
    share: float | None = None
    float32: Exhaustive | None = None
    machine_code: MachineCode | None = None
    proof: Proof | None = None
    conditioning: Conditioning | None = None
    version: int = VERSION

    @property
    def error(self) -> float:
        """The largest error that was seen anywhere."""
        special = [row.error for row in self.special_inputs if row.error is not None]
        known = [self.sampled.maximum, self.search.maximum, *special]
        known += [use.maximum for use in self.references]
        return max((error for error in known if not math.isnan(error)), default=math.nan)

    @property
    def meets(self) -> bool | None:
        """Whether no error above the target was seen; None where there is no target."""
        target = self.subject.target
        if target is None:
            return None
        return self.error <= target if self.share is None else self.share <= 1.0

    @property
    def target_text(self) -> str:
        """The target as people read it."""
        subject = self.subject
        if subject.target is None:
            return "none"
        more = f", {subject.allowance}" if subject.allowance else ""
        return f"{subject.target:g}{more}"

    def data(self) -> dict[str, Any]:
        """Plain data, ready for JSON."""
        return plain(self)

    def to_json(self) -> str:
        """The certificate as JSON."""
        return json.dumps(self.data(), indent=2) + "\n"

    @staticmethod
    def from_json(text: str) -> Certificate:
        """The certificate that `to_json` wrote.

        Raises InputError for text that is none, or is of another version.
        """
        try:
            found = json.loads(text)
        except json.JSONDecodeError as problem:
            raise InputError(f"a certificate is JSON; this is not: {problem}") from None
        return Certificate.from_data(found)

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> Certificate:
        """The certificate that `data` gave."""
        version = data.get("version") if isinstance(data, dict) else None
        if version != VERSION:
            raise InputError(
                f"a certificate of version {version}; this symdyn reads {VERSION}: certify again"
            )
        try:
            return read(Certificate, data)
        except (KeyError, TypeError, ValueError) as problem:
            raise InputError(f"a certificate that cannot be read: {problem!r}") from None

    def place(self, k: int = 0) -> str:
        """The k-th worst point as people read it."""
        if k >= len(self.worst):
            return "no point"
        return shown_point(self.worst[k].point, self.worst[k].shapes, self.subject.arguments)

    @property
    def further(self) -> tuple[Proof | Exhaustive | MachineCode | None, ...]:
        """What is known besides measured errors: proof, all floats, machine code."""
        return self.proof, self.float32, self.machine_code

    def __str__(self) -> str:
        counted = ", ".join(f"{use.points} against the {use.name}" for use in self.references)
        further = self.conditioning if self.share is not None else None, *self.further
        more = [f"{part}" for part in further if part and f"{part}"]
        return "; ".join(
            [
                f"at most {self.error:.3g} {self.unit} seen at {self.sampled.points} points and "
                f"{self.search.evaluations} of a search ({counted}), worst at {self.place()}",
                *more,
            ]
        )

    def _repr_html_(self) -> str:
        return f"<table><caption>{escape(str(self))}</caption>{_rows(self)}</table>"


def rows(certificate: Certificate) -> list[tuple[str, str]]:
    """Names and values for a table that people read."""
    subject, sampled = certificate.subject, certificate.sampled
    shown = [
        ("kernel", subject.kernel),
        ("domain", subject.domain or "as drawn"),
        ("target", certificate.target_text),
        ("largest error", f"{certificate.error:.4g} {certificate.unit}"),
        ("worst input", certificate.place()),
        ("mean, 99th percentile", f"{sampled.mean:.3g}, {sampled.p99:.3g}"),
        ("points, undecided", f"{sampled.points}, {sampled.undecided}"),
        ("search", f"{certificate.search.evaluations} points, {certificate.search.maximum:.4g}"),
    ]
    shown += [(s.name, f"{s.points} points, {s.maximum:.4g}") for s in sampled.strata]
    shown += [
        (use.name, f"{use.points} points, {use.undecided} undecided, {use.maximum:.4g}")
        for use in certificate.references
    ]
    shown += [
        (f"{row.argument} = {row.input}", f"{', '.join(row.result)} ({row.expected})")
        for row in certificate.special_inputs
    ]
    if certificate.conditioning is not None:
        kappa = ", ".join(f"{one:.2g}" for one in certificate.conditioning.kappa)
        shown.append(("condition numbers at the worst", kappa))
    for part in certificate.further:
        shown += part.rows() if part else []
    return [*shown, ("digest", subject.digest[:16]), *certificate.environment]


def _rows(certificate: Certificate) -> str:
    return "".join(
        f"<tr><th scope='row'>{escape(name)}</th><td>{escape(value)}</td></tr>"
        for name, value in rows(certificate)
    )
