"""How a command is added, and how the values of its options are read."""

from __future__ import annotations

import argparse
from collections.abc import Callable

Commands = argparse._SubParsersAction  # of a parser, to which each command adds its own
PATHS = "files, folders or ids such as tian2017.py::gate (the reference library)"
IDS = "such as 'cho2009::arccos(degree=1)'"


def command(
    commands: Commands,
    name: str,
    run: Callable[[argparse.Namespace], int],
    description: str,
) -> argparse.ArgumentParser:
    """Add a command; its parser is for its own options."""
    parser = commands.add_parser(
        name,
        help=description[0].lower() + description[1:].rstrip("."),
        description=description,
        allow_abbrev=False,
    )
    parser.set_defaults(run=run)
    return parser


def add_judging(parser: argparse.ArgumentParser) -> None:
    """Options of every command that judges claims."""
    parser.add_argument("--digits", type=natural, default=50, help="digits to agree to (50)")
    parser.add_argument("--jobs", type=natural, help="claims judged at a time (one per core)")
    parser.add_argument("--timeout", type=seconds, default=60.0, help="seconds per claim (60)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the sample points (0)")
    parser.add_argument("--no-cache", action="store_true", help="judge everything anew")


def natural(text: str) -> int:
    """A count."""
    if not text.isdecimal() or not 1 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to 10000")
    return int(text)


def ulps(text: str) -> float:
    """An error to reach."""
    try:
        ulps = float(text)
    except ValueError:
        ulps = 0.0
    if not 0.5 <= ulps <= 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of ulps from 0.5 to 1e6")
    return ulps


def size(text: str) -> int:
    """A number of elements of an array."""
    if not text.isdecimal() or not 1 <= int(text) <= 10**9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of elements from 1 to 10^9")
    return int(text)


def seconds(text: str) -> float:
    """A limit of time."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 86_400:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds up to a day")
    return seconds
