"""Every example in a docstring is true."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

import symdyn

PACKAGE = Path(symdyn.__file__).parent
LAYOUT = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def modules() -> list[str]:
    files = sorted(PACKAGE.rglob("*.py"))
    parts = (file.relative_to(PACKAGE.parent).with_suffix("").parts for file in files)
    named = (".".join(p[:-1] if p[-1] == "__init__" else p) for p in parts)
    return [name for name in named if not name.startswith("symdyn.library.derivations.")]


@pytest.mark.parametrize("module", modules())
def test_examples_are_true(module: str) -> None:
    failed, _ = doctest.testmod(import_module(module), optionflags=LAYOUT)
    assert failed == 0


def test_a_false_example_is_seen() -> None:
    example = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "wrong", None, 0)
    runner = doctest.DocTestRunner(optionflags=LAYOUT, verbose=False)
    assert runner.run(example, out=lambda text: None).failed == 1
