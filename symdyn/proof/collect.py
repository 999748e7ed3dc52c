"""Find derivations: in files, in folders, by id.

    derivations/saxe2013.py                     every derivation of a file
    papers/                                     every derivation file below a folder
    saxe2013.py::mode_flow, saxe2013::mode_flow one result, of the library or of this folder
    cho2009::arccos(degree=2)                   one result at one choice of its parameters

A file is imported once, under one name, whoever asks for it. In folders only files that use
`symdyn` are imported, since importing runs them.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from sympy import Rational

from symdyn.errors import InputError, NothingCollected
from symdyn.library import folder as library_folder
from symdyn.library import module_name as library_name
from symdyn.proof.derivation import Derivation
from symdyn.proof.importing import import_file

_USES_SYMDYN = re.compile(r"^\s*(from|import)\s+symdyn\b", re.MULTILINE)
_FRACTION = re.compile(r"-?\d+/[1-9]\d*")
_ID = re.compile(r"(?P<file>.+?)::(?P<name>\w+)(\((?P<arguments>.*)\))?\Z")


@dataclass(frozen=True)
class Collected:
    """A derivation with the parameter values at which it is to be run."""

    derivation: Derivation
    fixed: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class BrokenFile:
    """A file that does not import, and why."""

    file: Path
    line: int
    reason: str


def collect(*targets: str | Path) -> tuple[Collected | BrokenFile, ...]:
    """The derivations that files, folders and ids name; without any, those of the library.

    >>> [str(found.derivation.name) for found in collect("cho2009::arccos(degree=1)")]
    ['arccos']

    Raises InputError for a target that does not exist, NothingCollected where none is found.
    """
    found: list[Collected | BrokenFile] = []
    for target in targets or (library_folder(),):
        found += [item for item in _named(target) if item not in found]
    if not found:
        told = ", ".join(map(str, targets)) or "the library"
        raise NothingCollected(
            f"no derivation in {told}; a derivation is a function with @derivation"
        )
    return tuple(found)


def _named(target: str | Path) -> Iterator[Collected | BrokenFile]:
    match = _ID.match(str(target))
    if match is None:
        yield from _below(_existing(Path(target), str(target)))
        return
    items = list(_below(_existing(Path(match["file"]), str(target))))
    wanted = [i for i in items if isinstance(i, BrokenFile) or i.derivation.name == match["name"]]
    if not wanted:
        names = dict.fromkeys(i.derivation.name for i in items if isinstance(i, Collected))
        raise InputError(f"{target}: no derivation {match['name']!r}; there are {', '.join(names)}")
    if match["arguments"] is None:
        yield from wanted
        return
    fixed = _arguments(match["arguments"], str(target))
    for item in wanted[:1]:
        yield item if isinstance(item, BrokenFile) else Collected(item.derivation, fixed)


def _existing(path: Path, target: str) -> Path:
    """A path as given, with `.py` added, or in the library."""
    with_suffix = path if path.suffix == ".py" else path.with_name(path.name + ".py")
    for place in (path, with_suffix, library_folder() / with_suffix.name):
        if place.exists() and (place in (path, with_suffix) or len(path.parts) == 1):
            return place
    raise InputError(f"{target}: no such file, folder or id; `symdyn list` shows what there is")


def _below(path: Path) -> Iterator[Collected | BrokenFile]:
    for file in _files(path):
        try:
            module = load(file)
        except Exception as problem:  # whatever a file raises: the others are still judged
            yield BrokenFile(file, _line(problem, file), f"{type(problem).__name__}: {problem}")
            continue
        except SystemExit as problem:
            yield BrokenFile(file, 1, f"calls sys.exit({problem.code!r}) when it is imported")
            continue
        for value in vars(module).values():
            if isinstance(value, Derivation) and value.file == file.resolve():
                yield from (Collected(value, fixed) for fixed in value.variants())


def _files(path: Path) -> Iterable[Path]:
    if path.is_file():
        return [path]
    return [
        file
        for file in sorted(path.rglob("*.py"))
        if not any(part.startswith((".", "__")) for part in file.relative_to(path).parts)
        and _USES_SYMDYN.search(file.read_text(encoding="utf-8", errors="replace"))
    ]


def load(file: Path) -> ModuleType:
    """The module of a derivation file, imported at most once."""
    file = file.resolve()
    for module in list(sys.modules.values()):
        if getattr(module, "__file__", None) == str(file):
            return module
    if name := library_name(file):
        return importlib.import_module(name)
    with _importable(file.parent):
        return import_file(file, file.stem if _is_free(file) else f"{file.stem}_{_short(file)}")


def _is_free(file: Path) -> bool:
    """Whether a file can be imported under its own stem without hiding another module."""
    if not file.stem.isidentifier() or file.stem in sys.modules:
        return False
    spec = importlib.util.find_spec(file.stem)
    return spec is None or spec.origin == str(file)


def _short(file: Path) -> str:
    return sha256(str(file).encode()).hexdigest()[:8]


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """Let a derivation file import its neighbours."""
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        if str(folder) in sys.path:
            sys.path.remove(str(folder))


def _arguments(text: str, target: str) -> dict[str, Any]:
    """Parameters written as in a call: literals, and fractions of whole numbers."""
    try:
        call = ast.parse(f"f({text})", mode="eval").body
        if not isinstance(call, ast.Call) or call.args:
            raise ValueError
        return {k.arg: _literal(k.value) for k in call.keywords if k.arg is not None}
    except (SyntaxError, ValueError):
        raise InputError(f"{target}: parameters are written as in name(degree=2)") from None


def _literal(node: ast.expr) -> Any:
    text = ast.unparse(node).replace(" ", "")
    return Rational(text) if _FRACTION.fullmatch(text) else ast.literal_eval(node)


def _line(problem: Exception, file: Path) -> int:
    """The line of a file at which its import failed."""
    if isinstance(problem, SyntaxError) and problem.lineno:
        return problem.lineno
    line, frame = 1, problem.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == str(file.resolve()):
            line = frame.tb_lineno
        frame = frame.tb_next
    return line
