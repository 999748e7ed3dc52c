"""`symdyn build`: judge, make kernels, write everything."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from symdyn.cli.judging import judged, reported
from symdyn.cli.making import NO_MEANS, made_kernels, missed, write_modules
from symdyn.cli.options import PATHS, Commands, add_judging, command
from symdyn.cli.showing import console


def add_build(commands: Commands) -> None:
    parser = command(
        commands, "build", _build, "Judge, compile and certify kernels, write LaTeX, HTML and JSON."
    )
    parser.add_argument("paths", nargs="*", metavar="PATHS", help=PATHS)
    parser.add_argument("-o", "--output", type=Path, default=Path("build"), help="folder (build/)")
    parser.add_argument("--no-kernels", action="store_true", help="documents only")
    add_judging(parser)


def _build(options: argparse.Namespace) -> int:
    from symdyn.export import export_all
    from symdyn.export.terminal import kernel_table
    from symdyn.kernels.finished import FinishedKernel, Refusal

    records = judged(options)
    made = [] if options.no_kernels else made_kernels(records, options)
    kernels = [one for one in made if isinstance(one, FinishedKernel)]
    written = export_all(records, options.output, kernels=kernels)
    written += write_modules(made, options.output / "kernels")
    status = reported(records)
    if made:
        console().print(kernel_table(made))
    print(f"{len(written)} files in {options.output}{os.sep}; open {written[0]}")
    stopped = [one.exit_status for one in made if isinstance(one, Refusal)]
    statuses = [status, *map(missed, kernels), *(s for s in stopped if s == NO_MEANS)]
    return next((found for found in (2, 1, 3, NO_MEANS) if found in statuses), 0)
