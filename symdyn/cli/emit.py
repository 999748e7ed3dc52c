"""`symdyn emit`: modules with their certificates."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from symdyn.cli.judging import judged
from symdyn.cli.making import kernel_ids, made_kernels, missed, write_modules
from symdyn.cli.options import IDS, Commands, add_judging, command, ulps
from symdyn.errors import InputError


def add_emit(commands: Commands) -> None:
    parser = command(commands, "emit", _emit, "Write kernels as modules, with certificates.")
    parser.add_argument("paths", nargs="*", metavar="IDS", help=f"{IDS} (all of the library)")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    parser.add_argument("--target", type=ulps, default=2.0, help="error in ulps to reach (2)")
    add_judging(parser)


def _emit(options: argparse.Namespace) -> int:
    from symdyn.kernels.finished import Refusal

    kernel_ids(options.paths)
    made = made_kernels(judged(options), options, options.target)
    write_modules(made, options.output)
    notes = all(isinstance(one, Refusal) and not one.exit_status for one in made)
    statuses = [InputError.exit_status] if notes else []
    for one in made:
        if isinstance(one, Refusal):
            print(f"symdyn: {one.reason}", file=sys.stderr)
            statuses.append(one.exit_status)
        else:
            print(options.output / f"{one.name}.py")
            print(f"    {one.certificate}")
            statuses.append(missed(one))
    return next((status for status in (1, 3, 4, 2) if status in statuses), 0)
