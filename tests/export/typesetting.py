"""pdflatex, where it is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

needs_pdflatex = pytest.mark.skipif(
    shutil.which("pdflatex") is None, reason="pdflatex is not installed"
)


@dataclass(frozen=True)
class Run:
    """What pdflatex said."""

    log: str

    @property
    def errors(self) -> list[str]:
        return re.findall(r"^! .*(?:\n.*){2}", self.log, re.MULTILINE)

    @property
    def overfull(self) -> list[float]:
        """By how many points lines are too wide."""
        return [float(points) for points in re.findall(r"Overfull \\hbox \(([\d.]+)pt", self.log)]

    @property
    def undefined(self) -> list[str]:
        return re.findall(r"undefined on input line.*|There were undefined.*", self.log)


def pdflatex(text: str, folder: Path, name: str = "paper", runs: int = 2) -> Run:
    (folder / f"{name}.tex").write_text(text, encoding="utf-8")
    for _ in range(runs):
        subprocess.run(
            ["pdflatex", "-interaction=nonstopmode", f"{name}.tex"],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            timeout=120,
            check=False,
        )
    return Run((folder / f"{name}.log").read_text(encoding="utf-8", errors="replace"))


def whole(body: str) -> str:
    """A document that loads what a fragment may rely on."""
    return (
        "\\documentclass{article}\n\\usepackage{amsmath,amssymb}\n"
        f"\\begin{{document}}\n{body}\n\\end{{document}}\n"
    )
