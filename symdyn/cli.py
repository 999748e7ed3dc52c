"""The command line: `symdyn build`, `verify`, `list`, `show`, `check`, `emit` and so on.

Only argparse is imported before a command is known, so that `--help` answers at once. Every failure
that a user can act on is one message without a traceback, with the exit status of its kind:

    0 all hold   1 a claim refuted or a certificate missed   2 wrong usage or unreadable input
    3 something undecided   4 set-up or resource failure   5 nothing collected   130 interrupted
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symdyn import __version__
from symdyn.errors import InputError, MissingParameter, ResourceError, SymdynError

if TYPE_CHECKING:
    from symdyn.kernels.bench import Row
    from symdyn.kernels.certify import Certificate
    from symdyn.kernels.finished import FinishedKernel, Refusal
    from symdyn.proof.collect import Collected
    from symdyn.proof.record import Record

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
    for add in (_add_build, _add_verify, _add_list, _add_show, _add_check):
        add(commands)
    for add in (_add_emit, _add_certify, _add_bench, _add_export, _add_new, _add_doctor):
        add(commands)
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], int],
    description: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=description[0].lower() + description[1:].rstrip("."),
        description=description,
        allow_abbrev=False,
    )
    parser.set_defaults(run=run)
    return parser


def _add_judging(parser: argparse.ArgumentParser) -> None:
    """Options of every command that judges claims."""
    parser.add_argument("--digits", type=_natural, default=50, help="digits to agree to (50)")
    parser.add_argument("--jobs", type=_natural, help="claims judged at a time (one per core)")
    parser.add_argument("--timeout", type=_seconds, default=60.0, help="seconds per claim (60)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the sample points (0)")
    parser.add_argument("--no-cache", action="store_true", help="judge everything anew")


_PATHS = "files, folders or ids such as tian2017.py::gate (the reference library)"


def _add_build(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(
        commands, "build", _build, "Judge, compile and certify kernels, write LaTeX, HTML and JSON."
    )
    parser.add_argument("paths", nargs="*", metavar="PATHS", help=_PATHS)
    parser.add_argument("-o", "--output", type=Path, default=Path("build"), help="folder (build/)")
    parser.add_argument("--no-kernels", action="store_true", help="documents only")
    _add_judging(parser)


def _build(options: argparse.Namespace) -> int:
    from symdyn.export import export_all
    from symdyn.export.terminal import kernel_table
    from symdyn.kernels.finished import FinishedKernel, Refusal

    records = _judged(options)
    made = [] if options.no_kernels else _made(records, options)
    kernels = [one for one in made if isinstance(one, FinishedKernel)]
    written = export_all(records, options.output, kernels=kernels)
    written += _modules(made, options.output / "kernels")
    status = _report(records)
    if made:
        _console().print(kernel_table(made))
    print(f"{len(written)} files in {options.output}{os.sep}; open {written[0]}")
    stopped = [one.exit_status for one in made if isinstance(one, Refusal)]
    statuses = [status, *map(_missed, kernels), *(s for s in stopped if s == _NO_MEANS)]
    return next((found for found in (2, 1, 3, _NO_MEANS) if found in statuses), 0)


_NO_MEANS = ResourceError.exit_status


def _missed(kernel: FinishedKernel) -> int:
    """Say so, and 1, where the certificate of a kernel misses its target."""
    found = kernel.certificate
    if found.meets is not False:
        return 0
    seen = f"{found.error:.3g} {found.unit} at {found.place()}"
    print(f"symdyn: {kernel.id} misses its target of {found.target_text}: {seen}", file=sys.stderr)
    return 1


def _made(
    records: Iterable[Record], options: argparse.Namespace, target: float = 2.0
) -> list[FinishedKernel | Refusal]:
    """Kernels of some records, or why there is none, with progress on a terminal."""
    from symdyn.kernels.making import make_kernels

    with _progress("compiling and measuring kernels") as progress:
        return make_kernels(
            records,
            jobs=options.jobs,
            target=target,
            anew=options.no_cache,
            progress=progress,
        )


def _modules(made: Iterable[FinishedKernel | Refusal], folder: Path) -> list[Path]:
    """Write modules and their certificates; what was written before of a refused one goes away."""
    from symdyn.kernels.finished import Refusal

    written: list[Path] = []
    for one in made:
        if isinstance(one, Refusal):
            for suffix in (".py", ".json"):
                (folder / f"{one.name}{suffix}").unlink(missing_ok=True)
        else:
            file = one.save(folder)
            written += [file, file.with_suffix(".json")]
    return written


def _add_verify(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "verify", _verify, "Judge every claim.")
    parser.add_argument("paths", nargs="*", metavar="PATHS", help=_PATHS)
    parser.add_argument("--select", default="", metavar="TEXT", help="only ids that contain TEXT")
    parser.add_argument("-x", "--fail-fast", action="store_true", help="stop at the first failure")
    parser.add_argument(
        "--failed-first", action="store_true", help="begin with what failed the last time"
    )
    parser.add_argument("--json", metavar="FILE", help="write the verdicts as JSON (- to print)")
    _add_judging(parser)


def _verify(options: argparse.Namespace) -> int:
    from symdyn.export.data import verification_data

    records = _judged(options)
    if options.json:
        text = json.dumps(verification_data(records), indent=2, ensure_ascii=False)
        _write(options.json, text + "\n")
    return _report(records, quiet=options.json == "-")


def _add_list(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "list", _list, "List the derivations there are.")
    parser.add_argument("paths", nargs="*", metavar="PATHS", help=_PATHS)


def _list(options: argparse.Namespace) -> int:
    from symdyn.export.terminal import listing
    from symdyn.proof.collect import collect

    _console().print(listing(collect(*options.paths)))
    return 0


def _add_show(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "show", _show, "Show a result with its steps and evidence.")
    parser.add_argument("paths", nargs="+", metavar="ID", help="such as tian2017.py::gate")
    _add_judging(parser)


def _show(options: argparse.Namespace) -> int:
    from symdyn.export.terminal import record_view

    records = _judged(options)
    for record in records:
        _console().print(record_view(record))
    return _status(records)


def _add_check(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "check", _check, "Judge one identity that is typed as text.")
    parser.add_argument(
        "identity", metavar='"LHS = RHS"', help="such as 'sin(2*x) = 2*sin(x)*cos(x)'"
    )
    parser.add_argument("--where", default="", help="conditions, such as 'a > 0, 0 <= c < 1'")
    parser.add_argument("--json", metavar="FILE", help="write the judgement as JSON (- to print)")
    parser.add_argument("--digits", type=_natural, default=50, help="digits to agree to (50)")
    parser.add_argument("--timeout", type=_seconds, default=30.0, help="seconds (30)")
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
        _write(options.json, text + "\n")
    if options.json != "-":
        _console().print(judgement_view(judgement))
    return _STATUS.get(str(judgement.verdict), 0)


def _add_emit(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "emit", _emit, "Write kernels as modules, with certificates.")
    parser.add_argument("paths", nargs="*", metavar="IDS", help=f"{_IDS} (all of the library)")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    parser.add_argument("--target", type=_ulps, default=2.0, help="error in ulps to reach (2)")
    _add_judging(parser)


_IDS = "such as 'cho2009::arccos(degree=1)'"


def _emit(options: argparse.Namespace) -> int:
    from symdyn.kernels.finished import Refusal

    _kernel_ids(options.paths)
    made = _made(_judged(options), options, options.target)
    _modules(made, options.output)
    notes = all(isinstance(one, Refusal) and not one.exit_status for one in made)
    statuses = [InputError.exit_status] if notes else []
    for one in made:
        if isinstance(one, Refusal):
            print(f"symdyn: {one.reason}", file=sys.stderr)
            statuses.append(one.exit_status)
        else:
            print(options.output / f"{one.name}.py")
            print(f"    {one.certificate}")
            statuses.append(_missed(one))
    return next((status for status in (1, 3, 4, 2) if status in statuses), 0)


def _kernel_ids(ids: Sequence[str]) -> list[str]:
    """Ids of the results that declare a kernel, one for each choice of their parameters."""
    from symdyn.proof.collect import Collected, collect

    found = [item for item in collect(*ids) if isinstance(item, Collected)]
    named = [f"{item.derivation.file}::{_call(item)}" for item in found if item.derivation.kernel]
    if not named:
        told = ", ".join(ids) or "the library"
        raise InputError(f"no kernel in {told}; a kernel is declared by @derivation(kernel=(x, y))")
    return named


def _kernels(ids: Sequence[str], **options: Any) -> Iterator[tuple[str, Any]]:
    """Ids of kernels and the kernels; that a parameter is left open is told and no failure.

    Raises MissingParameter where there is no other kernel.
    """
    from symdyn.kernels.kernel import kernel

    problem, made = None, 0
    for target in _kernel_ids(ids):
        try:
            found = kernel(target, **options)
        except MissingParameter as missing:
            problem = missing
            continue
        made += 1
        yield target, found
    if problem is not None and not made:
        raise problem
    if problem is not None:
        print(f"symdyn: {problem}", file=sys.stderr)


def _call(item: Collected) -> str:
    name = item.derivation.id(**item.fixed).split("::")[1]
    return name if name.endswith(")") else f"{name}()"


def _certified(certificate: Certificate) -> int:
    """Print what was measured; 1 if the target is missed."""
    print(f"    {certificate}")
    return int(certificate.meets is False)


def _add_certify(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "certify", _certify, "Measure kernels again on this machine.")
    parser.add_argument(
        "kernels", nargs="*", metavar="ID_OR_MODULE", help=f"ids {_IDS}, or files that emit wrote"
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
        with _progress("measuring") as progress:
            found = certify_module(
                file, points=options.points, float32=options.float32, progress=progress
            )
        missed |= _certified(found) | _changed(file, found)
    for target, kernel in _kernels(ids) if ids or not modules else ():
        print(target)
        with _progress("measuring") as progress:
            found = certify(
                kernel, points=options.points, float32=options.float32, progress=progress
            )
        missed |= _certified(found)
    return missed


def _changed(file: Path, found: Certificate) -> int:
    """Say so, and 1, where a module holds other code than its certificate was written for."""
    from symdyn.kernels.certify.modules import written_certificate

    before = written_certificate(file.with_suffix(".json"))
    if before.subject.digest == found.subject.digest:
        return 0
    print(f"    the code was changed since it was certified (then {before})")
    return 1


def _add_bench(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(
        commands, "bench", _bench, "Time kernels beside other ways to compute the same."
    )
    parser.add_argument("ids", nargs="*", metavar="ID", help=_IDS)
    parser.add_argument("--peers", action="store_true", help="all rivals; ids may be left out")
    parser.add_argument("--expr", metavar="TEXT", help="a formula, such as 's/(1 + s*t)'")
    parser.add_argument("--args", default="", metavar="NAMES", help="its arguments: 's, t'")
    parser.add_argument("--where", default="", help="conditions, such as 's > 0, t > 0'")
    parser.add_argument("--bars", type=Path, metavar="FILE", help="compare with bars of a file")
    parser.add_argument(
        "--target", type=_ulps, action="append", help="error in ulps to reach (2); repeatable"
    )
    parser.add_argument("--size", type=_size, action="append", help="elements; repeatable")
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
        with _progress(f"making {kernel.name}") as progress:
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
        raise InputError(f"name a kernel, {_IDS}; or --peers for all of the library, or --expr")
    ids = options.ids or ([] if options.expr is not None else elementwise())
    for target, first in _kernels(ids, target=targets[0]) if ids else ():
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
        with _progress(f"making {kernel.name}") as progress:
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
        _write(options.json, json.dumps(bench_data(rows), indent=2, ensure_ascii=False) + "\n")
    if options.svg:
        _write(options.svg, race_picture(rows))


def _is_module(name: str) -> bool:
    """Whether a file is one that emit wrote: its certificate stands beside it."""
    return name.endswith(".py") and Path(name).with_suffix(".json").is_file()


def _add_export(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "export", _export, "Write documents.")
    parser.add_argument("paths", nargs="*", metavar="IDS", help=_PATHS)
    parser.add_argument("--format", choices=("latex", "html", "json"), required=True)
    parser.add_argument("--fragment", action="store_true", help="LaTeX for \\input, no preamble")
    parser.add_argument("-o", "--output", required=True, metavar="FILE_OR_DIR")
    _add_judging(parser)


def _export(options: argparse.Namespace) -> int:
    from symdyn.export import write_documents

    records = _judged(options)
    for file in write_documents(records, options.format, options.output, fragment=options.fragment):
        print(file)
    return _status(records)


def _add_new(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = _command(commands, "new", _new, "Write a commented starting file for a paper.")
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


def _add_doctor(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _command(commands, "doctor", _doctor, "Tell versions, processor features and the cache.")


def _doctor(options: argparse.Namespace) -> int:
    from symdyn.doctor import findings

    for name, value in findings():
        print(f"{name:<14} {value}")
    return 0


def _judged(options: argparse.Namespace) -> list[Record]:
    """Records of the paths of a command, judged, with progress on a terminal."""
    from symdyn.proof.cache import Cache
    from symdyn.proof.verify import verify

    with _progress("running the derivations") as progress:
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


@contextmanager
def _progress(begun: str) -> Iterator[Callable[[int, int, str], None] | None]:
    """A line that tells how far a command has come; nothing where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (BarColumn(24), MofNCompleteColumn(), TextColumn("{task.description}"))
    # No refreshing thread: the judge forks its children from this process.
    bar = Progress(*columns, console=Console(stderr=True), auto_refresh=False, transient=True)
    with bar:
        task = bar.add_task(begun, total=None)
        bar.refresh()

        def show(done: int, total: int, label: str) -> None:
            bar.update(task, completed=done, total=total, description=label)
            bar.refresh()

        yield show


