"""Records grouped by paper, with the names under which documents refer to them.

A paper is one derivation file. Every record in a document gets an anchor, unique within its paper;
records that a paper rests on but that are not shown are named by their id.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, Protocol

from sympy import Basic, MatrixBase, Symbol, latex

from symdyn.calculus.invariants import angle_names, inner_names, length_name
from symdyn.calculus.words.letters import Letter
from symdyn.calculus.words.polynomials import MatrixWord
from symdyn.calculus.words.rules import Rule
from symdyn.errors import InputError
from symdyn.export.citation import Heading, read_heading
from symdyn.export.printing import symbol_tex
from symdyn.kernels.certify.certificate import Certificate
from symdyn.kernels.profiles import Profile
from symdyn.proof.record import Claim, Record
from symdyn.proof.verdict import Verdict


class ShownKernel(Protocol):
    """What documents show of a kernel; `id` names the record that it was made from."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def args(self) -> Sequence[Any]: ...
    @property
    def source(self) -> str: ...
    @property
    def certificate(self) -> Certificate: ...
    @property
    def profile(self) -> Profile: ...


@dataclass(frozen=True)
class Paper:
    """A derivation file: its key, its heading, its records, their anchors and their kernels."""

    key: str
    heading: Heading
    records: tuple[Record, ...]
    anchors: Mapping[str, str]
    kernels: Mapping[str, tuple[ShownKernel, ...]] = field(default_factory=dict)


def papers(records: Iterable[Record], kernels: Iterable[ShownKernel] = ()) -> tuple[Paper, ...]:
    """Records grouped by the file that they come from, in the order in which they are given.

    Each kernel goes with the record whose id it has. Raises InputError where there is none.
    """
    by_file: dict[Path, dict[str, Record]] = {}
    for record in records:
        by_file.setdefault(record.location.file, {}).setdefault(record.id, record)
    keys = _unique([_slug(file.stem) for file in by_file])
    made = _by_record(kernels)
    known = {name for found in by_file.values() for name in found}
    for name in made:
        if name not in known:
            raise InputError(f"export: a kernel of {name or 'no record'}, which is not shown")
    return tuple(
        _paper(key, file, tuple(found.values()), made)
        for key, (file, found) in zip(keys, by_file.items(), strict=True)
    )


def _by_record(kernels: Iterable[ShownKernel]) -> dict[str, tuple[ShownKernel, ...]]:
    made: dict[str, tuple[ShownKernel, ...]] = {}
    for kernel in kernels:
        made[kernel.id] = (*made.get(kernel.id, ()), kernel)
    return made


def _paper(
    key: str,
    file: Path,
    records: tuple[Record, ...],
    kernels: Mapping[str, tuple[ShownKernel, ...]],
) -> Paper:
    anchors = _unique([_slug(record.id.partition("::")[2] or record.name) for record in records])
    names = {record.id: anchor for record, anchor in zip(records, anchors, strict=True)}
    own = {name: made for name, made in kernels.items() if name in names}
    return Paper(key, read_heading(file), records, names, own)


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]+", "-", text).strip("-") or "result"


def _unique(names: list[str]) -> list[str]:
    """Names made different by numbers where they are the same."""
    taken: set[str] = set()
    made: list[str] = []
    for name in names:
        candidate, number = name, 2
        while candidate.lower() in taken:
            candidate, number = f"{name}-{number}", number + 1
        taken.add(candidate.lower())
        made.append(candidate)
    return made


def title(record: Record) -> str:
    """The name of a record as a heading: `learning_curve` is "Learning curve"."""
    words = record.name.replace("_", " ").strip()
    shown = words[:1].upper() + words[1:]
    fixed = ", ".join(f"{name} = {value}" for name, value in record.fixed.items())
    return f"{shown}, {fixed}" if fixed else shown


def claim_verdict(claim: Claim) -> Verdict:
    """The verdict that a document shows: a conjecture is OPEN, and a blocked claim BLOCKED."""
    if claim.open:
        return Verdict.OPEN
    return Verdict.BLOCKED if claim.blocked_by else claim.verdict


def stopped(record: Record) -> bool:
    """Whether the body did not reach its end: it raised, or a premise has no result."""
    return bool(record.error or record.blocked_by)


def counts(records: Iterable[Record]) -> dict[Verdict, int]:
    """How many claims have each verdict, strongest first; a body that stopped counts as one."""
    found: Counter[Verdict] = Counter()
    for record in records:
        found.update(claim_verdict(claim) for claim in record.claims)
        found.update([record.verdict] if stopped(record) else [])
    return {verdict: found[verdict] for verdict in Verdict}


