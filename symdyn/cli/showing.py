"""What people see of a command: a line of progress, tables, files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


@contextmanager
def progress_line(begun: str) -> Iterator[Callable[[int, int, str], None] | None]:
    """A line that tells how far a command has come; nothing where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (BarColumn(24), MofNCompleteColumn(), TextColumn("{task.description}"))
    # No refreshing thread: the judge forks its children from this process.
    bar = Progress(*columns, console=Console(stderr=True), auto_refresh=False, transient=True)
    with bar:
        task = bar.add_task(begun, total=None)
        bar.refresh()

        def show(done: int, total: int, label: str) -> None:
            bar.update(task, completed=done, total=total, description=label)
            bar.refresh()

        yield show


def console() -> Console:
    """Where tables go, in the width of the terminal."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False)


def write(place: str, text: str) -> None:
    """Write to a file, whole or not at all; `-` is standard output."""
    if place == "-":
        sys.stdout.write(text)
        return
    from symdyn.proof.files import write_atomically

    write_atomically(Path(place), text)
