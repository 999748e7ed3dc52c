"""`symdyn export` and `new`: documents, and a file to start from."""

from __future__ import annotations

import argparse
from pathlib import Path

from symdyn.cli.judging import judged, status_of
from symdyn.cli.options import PATHS, Commands, add_judging, command
from symdyn.errors import InputError


def add_export(commands: Commands) -> None:
    parser = command(commands, "export", _export, "Write documents.")
    parser.add_argument("paths", nargs="*", metavar="IDS", help=PATHS)
    parser.add_argument("--format", choices=("latex", "html", "json"), required=True)
    parser.add_argument("--fragment", action="store_true", help="LaTeX for \\input, no preamble")
    parser.add_argument("-o", "--output", required=True, metavar="FILE_OR_DIR")
    add_judging(parser)


def _export(options: argparse.Namespace) -> int:
    from symdyn.export import write_documents

    records = judged(options)
    for file in write_documents(records, options.format, options.output, fragment=options.fragment):
        print(file)
    return status_of(records)


def add_new(commands: Commands) -> None:
    parser = command(commands, "new", _new, "Write a commented starting file for a paper.")
    parser.add_argument("paper", metavar="PAPER", help="bibliography key, such as author2025")


def _new(options: argparse.Namespace) -> int:
    from symdyn.export.starter import starting_file

    file = Path(f"{options.paper}.py")
    text = starting_file(options.paper)
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise InputError(f"{file} exists already; choose another name, or edit it") from None
    print(f"{file} written; judge it with: symdyn verify {file}")
    return 0