def with_premises(records: Iterable[Record]) -> tuple[Record, ...]:
    """Records with all that they rest on, premises first, each once."""
    found: dict[str, Record] = {}

    def visit(record: Record) -> None:
        if record.id not in found:
            for premise in record.premises:
                visit(premise)
            found.setdefault(record.id, record)

    for record in records:
        visit(record)
    return tuple(found.values())


def declared_symbols(record: Record) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Names of the symbols in a record by what is assumed of them.

    >>> from symdyn.proof.record import Location
    >>> from symdyn.proof.statements import Equal
    >>> x, y = Symbol("x", positive=True), Symbol("y", real=True)
    >>> place = Location(Path("paper.py"), 1)
    >>> step = Claim(Equal(x + y, y + x), "order does not matter", place)
    >>> declared_symbols(Record("paper.py::sum", "sum", "", "", place, claims=(step,)))
    (('positive', ('x',)), ('real', ('y',)))
    """
    symbols = set(symbols_in((record.given, record.defined, record.claims, record.result)))
    groups: dict[str, set[str]] = {kind: set() for kind in _KINDS}
    for symbol in symbols:
        vectors = _vector_names(symbol)
        if vectors:
            groups["vector"].update(vectors)
        else:
            groups[_assumed(symbol)].add(symbol.name)
    return tuple((kind, tuple(sorted(names))) for kind, names in groups.items() if names)


def has_angles(record: Record) -> bool:
    """Whether angles between vectors occur, which a document explains once."""
    symbols = symbols_in((record.given, record.defined, record.claims, record.result))
    return any(angle_names(symbol) for symbol in symbols)


_KINDS = (
    "vector",
    "positive integer",
    "non-negative integer",
    "integer",
    "positive",
    "non-negative",
    "negative",
    "real",
    "complex",
)


def _assumed(symbol: Symbol) -> str:
    if symbol.is_integer:
        return _signed(symbol, "positive integer", "non-negative integer", "integer", "integer")
    if symbol.is_extended_real:
        return _signed(symbol, "positive", "non-negative", "negative", "real")
    return "complex"


def _signed(symbol: Symbol, positive: str, non_negative: str, negative: str, other: str) -> str:
    if symbol.is_positive:
        return positive
    if symbol.is_nonnegative:
        return non_negative
    return negative if symbol.is_negative else other


def _vector_names(symbol: Symbol) -> tuple[str, ...]:
    names = inner_names(symbol) or angle_names(symbol)
    length = length_name(symbol)
    return names or ((length,) if length else ())


def declared_matrices(record: Record) -> tuple[str, ...]:
    r"""The matrices in a record with their shapes, in LaTeX.

    >>> from symdyn.calculus.words.polynomials import matrix
    >>> from symdyn.proof.record import Location
    >>> place = Location(Path("paper.py"), 1)
    >>> result = matrix("W", 2, 3)
    >>> declared_matrices(Record("paper.py::map", "map", "", "", place, result=result))
    ('W \\in \\mathbb{R}^{2 \\times 3}',)
    """
    parts = _parts((record.given, record.defined, record.claims, record.result))
    words = [part for part in parts if isinstance(part, (MatrixWord, Rule))]
    letters = {letter for word in words for letter in word.letters}
    return tuple(_shaped(letter) for letter in sorted(letters, key=lambda x: x.name))


def _shaped(letter: Letter) -> str:
    name = symbol_tex(letter.name)
    symmetric = rf"{name} = {{{name}}}^{{\top}}" if letter.is_symmetric else name
    return rf"{symmetric} \in \mathbb{{R}}^{{{latex(letter.rows)} \times {latex(letter.columns)}}}"


def symbols_in(value: Any) -> Iterator[Symbol]:
    """All symbols in a value, however it is nested."""
    for part in _parts(value):
        yield from (symbol for symbol in part.free_symbols if isinstance(symbol, Symbol))
        if isinstance(part, (MatrixWord, Rule)):
            shapes = (side for x in part.letters for side in (x.rows, x.columns))
            yield from (s for side in shapes for s in side.free_symbols if isinstance(s, Symbol))


def _parts(value: Any) -> Iterator[Any]:
    """The expressions and matrix words in a value, however it is nested."""
    if isinstance(value, (Basic, MatrixBase, MatrixWord, Rule)):
        yield value
    elif isinstance(value, Claim):
        yield from _parts((value.statement, [c for c in value.where if isinstance(c, Rule)]))
    elif isinstance(value, Mapping):
        yield from _parts(tuple(value.items()))
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from _parts(part)
    elif is_dataclass(value) and not isinstance(value, (type, Record)):
        for part in fields(value):
            yield from _parts(getattr(value, part.name))
