"""The command line: `symdyn build`, `verify`, `list`, `show`, `check`, `emit` and so on.

Only argparse is imported before a command is known, so that `--help` answers at once. Every failure
that a user can act on is one message without a traceback, with the exit status of its kind:

    0 all hold   1 a claim refuted or a certificate missed   2 wrong usage or unreadable input
    3 something undecided   4 set-up or resource failure   5 nothing collected   130 interrupted

One file for each command or few of them; what they share stands in `options`, `showing`, `judging`
and `making`.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from symdyn import __version__
from symdyn.cli.bench import add_bench
from symdyn.cli.build import add_build
from symdyn.cli.certify import add_certify
from symdyn.cli.check import add_check
from symdyn.cli.doctor import add_doctor
from symdyn.cli.emit import add_emit
from symdyn.cli.export import add_export, add_new
from symdyn.cli.options import Commands
from symdyn.cli.verify import add_list, add_show, add_verify
from symdyn.errors import ResourceError, SymdynError

COMMANDS: tuple[Callable[[Commands], None], ...] = (
    add_build, add_verify, add_list, add_show, add_check, add_emit, add_certify, add_bench,
    add_export, add_new, add_doctor,
)  # fmt: skip

_EPILOG = """\
exit status: 0 all hold, 1 a claim refuted or a certificate missed,
2 wrong usage or unreadable input, 3 something undecided, 4 set-up or
resource failure, 5 nothing collected, 130 interrupted

`symdyn COMMAND --help` tells more about a command.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except SymdynError as problem:
        print(f"symdyn: {problem}", file=sys.stderr)
        return problem.exit_status
    except BrokenPipeError:  # the reader has seen enough, as in `symdyn list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("symdyn: interrupted; judgements and kernels made so far are kept", file=sys.stderr)
        return 130
    except (OSError, MemoryError) as problem:
        print(f"symdyn: {problem}", file=sys.stderr)
        return ResourceError.exit_status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="symdyn",
        description="Derive, judge and show the theory of learning dynamics.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"symdyn {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in COMMANDS:
        add(commands)
    return parser
