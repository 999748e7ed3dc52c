"""`symdyn check`: one identity, typed as text."""

from __future__ import annotations

import argparse
import json

from symdyn.cli.judging import STATUS
from symdyn.cli.options import Commands, command, natural, seconds
from symdyn.cli.showing import console, write


def add_check(commands: Commands) -> None:
    parser = command(commands, "check", _check, "Judge one identity that is typed as text.")
    parser.add_argument(
        "identity", metavar='"LHS = RHS"', help="such as 'sin(2*x) = 2*sin(x)*cos(x)'"
    )
    parser.add_argument("--where", default="", help="conditions, such as 'a > 0, 0 <= c < 1'")
    parser.add_argument("--json", metavar="FILE", help="write the judgement as JSON (- to print)")
    parser.add_argument("--digits", type=natural, default=50, help="digits to agree to (50)")
    parser.add_argument("--timeout", type=seconds, default=30.0, help="seconds (30)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the sample points (0)")


def _check(options: argparse.Namespace) -> int:
    from symdyn.proof.check import check

    judgement = check(
        options.identity,
        where=options.where,
        digits=options.digits,
        seed=options.seed,
        timeout=options.timeout,
    )
    from symdyn.export.data import judgement_data  # after refusals, which are quick
    from symdyn.export.terminal import judgement_view

    if options.json:
        text = json.dumps(judgement_data(judgement), indent=2, ensure_ascii=False)
        write(options.json, text + "\n")
    if options.json != "-":
        console().print(judgement_view(judgement))
    return STATUS.get(str(judgement.verdict), 0)
