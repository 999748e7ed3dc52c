"""The kernels that a command is about: found by their ids, made, written."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symdyn.cli.showing import progress_line
from symdyn.errors import InputError, MissingParameter, ResourceError

if TYPE_CHECKING:
    from symdyn.kernels.finished import FinishedKernel, Refusal
    from symdyn.proof.collect import Collected
    from symdyn.proof.record import Record


NO_MEANS = ResourceError.exit_status


def made_kernels(
    records: Iterable[Record], options: argparse.Namespace, target: float = 2.0
) -> list[FinishedKernel | Refusal]:
    """Kernels of some records, or why there is none, with progress on a terminal."""
    from symdyn.kernels.making import make_kernels

    with progress_line("compiling and measuring kernels") as progress:
        return make_kernels(
            records,
            jobs=options.jobs,
            target=target,
            anew=options.no_cache,
            progress=progress,
        )


def write_modules(made: Iterable[FinishedKernel | Refusal], folder: Path) -> list[Path]:
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


def missed(kernel: FinishedKernel) -> int:
    """Say so, and 1, where the certificate of a kernel misses its target."""
    found = kernel.certificate
    if found.meets is not False:
        return 0
    seen = f"{found.error:.3g} {found.unit} at {found.place()}"
    print(f"symdyn: {kernel.id} misses its target of {found.target_text}: {seen}", file=sys.stderr)
    return 1


def kernel_ids(ids: Sequence[str]) -> list[str]:
    """Ids of the results that declare a kernel, one for each choice of their parameters."""
    from symdyn.proof.collect import Collected, collect

    found = [item for item in collect(*ids) if isinstance(item, Collected)]
    named = [f"{item.derivation.file}::{_call(item)}" for item in found if item.derivation.kernel]
    if not named:
        told = ", ".join(ids) or "the library"
        raise InputError(f"no kernel in {told}; a kernel is declared by @derivation(kernel=(x, y))")
    return named


def kernels_of(ids: Sequence[str], **options: Any) -> Iterator[tuple[str, Any]]:
    """Ids of kernels and the kernels; that a parameter is left open is told and no failure.

    Raises MissingParameter where there is no other kernel.
    """
    from symdyn.kernels.kernel import kernel

    problem, made = None, 0
    for target in kernel_ids(ids):
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
