"""Derivations as pytest items: one item per derivation, its claims shown within it.

Collected are the files that the ini option `symdyn_files` matches (default: `derivations/*.py`) and
files named on the command line that define derivations. With `-v` every claim is listed under its
derivation; a failure prints the message of `symdyn verify`. Nothing heavy is imported before a
derivation file is met.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from symdyn.proof.collect import BrokenFile, Collected
    from symdyn.proof.record import Record

_DEFINES_DERIVATIONS = re.compile(r"^@derivation\b", re.MULTILINE)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the ini option `symdyn_files`."""
    parser.addini(
        "symdyn_files",
        "glob patterns of derivation files, matched from the right",
        type="args",
        default=["derivations/*.py"],
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Make a derivation file a collector."""
    if file_path.suffix != ".py":
        return None
    patterns = parent.config.getini("symdyn_files")
    if any(file_path.match(pattern) for pattern in patterns) or _is_named(file_path, parent.config):
        return DerivationFile.from_parent(parent, path=file_path)
    return None


def _is_named(file: Path, config: pytest.Config) -> bool:
    """Whether a file is named on the command line and defines derivations."""
    named = {(config.invocation_params.dir / arg.split("::")[0]).resolve() for arg in config.args}
    if file.resolve() not in named:
        return False
    return bool(_DEFINES_DERIVATIONS.search(file.read_text(encoding="utf-8", errors="replace")))


class DerivationFile(pytest.File):
    """A file of derivations."""

    def collect(self) -> Iterable[pytest.Item]:
        """One item per derivation and choice of its parameters."""
        from symdyn.errors import NothingCollected
        from symdyn.proof.collect import BrokenFile, collect

        try:
            found = collect(self.path)
        except NothingCollected:
            return
        for target in found:
            if isinstance(target, BrokenFile):
                raise self.CollectError(f"{target.file}:{target.line}: {target.reason}")
            name = target.derivation.id(**target.fixed).split("::")[1]
            yield DerivationItem.from_parent(self, name=name, target=target)


class DerivationFailed(Exception):
    """A derivation whose claims do not all hold."""


class DerivationItem(pytest.Item):
    """A derivation: it passes if nothing in it is refuted, undecided, blocked or in error."""

    def __init__(self, *, target: Collected | BrokenFile, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.target = target

    def runtest(self) -> None:
        """Judge the claims of this derivation and of what it rests on."""
        from symdyn.export.terminal import failure_texts
        from symdyn.proof.verify import verify

        target = f"{self.path}::{self.name}"
        (record,) = verify(target if target.endswith(")") else f"{target}()")
        self.add_report_section("call", "claims", "\n".join(_lines(record)))
        if failed := failure_texts([record]):
            raise DerivationFailed("\n".join(failed))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The message of `symdyn verify` for a failed derivation."""
        if isinstance(excinfo.value, DerivationFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the derivation stands."""
        from symdyn.proof.collect import Collected

        line = None
        if isinstance(self.target, Collected):
            line = self.target.derivation.function.__code__.co_firstlineno - 1
        return self.path, line, self.name


def _lines(record: Record) -> list[str]:
    """One line per claim: number, verdict, reason."""
    return [
        f"[{index}] {claim.verdict:<9} {claim.because}" for index, claim in enumerate(record.claims)
    ]


def pytest_report_teststatus(report: pytest.TestReport, config: pytest.Config) -> Any:
    """With -v, a derivation that passed shows its claims."""
    claims = dict(report.sections).get("Captured claims call")
    if report.when == "call" and report.passed and claims:
        return "passed", ".", "PASSED\n" + "\n".join(f"    {line}" for line in claims.split("\n"))
    return None
