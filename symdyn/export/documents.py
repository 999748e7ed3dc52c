"""What is written where: documents as text, files on disk.

Files are written whole or not at all, each by way of a temporary file beside it, so that a reader,
or a run that is killed, never leaves half a page.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, overload

from symdyn.errors import InputError
from symdyn.export.citation import bibtex
from symdyn.export.data import verification_data
from symdyn.export.html import single_page, site
from symdyn.export.latex import document, fragment
from symdyn.export.papers import Paper, ShownKernel, papers
from symdyn.proof.files import write_atomically
from symdyn.proof.record import Record

Format = Literal["latex", "html", "json"]
_SUFFIX = {"latex": ".tex", "html": ".html", "json": ".json"}


Kernels = Iterable[ShownKernel]


@overload
def export(
    records: Iterable[Record] | Record, format: Literal["latex", "json"], *, kernels: Kernels = ()
) -> str: ...
@overload
def export(
    records: Iterable[Record] | Record, format: Literal["html"], *, kernels: Kernels = ()
) -> dict[str, str]: ...
@overload
def export(
    records: Iterable[Record] | Record, format: str, *, kernels: Kernels = ()
) -> str | dict[str, str]: ...


def export(
    records: Iterable[Record] | Record, format: str, *, kernels: Kernels = ()
) -> str | dict[str, str]:
    """Records as a document: `latex` and `json` are text, `html` the pages of a site by name.

    Kernels are shown with the records that they were made from (JSON is about verdicts only).

    >>> from sympy import symbols
    >>> from symdyn import claim, derivation
    >>> x = symbols("x")
    >>> @derivation
    ... def square():
    ...     "The square of a sum."
    ...     return claim(((x + 1)**2).expand(), x**2 + 2*x + 1, because="multiply out")
    >>> "x^{2} + 2 x + 1 = x^{2} + 2 x + 1" in export(square.record(), "latex").replace("&{} ", "")
    True

    Raises InputError for another format, or a kernel whose record is not there.
    """
    chosen = _listed(records)
    if format == "latex":
        return document(_some(papers(chosen, kernels)))
    if format == "html":
        return site(chosen, kernels)
    if format == "json":
        return _json(chosen)
    raise InputError(f"export: {format!r} is no format; use 'latex', 'html' or 'json'")


def export_all(
    records: Iterable[Record], folder: Path | str, *, kernels: Kernels = ()
) -> list[Path]:
    """Write every format into a folder; the first of the files is the one to open.

    Kernels are shown with the records that they were made from: their errors over the domain, their
    certificates and their sources.
    """
    chosen, made = _listed(records), list(kernels)
    files = site(chosen, made)
    for paper in papers(chosen, made):
        files |= {f"{paper.key}.tex": document([paper])}
        files |= _fragment_files(f"{paper.key}-fragment.tex", paper)
    files["verification.json"] = _json(chosen)
    return _write(Path(folder), files)


def write_documents(
    records: Iterable[Record], format: str, output: Path | str, *, fragment: bool = False
) -> list[Path]:
    """Write one format to a file (a name with the suffix of the format) or into a folder.

    `-` is standard output, for what is one text. Returns the files that were written.

    Raises InputError for another format, or where several papers do not go into one file.
    """
    chosen = _listed(records)
    if format not in _SUFFIX:
        raise InputError(f"export: {format!r} is no format; use 'latex', 'html' or 'json'")
    place = Path(output)
    one_file = str(output) == "-" or (place.suffix == _SUFFIX[format] and not place.is_dir())
    files = _one(chosen, format, place, fragment) if one_file else _many(chosen, format, fragment)
    if str(output) == "-":
        sys.stdout.write(next(iter(files.values())))
        return []
    return _write(place.parent if one_file else place, files)


def _one(records: list[Record], format: str, place: Path, as_fragment: bool) -> Mapping[str, str]:
    """The one file that was asked for, and the BibTeX file beside a fragment."""
    shown = _some(papers(records))
    if format == "json":
        return {place.name: _json(records)}
    if format == "latex" and not as_fragment:
        return {place.name: document(shown)}
    paper, *others = shown
    if others:
        told = ", ".join(one.key for one in shown)
        raise InputError(
            f"export: {place} is one file, but there are {len(shown)} papers ({told}); "
            "name a folder, or one paper"
        )
    if format == "latex":
        return _fragment_files(place.name, paper)
    return {place.name: single_page(paper)}


def _many(records: list[Record], format: str, as_fragment: bool) -> Mapping[str, str]:
    """Files by name, for a folder."""
    if format == "json":
        return {"verification.json": _json(records)}
    if format == "html":
        return site(records)
    files: dict[str, str] = {}
    for paper in papers(records):
        name = f"{paper.key}.tex"
        files |= _fragment_files(name, paper) if as_fragment else {name: document([paper])}
    return files


def _fragment_files(name: str, paper: Paper) -> dict[str, str]:
    entry = bibtex(paper.heading.citation)
    return {name: fragment(paper), f"{paper.key}.bib": entry}


def _json(records: list[Record]) -> str:
    return json.dumps(verification_data(records), indent=2, ensure_ascii=False) + "\n"


def _listed(records: Iterable[Record] | Record) -> list[Record]:
    return [records] if isinstance(records, Record) else list(records)


def _some(shown: tuple[Paper, ...]) -> tuple[Paper, ...]:
    if not shown:
        raise InputError("export: there is no record to write; pass those of verify(...)")
    return shown


def _write(folder: Path, files: Mapping[str, str]) -> list[Path]:
    for name, text in files.items():
        write_atomically(folder / name, text)
    return [folder / name for name in files]
