"""`symdyn certify`: measure kernels again, here."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from symdyn.cli.making import kernels_of
from symdyn.cli.options import IDS, Commands, command
from symdyn.cli.showing import progress_line

if TYPE_CHECKING:
    from symdyn.kernels.certify import Certificate


def add_certify(commands: Commands) -> None:
    parser = command(commands, "certify", _certify, "Measure kernels again on this machine.")
    parser.add_argument(
        "kernels", nargs="*", metavar="ID_OR_MODULE", help=f"ids {IDS}, or files that emit wrote"
    )
    parser.add_argument("--points", type=int, help="points to draw (20000; array kernels 2000)")
    parser.add_argument(
        "--float32",
        action="store_true",
        help="look at every float32 input of kernels of one argument, besides",
    )


def _certify(options: argparse.Namespace) -> int:
    from symdyn.kernels.certify import certify, certify_module

    modules = [Path(name) for name in options.kernels if _is_module(name)]
    ids = [name for name in options.kernels if not _is_module(name)]
    missed = 0
    for file in modules:
        print(file)
        with progress_line("measuring") as progress:
            found = certify_module(
                file, points=options.points, float32=options.float32, progress=progress
            )
        missed |= _certified(found) | _changed(file, found)
    for target, kernel in kernels_of(ids) if ids or not modules else ():
        print(target)
        with progress_line("measuring") as progress:
            found = certify(
                kernel, points=options.points, float32=options.float32, progress=progress
            )
        missed |= _certified(found)
    return missed


def _is_module(name: str) -> bool:
    """Whether a file is one that emit wrote: its certificate stands beside it."""
    return name.endswith(".py") and Path(name).with_suffix(".json").is_file()


def _certified(certificate: Certificate) -> int:
    """Print what was measured; 1 if the target is missed."""
    print(f"    {certificate}")
    return int(certificate.meets is False)


def _changed(file: Path, found: Certificate) -> int:
    """Say so, and 1, where a module holds other code than its certificate was written for."""
    from symdyn.kernels.certify.modules import written_certificate

    before = written_certificate(file.with_suffix(".json"))
    if before.subject.digest == found.subject.digest:
        return 0
    print(f"    the code was changed since it was certified (then {before})")
    return 1