_STATUS = {"REFUTED": 1, "ERROR": 2, "UNDECIDED": 3}


def _status(records: Sequence[Record]) -> int:
    """The exit status for some records: blocked claims count as their cause."""
    from symdyn.proof.verify import causes

    found = {_STATUS.get(str(verdict), 0) for verdict in causes(records)}
    return next((status for status in (2, 1, 3) if status in found), 0)


def _report(records: Sequence[Record], *, quiet: bool = False) -> int:
    from symdyn.export.terminal import failures, verdict_table

    if not quiet:
        console = _console()
        for text in failures(records):
            console.print(text)
        console.print(verdict_table(records))
    return _status(records)


def _console():  # noqa: ANN202  (rich is imported late)
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False)


def _write(place: str, text: str) -> None:
    """Write to a file, whole or not at all; `-` is standard output."""
    if place == "-":
        sys.stdout.write(text)
        return
    from symdyn.proof.files import write_atomically

    write_atomically(Path(place), text)


def _natural(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to 10000")
    return int(text)


def _ulps(text: str) -> float:
    try:
        ulps = float(text)
    except ValueError:
        ulps = 0.0
    if not 0.5 <= ulps <= 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of ulps from 0.5 to 1e6")
    return ulps


def _size(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10**9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of elements from 1 to 10^9")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 86_400:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds up to a day")
    return seconds
