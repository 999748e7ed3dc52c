"""What holds for every test: seeds are fixed, and what takes long runs when it is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out slow tests, unless their file or id is on the command line, or there is a -m."""
    if config.option.markexpr:
        return
    named = [word for word in config.args if "::" in word or Path(word).is_file()]
    left_out = [
        item for item in items if item.get_closest_marker("slow") and not is_named(item, named)
    ]
    config.hook.pytest_deselected(items=left_out)
    items[:] = sorted((item for item in items if item not in left_out), key=turn)


# Files that take longest: what is begun last should not keep one process busy while others wait.
LONGEST = ("test_certificates", "test_inputs", "test_reference_values")


def turn(item: pytest.Item) -> tuple[bool, bool]:
    return compiles(item), item.path.stem not in LONGEST


def compiles(item: pytest.Item) -> bool:
    """Whether a test fills the process with machine code, which later forks would carry."""
    parts = item.path.parts
    return "kernels" in parts or "benchmarks" in parts or item.path.stem == "test_certificates"


def is_named(item: pytest.Item, words: list[str]) -> bool:
    for word in words:
        file, _, inner = word.partition("::")
        here = Path(file).resolve() == item.path
        if here and f"::{inner}" in f"::{item.nodeid.partition('::')[2]}":
            return True
    return False


class Interruption:
    """End as every command here does when interrupted: with 130, where pytest says 2."""

    happened = False

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        self.happened = excinfo.type is KeyboardInterrupt

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.happened:
            session.exitstatus = 130


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Interruption())
