"""Imports point to the left, and never in a circle.

    errors  <  numerics  <  calculus  <  proof  <  kernels  <  export  <  cli, pytest_plugin

Read from the source: imports within functions and those made for annotations only count like any
other, since what a stage knows of is the question, not when it is loaded.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import symdyn

PACKAGE = Path(symdyn.__file__).parent
LAYERS = (
    ("library",),  # only says where the derivation files are; knows nothing of symdyn
    ("errors",),
    ("numerics",),
    ("calculus",),
    ("proof",),
    ("kernels",),
    ("export",),
    ("doctor",),
    ("cli", "pytest_plugin"),
    ("__main__", ""),  # the package itself stands last: it names everything, and imports it lazily
)
LIBRARY_READERS = ("cli", "proof.collect", "kernels")
ANYBODY_MAY_READ = "__version__"  # the one thing of the package itself that it holds


@dataclass(frozen=True)
class Import:
    """One import within the package; modules are named from below it: `proof.record`."""

    source: str
    target: str
    line: int

    def __str__(self) -> str:
        return f"{self.source or '__init__'}:{self.line} imports {self.target or 'the package'}"


def modules(package: Path) -> dict[str, Path]:
    return {name(file.relative_to(package)): file for file in sorted(package.rglob("*.py"))}


def name(file: Path) -> str:
    parts = file.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(package: Path) -> Iterator[Import]:
    known = modules(package)
    for source, file in known.items():
        within = source if file.name == "__init__.py" else source.rpartition(".")[0]
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            for target in targets(node, f"{package.name}.{within}".rstrip("."), package.name):
                yield Import(source, nearest(target, known), getattr(node, "lineno", 0))


def targets(node: ast.AST, within: str, package: str) -> Iterator[str]:
    """What a statement imports from the package, by full name less the package's own."""
    full: list[str] = []
    if isinstance(node, ast.Import):
        full = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        parts = within.split(".")
        base = parts[: len(parts) - node.level + 1] if node.level else []
        start = ".".join([*base, *([node.module] if node.module else [])])
        full = [f"{start}.{alias.name}" for alias in node.names]
    elif isinstance(node, ast.Call) and called(node.func) in ("import_module", "__import__"):
        full = [arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant)]
    for target in full:
        head, _, rest = target.partition(".")
        if head == package and rest != ANYBODY_MAY_READ:
            yield rest


def called(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


def nearest(target: str, known: dict[str, Path]) -> str:
    """The module that holds a name: `proof.record.Record` is in `proof.record`."""
    while target not in known:
        target = target.rpartition(".")[0]
    return target


def layer(module: str) -> int:
    first = module.partition(".")[0]
    return next((k for k, stages in enumerate(LAYERS) if first in stages), -1)


def upward(package: Path) -> list[str]:
    found = [i for i in imports(package) if layer(i.target) > layer(i.source) >= 0]
    return [f"{i}, which stands to its right" for i in found]


def cycle(package: Path) -> list[str]:
    graph: dict[str, set[str]] = {}
    for found in imports(package):
        if found.target != found.source:
            graph.setdefault(found.source, set()).add(found.target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as problem:
        return list(problem.args[1])
    return []


def test_imports_point_to_the_left() -> None:
    assert upward(PACKAGE) == []


def test_no_module_imports_itself_by_a_detour() -> None:
    assert cycle(PACKAGE) == []


def test_every_module_stands_in_a_layer() -> None:
    assert [module for module in modules(PACKAGE) if layer(module) < 0] == []


def test_only_collection_reads_the_library() -> None:
    readers = {i.source for i in imports(PACKAGE) if layer(i.target) == 0 != layer(i.source)}
    assert [r for r in readers if not r.startswith(LIBRARY_READERS)] == []
    assert [str(i) for i in imports(PACKAGE) if i.source == "library"] == []


def made_up(folder: Path, **sources: str) -> Path:
    """A small package; `proof__record` stands for the file `proof/record.py`."""
    package = folder / "symdyn"
    for stage in ("calculus", "proof", "library"):
        (package / stage).mkdir(parents=True)
        (package / stage / "__init__.py").touch()
    (package / "__init__.py").touch()
    for module, source in sources.items():
        (package / f"{module.replace('__', '/')}.py").write_text(source)
    return package


@pytest.mark.parametrize(
    "source",
    [
        "import symdyn.proof.record",
        "from symdyn.proof import record",
        "from symdyn.proof.record import Record",
        "from ..proof import record",
        "from ..proof.record import Record",
        "from .. import proof",
        "from symdyn import claim",
        "import symdyn",
        "def later():\n    from symdyn.proof.record import Record",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from symdyn.proof import record",
        "import importlib\nimportlib.import_module('symdyn.proof.record')",
    ],
)
def test_an_import_to_the_right_is_seen(tmp_path: Path, source: str) -> None:
    package = made_up(tmp_path, calculus__flows=source, proof__record="class Record: ...")
    assert len(upward(package)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "from symdyn.calculus.flows import Flow",
        "from ..calculus import flows",
        "from . import statements",
        "from symdyn import __version__",
        "import sympy.calculus",
    ],
)
def test_an_import_to_the_left_or_beside_is_none_of_them(tmp_path: Path, source: str) -> None:
    package = made_up(tmp_path, calculus__flows="", proof__record=source, proof__statements="")
    assert upward(package) == [] == cycle(package)


@pytest.mark.parametrize(
    "back", ["from symdyn.proof import a", "def later():\n    from .a import b"]
)
def test_a_cycle_is_seen(tmp_path: Path, back: str) -> None:
    package = made_up(tmp_path, proof__a="from .b import x", proof__b="from .c import x")
    assert cycle(package) == []
    (package / "proof" / "c.py").write_text(back)
    assert {"proof.a", "proof.b", "proof.c"} <= set(cycle(package))
