"""Kernels over vectors: compiled from an equivariant object, measured by norms.

A vector argument has the last axis d, the nodes of a population the last axes (k, d), their output
weights (k); what stands before broadcasts. Errors are in units of 2^-53, normwise: relative to the
result; without `accurate`, for more than one node, to the sum of the lengths of all nodes, each by
the output weights before its term (of a scalar, to the sum of its absolute terms). Such sums may
have sqrt(d)/2 units more than the target.

Where pairs do not suffice (a result that has to be `accurate` is small beside its terms, or numbers
leave the range of doubles) a row is computed again in balls of Python integers, with as many bits
as it needs: some 50 microseconds a term. Sums that cancel exactly are exactly 0.

A zero vector has no direction: what depends on it is nan. Objects with an operation that balls of
integers lack (erf, gamma, ...) are left at pairs, some 2^-100 of the sum of their absolute terms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from html import escape
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import sympy as sp

from symdyn.kernels.certify import Certificate, certify
from symdyn.kernels.loading import load, save
from symdyn.kernels.origin import name_of
from symdyn.kernels.patterns.layout import Argument, layout
from symdyn.kernels.patterns.measured import Measured
from symdyn.kernels.patterns.pairwise import Options, pairwise_text
from symdyn.kernels.profiles import Profile, profile
from symdyn.kernels.ranges import Given, Ranges
from symdyn.proof.record import Record

TARGET = 4.0  # units of 2^-53 of the norm, for single nodes


@dataclass(frozen=True, eq=False)
class VectorKernel(Measured):
    """A compiled function of arrays of vectors, with what it computes and how it is known.

    `result` is the object that a derivation returned. Kernels pickle as this description.
    """

    name: str
    result: Any
    args: tuple[Argument, ...]
    domain: Ranges
    options: Options = field(default_factory=Options)
    id: str = ""
    title: str = ""
    verdict: str = ""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    target: float | None = TARGET
    rung: int = 3  # rewritten by `frames` and `ends`, and computed in pairs

    remark: ClassVar[str] = (
        "Errors are normwise, in units of 2^-53; a zero vector has no direction."
    )
    points: ClassVar[int] = 400  # drawn for a certificate

    def __call__(self, *arguments: Any) -> Any:
        """The result for every sample of the broadcast arguments.

        Raises TypeError for complex or object arrays and for a wrong number of arguments,
        ValueError for shapes that do not fit.
        """
        return self._module.kernel(*arguments)

    @property
    def expr(self) -> Any:
        """The object that is computed."""
        return self.result

    @property
    def scalar(self) -> Any:
        """The compiled function of one sample, `(rows of each population, ..., out)`."""
        return self._module.item

    @property
    def source(self) -> str:
        """The text of the self-contained module, with what is certified in its docstring."""
        return self._text(self.notes)

    def _text(self, notes: Sequence[str]) -> str:
        return pairwise_text(
            self.result, self.args, ranges=self.domain.ranges, options=self.options, notes=notes
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What the docstring of the module says."""
        shown = [self.title or f"The object {self.name}.", ""]
        shown += [f"    {self.name}({', '.join(map(str, self.args))}) = {self.result}", ""]
        shown += [f"Domain: {self.domain}"] if self.domain.args else []
        shown += [f"From {self.id}, which is {self.verdict}."] if self.id else []
        shown += [self.remark]
        certificate = self.__dict__.get("certificate")
        return (*shown, *([] if certificate is None else [f"Certificate: {certificate}."]))

    @cached_property
    def certificate(self) -> Certificate:
        """The measured error of the kernel; measured on first use."""
        return certify(self, points=self.points)

    @cached_property
    def profile(self) -> Profile:
        """The largest errors, to be looked at."""
        return profile(self)

    @cached_property
    def _module(self) -> ModuleType:
        return load(self._text([]))

    def save(self, directory: str | Path) -> Path:
        """Write the module, and beside it as JSON its certificate; returns the module's path."""
        known = {**self.data(), "certificate": self.certificate.data()}
        return save(self.name, self.source, known, directory)

    def data(self) -> dict[str, Any]:
        """What is known of the kernel, as plain data."""
        return {
            "kernel": self.name,
            "id": self.id,
            "verdict": self.verdict,
            "arguments": [str(argument) for argument in self.args],
            "object": str(self.result),
            "fixed": {name: str(value) for name, value in self.fixed.items()},
            "domain": str(self.domain),
            "rung": self.rung,
            "target": self.target,
            "allowance": self.allowance,
            "accurate": self.options.accurate,
            "dtype": self.options.dtype,
            "parallel": self.options.parallel,
        }

    def __getstate__(self) -> dict[str, Any]:
        return {part.name: getattr(self, part.name) for part in fields(self)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def __repr__(self) -> str:
        return f"<kernel {self.name}({', '.join(map(str, self.args))}), rung {self.rung}>"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {sp.latex(self.result)}$"

    def _repr_html_(self) -> str:
        lines = "".join(f"<br>{escape(note.strip())}" for note in self.notes if note)
        return f"<p><b>{escape(self.name)}</b>{lines}</p>"


def is_over_vectors(record: Record) -> bool:
    """Whether the kernel that a derivation declares has vectors or nodes as arguments."""
    return any(not isinstance(argument, sp.Symbol) for argument in record.kernel)


def vector_kernel(
    record: Record,
    fixed: Mapping[str, Any],
    *,
    domain: Given = None,
    accurate: bool = False,
    target: float = TARGET,
    parallel: bool = False,
    dtype: str = "float64",
) -> VectorKernel:
    """The kernel of a judged record.

    Raises UnsupportedError for objects that are no sums over one or two vectors, InputError for
    symbols that are no arguments.
    """
    found = layout(record.result, record.kernel)
    numbers = set(found.scalars)
    given = [c for c in record.conditions if c.free_symbols and c.free_symbols <= numbers]
    return VectorKernel(
        name=name_of(record) + ("_accurate" if accurate else ""),
        result=record.result,
        args=tuple(record.kernel),
        domain=Ranges.of(found.scalars, domain, given),
        options=Options(accurate, parallel, dtype),
        id=record.id,
        title=record.doc.partition("\n")[0],
        verdict=str(record.verdict),
        fixed=fixed,
        target=max(target, TARGET),
    )
