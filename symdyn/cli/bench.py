"""`symdyn bench`: kernels beside their rivals, and beside bars."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symdyn.cli.making import kernels_of
from symdyn.cli.options import IDS, Commands, command, size, ulps
from symdyn.cli.showing import progress_line, write
from symdyn.errors import InputError

if TYPE_CHECKING:
    from symdyn.kernels.bench import Row


def add_bench(commands: Commands) -> None:
    parser = command(
        commands, "bench", _bench, "Time kernels beside other ways to compute the same."
    )
    parser.add_argument("ids", nargs="*", metavar="ID", help=IDS)
    parser.add_argument("--peers", action="store_true", help="all rivals; ids may be left out")
    parser.add_argument("--expr", metavar="TEXT", help="a formula, such as 's/(1 + s*t)'")
    parser.add_argument("--args", default="", metavar="NAMES", help="its arguments: 's, t'")
    parser.add_argument("--where", default="", help="conditions, such as 's > 0, t > 0'")
    parser.add_argument("--bars", type=Path, metavar="FILE", help="compare with bars of a file")
    parser.add_argument(
        "--target", type=ulps, action="append", help="error in ulps to reach (2); repeatable"
    )
    parser.add_argument("--size", type=size, action="append", help="elements; repeatable")
    parser.add_argument("--json", metavar="FILE", help="write what was found as JSON (- to print)")
    parser.add_argument("-o", "--svg", metavar="FILE", help="draw time against error (- to print)")


def _bench(options: argparse.Namespace) -> int:
    from symdyn.kernels.bench import PEERS, RIVALS, SIZES, bench, table

    if options.bars:
        return _bench_bars(options)
    rivals, sizes = PEERS if options.peers else RIVALS, sorted(set(options.size or SIZES))
    quiet = "-" in (options.json, options.svg)
    rows: list[Row] = []
    # all kernels first: making them forks, which threads of a rival would stand in the way of
    for kernel, *others in list(_bench_kernels(options, sorted(set(options.target or (2.0,))))):
        with progress_line(f"making {kernel.name}") as progress:
            found = bench(kernel, sizes, rivals=rivals, others=others, progress=progress)
        rows += found
        if not quiet:
            print(table(found), flush=True)
    _write_rows(rows, options)
    return 0


def _bench_kernels(options: argparse.Namespace, targets: Sequence[float]) -> Iterator[list[Any]]:
    """For every kernel that is asked for, it and the same for other targets."""
    from symdyn.kernels.bench.subjects import Formula, Result, elementwise

    if options.expr is not None:
        yield Formula(options.expr, options.args, options.where).kernels(targets)
    if not (options.ids or options.expr is not None or options.peers):
        raise InputError(f"name a kernel, {IDS}; or --peers for all of the library, or --expr")
    ids = options.ids or ([] if options.expr is not None else elementwise())
    for target, first in kernels_of(ids, target=targets[0]) if ids else ():
        yield [first, *Result(target).kernels(targets[1:])]


def _bench_bars(options: argparse.Namespace) -> int:
    """Time what a file of bars names; 1 if a kernel is slower than one of them allows."""
    from symdyn.kernels.bench import PEERS, bench, table
    from symdyn.kernels.bench.bars import bars_table, compared, read_goals

    rows: list[Row] = []
    missed = False
    goals = read_goals(options.bars)
    for goal, (kernel, *others) in [(goal, goal.subject.kernels(goal.targets)) for goal in goals]:
        needed = [peer for peer in PEERS if options.peers or peer.name in goal.rivals]
        with progress_line(f"making {kernel.name}") as progress:
            found = bench(kernel, goal.sizes, rivals=needed, others=others, progress=progress)
        outcomes = compared(goal.bars, found)
        print(f"{table(found)}\n{bars_table(kernel.name, outcomes)}", flush=True)
        rows, missed = [*rows, *found], missed or any(one.missed for one in outcomes)
    _write_rows(rows, options)
    return int(missed)


def _write_rows(rows: Sequence[Row], options: argparse.Namespace) -> None:
    """Write the files that a contest is asked for."""
    from symdyn.export.races import race_picture
    from symdyn.kernels.bench import bench_data

    if options.json:
        write(options.json, json.dumps(bench_data(rows), indent=2, ensure_ascii=False) + "\n")
    if options.svg:
        write(options.svg, race_picture(rows))
