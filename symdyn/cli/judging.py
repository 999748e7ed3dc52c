"""The records that a command is about, judged, and the exit status of their verdicts."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from symdyn.cli.showing import console, progress_line

if TYPE_CHECKING:
    from symdyn.proof.record import Record


STATUS = {"REFUTED": 1, "ERROR": 2, "UNDECIDED": 3}


def judged(options: argparse.Namespace) -> list[Record]:
    """Records of the paths of a command, judged, with progress on a terminal."""
    from symdyn.proof.cache import Cache
    from symdyn.proof.verify import verify

    with progress_line("running the derivations") as progress:
        return verify(
            *options.paths,
            digits=options.digits,
            seed=options.seed,
            jobs=options.jobs,
            timeout=options.timeout,
            select=getattr(options, "select", ""),
            fail_fast=getattr(options, "fail_fast", False),
            failed_first=getattr(options, "failed_first", False),
            cache=Cache(None) if options.no_cache else None,
            progress=progress,
        )


def status_of(records: Sequence[Record]) -> int:
    """The exit status for some records: blocked claims count as their cause."""
    from symdyn.proof.verify import causes

    found = {STATUS.get(str(verdict), 0) for verdict in causes(records)}
    return next((status for status in (2, 1, 3) if status in found), 0)


def reported(records: Sequence[Record], *, quiet: bool = False) -> int:
    """Print failures and verdicts; the exit status."""
    from symdyn.export.terminal import failures, verdict_table

    if not quiet:
        shown = console()
        for text in failures(records):
            shown.print(text)
        shown.print(verdict_table(records))
    return status_of(records)
