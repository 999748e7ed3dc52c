"""`symdyn verify`, `list` and `show`: what derivations there are, and how they are judged."""

from __future__ import annotations

import argparse
import json

from symdyn.cli.judging import judged, reported, status_of
from symdyn.cli.options import PATHS, Commands, add_judging, command
from symdyn.cli.showing import console, write


def add_verify(commands: Commands) -> None:
    parser = command(commands, "verify", _verify, "Judge every claim.")
    parser.add_argument("paths", nargs="*", metavar="PATHS", help=PATHS)
    parser.add_argument("--select", default="", metavar="TEXT", help="only ids that contain TEXT")
    parser.add_argument("-x", "--fail-fast", action="store_true", help="stop at the first failure")
    parser.add_argument(
        "--failed-first", action="store_true", help="begin with what failed the last time"
    )
    parser.add_argument("--json", metavar="FILE", help="write the verdicts as JSON (- to print)")
    add_judging(parser)


def _verify(options: argparse.Namespace) -> int:
    from symdyn.export.data import verification_data

    records = judged(options)
    if options.json:
        text = json.dumps(verification_data(records), indent=2, ensure_ascii=False)
        write(options.json, text + "\n")
    return reported(records, quiet=options.json == "-")


def add_list(commands: Commands) -> None:
    parser = command(commands, "list", _list, "List the derivations there are.")
    parser.add_argument("paths", nargs="*", metavar="PATHS", help=PATHS)


def _list(options: argparse.Namespace) -> int:
    from symdyn.export.terminal import listing
    from symdyn.proof.collect import collect

    console().print(listing(collect(*options.paths)))
    return 0


def add_show(commands: Commands) -> None:
    parser = command(commands, "show", _show, "Show a result with its steps and evidence.")
    parser.add_argument("paths", nargs="+", metavar="ID", help="such as tian2017.py::gate")
    add_judging(parser)


def _show(options: argparse.Namespace) -> int:
    from symdyn.export.terminal import record_view

    records = judged(options)
    for record in records:
        console().print(record_view(record))
    return status_of(records)
