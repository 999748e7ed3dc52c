"""Programs that the ladder found before, on disk, addressed by all that they depend on.

Climbing takes seconds, since rungs are compiled and measured; a program is small. The key is a
digest of the expressions, the domain and the target, and of the source of the ladder and the
versions of what it computes with. A file that is damaged or foreign counts as missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sympy as sp
from sympy import Expr, Symbol

from symdyn.kernels.certify.proof.prove import Proof
from symdyn.kernels.graph import Node, Program
from symdyn.kernels.limits import Limit
from symdyn.kernels.mask import Mask, Odd
from symdyn.kernels.plain_data import plain, read
from symdyn.kernels.ranges import Ranges
from symdyn.proof.cache import cache_folder
from symdyn.proof.entries import key_of, read_entry, source_digest, write_entry

_FOLDERS = ("numerics", "proof", "kernels")  # whose source decides over programs


@dataclass(frozen=True)
class Lowered:
    """A program, the limits it takes, its rung, the error seen there, and what the ladder says."""

    program: Program
    limits: tuple[Limit, ...]
    rung: int
    reached: float
    remark: str
    mask: Mask | None = None
    proof: Proof | None = None


def _ladder_digest() -> str:
    return source_digest(_FOLDERS, ("sympy", "python-flint", "numpy", "numba"))


def key(results: Sequence[Expr], domain: Ranges, target: float) -> str:
    """Digest of everything that a program depends on; names of arguments are no part of it."""
    names = _canonical(domain.args)
    parts = [_ladder_digest(), repr(target), *(sp.srepr(s) for s in names.values())]
    parts += [sp.srepr(expr.xreplace(names)) for expr in results]
    parts += [f"{sp.srepr(part.lower)} {sp.srepr(part.upper)}" for part in domain.ranges]
    parts += [sp.srepr(condition.xreplace(names)) for condition in domain.conditions]
    return key_of(parts)


def _canonical(args: Sequence[Symbol]) -> dict[Symbol, Symbol]:
    return {s: Symbol(f"x{k}", **s.assumptions0) for k, s in enumerate(args)}


def recall(key: str, args: Sequence[Symbol]) -> Lowered | None:
    """What is kept under a key, for these arguments."""
    try:
        return _from_data(read_entry(_folder(), key), tuple(args))
    except (ValueError, KeyError, TypeError):
        return None


def remember(key: str, found: Lowered) -> None:
    """Keep a program; where nothing can be written it is found again next time."""
    with suppress(OSError):
        write_entry(_folder(), key, _to_data(found))


def _folder() -> Path:
    return cache_folder() / "programs"


def _to_data(found: Lowered) -> dict[str, Any]:
    names = _canonical(found.program.inputs)
    return {
        "program": _program_data(found.program),
        "limits": [
            [
                limit.output,
                found.program.inputs.index(limit.symbol),
                sp.srepr(limit.point),
                sp.srepr(limit.value.xreplace(names)),
            ]
            for limit in found.limits
        ],
        "rung": found.rung,
        "reached": found.reached.hex(),
        "remark": found.remark,
        "mask": found.mask and [_odd_data(found.mask.odd), _program_data(found.mask.program)],
        "proof": found.proof and plain(found.proof),
    }


def _odd_data(odd: Odd) -> list[Any]:
    return [odd.size, [[low.hex(), high.hex()] for low, high in odd.reach], odd.undefined]


def _odd(data: list[Any]) -> Odd:
    size, reach, undefined = data
    ends = tuple((float.fromhex(low), float.fromhex(high)) for low, high in reach)
    return Odd(size, ends, undefined)


def _program_data(program: Program) -> list[Any]:
    return [[_node_data(node) for node in program.nodes], list(program.outputs)]


def _node_data(node: Node) -> list[Any]:
    value = sp.srepr(node.value) if isinstance(node.value, sp.Basic) else node.value
    return [node.op, list(node.args), value, node.type]


def _from_data(data: dict[str, Any], args: tuple[Symbol, ...]) -> Lowered:
    back = {stand_in: symbol for symbol, stand_in in _canonical(args).items()}
    return Lowered(
        program=_program(args, data["program"]),
        limits=tuple(
            Limit(output, args[place], sp.sympify(point), sp.sympify(value).xreplace(back))
            for output, place, point, value in data["limits"]
        ),
        rung=data["rung"],
        reached=float.fromhex(data["reached"]),
        remark=data["remark"],
        mask=data["mask"] and Mask(_odd(data["mask"][0]), _program(args, data["mask"][1])),
        proof=data["proof"] and read(Proof, data["proof"]),
    )


def _program(args: tuple[Symbol, ...], data: list[Any]) -> Program:
    nodes, outputs = data
    return Program(args, tuple(map(_node, nodes)), tuple(outputs))


def _node(data: list[Any]) -> Node:
    op, args, value, type = data
    return Node(op, tuple(args), sp.sympify(value) if isinstance(value, str) else value, type)
