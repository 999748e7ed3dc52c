"""Emitted modules, measured again on this machine: the code from the file, the rest from its JSON.

The JSON beside a module holds its certificate, and that names the expression, the domain and the
definition. The module itself is a program and is run; the JSON is only read. If the module was
changed since, the new certificate says so by its digest and, if it matters, by its errors.

Kernels of numbers and kernels over vectors are measured alike; each in its own way.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sympy import Expr, Symbol

from symdyn.calculus.words.balanced import BalancedRiccati
from symdyn.errors import InputError
from symdyn.kernels.certify.certificate import Certificate, Subject
from symdyn.kernels.certify.elementwise import certify_elementwise
from symdyn.kernels.certify.exhaustive import Progress, refuse_several
from symdyn.kernels.certify.normwise import certify_normwise
from symdyn.kernels.certify.seams import Seam
from symdyn.kernels.certify.spelling import read_expression
from symdyn.kernels.duals.law import law_of
from symdyn.kernels.duals.measured import ExpectationMeasured
from symdyn.kernels.graph import Program
from symdyn.kernels.loading import load
from symdyn.kernels.patterns.layout import Argument, layout
from symdyn.kernels.patterns.measured import Measured
from symdyn.kernels.patterns.pairwise import Options
from symdyn.kernels.patterns.riccati_measured import RiccatiMeasured
from symdyn.kernels.ranges import Range, Ranges


@dataclass(frozen=True)
class WrittenLimit:
    """The value of one output where one argument has a given value."""

    output: int
    symbol: Symbol
    point: Expr
    value: Expr


@dataclass(frozen=True)
class EmittedKernel:
    """The source of an emitted module together with what it is said to compute."""

    source: str
    name: str
    results: tuple[Expr, ...]
    args: tuple[Symbol, ...]
    domain: Ranges
    limits: tuple[WrittenLimit, ...]
    definition: tuple[Expr, ...]
    seams: tuple[Seam, ...]
    id: str
    verdict: str
    rung: int
    target: float | None
    dtype: str
    program: Program | None = None  # a module does not hold the program that it was printed from

    def __call__(self, *arguments: Any) -> Any:
        """Run the code of the module."""
        return load(self.source).kernel(*arguments)


@dataclass(frozen=True)
class _OverArrays:
    """The source of an emitted module over arrays, and the object that it is said to compute."""

    source: str
    name: str
    result: Any
    args: tuple[Any, ...]
    domain: Ranges
    options: Options
    id: str
    verdict: str
    rung: int
    target: float | None

    def __call__(self, *arguments: Any) -> Any:
        """Run the code of the module."""
        return load(self.source).kernel(*arguments)


class EmittedVectorKernel(_OverArrays, Measured):
    """Such a module over vectors and nodes."""


class EmittedExpectation(_OverArrays, ExpectationMeasured):
    """Such a module of a Gaussian expectation."""


class EmittedRiccatiKernel(_OverArrays, RiccatiMeasured):
    """Such a module that follows a balanced flow."""


Emitted = EmittedKernel | EmittedVectorKernel | EmittedRiccatiKernel | EmittedExpectation


def emitted(source: str, subject: Subject) -> Emitted:
    """A kernel whose code is the source and whose meaning is what a certificate names."""
    args, results = _all(subject.arguments), _all(subject.results)
    ranges = tuple(Range(*_all(ends)) for ends in subject.ranges)
    over_numbers = all(isinstance(argument, Symbol) for argument in args)
    if not over_numbers or law_of(results[0], args) is not None:
        return _over_arrays(source, subject, args, ranges)
    return EmittedKernel(
        source=source,
        name=subject.kernel,
        results=results,
        args=args,
        domain=Ranges(args, ranges, _all(subject.conditions)),
        limits=tuple(WrittenLimit(output, *_all(texts)) for output, *texts in subject.limits),
        definition=_all(subject.definition),
        seams=tuple(Seam(tuple(map(float.fromhex, p)), axis) for p, axis in subject.seams),
        id=subject.id,
        verdict=subject.verdict,
        rung=subject.rung,
        target=subject.target,
        dtype=subject.dtype,
    )


def _over_arrays(
    source: str, subject: Subject, args: tuple[Argument, ...], ranges: tuple[Range, ...]
) -> EmittedVectorKernel | EmittedRiccatiKernel | EmittedExpectation:
    (result,) = _all(subject.results)
    kind: Any = EmittedVectorKernel
    if isinstance(result, BalancedRiccati):
        kind, scalars = EmittedRiccatiKernel, args[:1]
    elif isinstance(result, Expr):
        kind, scalars = EmittedExpectation, args
    else:
        scalars = layout(result, args).scalars
    return kind(  # type: ignore[no-any-return]
        source=source,
        name=subject.kernel,
        result=result,
        args=args,
        domain=Ranges(scalars, ranges, _all(subject.conditions)),
        options=Options(accurate=subject.accurate, dtype=subject.dtype),
        id=subject.id,
        verdict=subject.verdict,
        rung=subject.rung,
        target=subject.target,
    )


def certify_module(
    path: str | Path,
    *,
    points: int | None = None,
    seed: int | None = None,
    float32: bool = False,
    progress: Progress | None = None,
) -> Certificate:
    """Measure an emitted module again, from its file and the JSON beside it.

    Points and seed are those of the certificate in the JSON, unless others are given; `float32` and
    `progress` are those of `certify`.

    Raises InputError where a file is missing or holds no certificate.
    """
    file = Path(path)
    before = written_certificate(file.with_suffix(".json"))
    if not before.subject.results:
        raise InputError(f"{file}: its certificate names no object; emit the kernel again")
    kernel = emitted(_text(file), before.subject)
    asked, drawn = (points or before.asked, before.seed if seed is None else seed)
    if not isinstance(kernel, EmittedKernel):
        if float32:
            refuse_several(kernel)
        return certify_normwise(kernel, points=asked, seed=drawn)
    return certify_elementwise(kernel, points=asked, seed=drawn, float32=float32, progress=progress)


def written_certificate(file: Path) -> Certificate:
    """The certificate in a JSON file: alone, or as the entry `certificate`."""
    text = _text(file)
    try:
        found = json.loads(text)
    except json.JSONDecodeError as problem:
        raise InputError(f"{file} is not JSON: {problem}; emit the kernel again") from None
    data = found.get("certificate", found) if isinstance(found, dict) else None
    if not isinstance(data, dict) or "subject" not in data:
        raise InputError(f"{file} holds no certificate; emit the kernel again")
    return Certificate.from_data(data)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise InputError(f"{file} cannot be read: {problem}") from None


def _all(texts: Sequence[str]) -> tuple[Any, ...]:
    return tuple(read_expression(text) for text in texts)
