"""The files of the tests are shared out among as many processes as there are processors.

One file runs in this process, as everything does with `-n 0`, `--pdb` or `-p no:xdist`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Without xdist its options in pyproject.toml are read and mean nothing."""
    if not pluginmanager.hasplugin("xdist"):
        parser.addoption("--numprocesses")
        parser.addoption("--dist")
        parser.addoption("--no-loadscope-reorder", action="store_true")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    files = {Path(word.partition("::")[0]) for word in config.args}
    if len(files) == 1 and files.pop().is_file():
        return 0
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
