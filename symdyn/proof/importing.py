"""Importing a Python file under a name."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from symdyn.errors import InputError


def import_file(file: Path, name: str) -> ModuleType:
    """Run a file as a module, which `sys.modules` then holds under the name unless it raises.

    Raises InputError for a file that is no Python, and whatever the file raises.
    """
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise InputError(f"{file}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
