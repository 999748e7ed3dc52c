"""What the README shows is what happens."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).resolve().parents[1] / "README.md"
if not README.exists():
    pytest.skip("the README belongs to a checkout", allow_module_level=True)
TEXT = README.read_text(encoding="utf-8")
EXAMPLE = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)[0]
ANSWER = re.findall(r"answers with exit status 1:\n\n```\n(.*?)```", TEXT, re.DOTALL)[0]


def symdyn(*words: str, cwd: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "symdyn", *words],
        cwd=cwd,
        env={"COLUMNS": "100", "HOME": str(cwd), "PYTHONPATH": str(README.parent)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.returncode, done.stdout


def without_times(text: str) -> str:
    lines = (line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\d+(\.\d+)? m?s\b", "some time", "\n".join(lines))


def test_the_wrong_sign_is_refuted_as_shown(tmp_path: Path) -> None:
    (tmp_path / "imbalance.py").write_text(EXAMPLE)
    status, told = symdyn("verify", "imbalance.py", cwd=tmp_path)
    assert status == 1
    assert without_times(told) == without_times(ANSWER)


def test_with_the_sign_mended_both_claims_are_proved(tmp_path: Path) -> None:
    mended = EXAMPLE.replace("a**2 + b**2", "a**2 - b**2")
    assert mended != EXAMPLE
    (tmp_path / "imbalance.py").write_text(mended)
    status, told = symdyn("verify", "imbalance.py", cwd=tmp_path)
    assert status == 0 and "2 PROVED" in told


def test_the_commands_shown_are_the_commands_there_are(tmp_path: Path) -> None:
    shown = set(re.findall(r"`symdyn (\w+)", TEXT))
    listed = re.findall(r"^    (\w+)  ", symdyn("--help", cwd=tmp_path)[1], re.MULTILINE)
    assert shown == set(listed)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([\w/.]+\.(?:py|md|cff|lock))`", TEXT))))
def test_files_that_are_named_exist(name: str) -> None:
    examples = {"imbalance.py", "derivations/author2025.py"}
    assert name in examples or (README.parent / name).exists()
