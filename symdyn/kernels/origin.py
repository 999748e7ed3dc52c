"""Where a kernel comes from: a result of a derivation, judged before anything is made of it.

A result that is refuted, undecided, blocked or in error has no kernel, nor has one that rests on
such a result. Parameters are fixed at emission and stay exact: integers, fractions, or text such as
"1/3" or "0.25".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy as sp
from sympy import Expr, Symbol

from symdyn.errors import (
    InputError,
    MissingParameter,
    RefutedError,
    UndecidedError,
    UnsupportedError,
)
from symdyn.proof.cache import Cache
from symdyn.proof.record import Record
from symdyn.proof.statements import Equal
from symdyn.proof.verdict import Verdict
from symdyn.proof.verify import verify


@dataclass(frozen=True)
class Origin:
    """The derivation behind a kernel: its id, what it states, its verdict, its conditions.

    `definition` is what the claim about the result started from (an integral, say), or the result
    itself; it shares nothing with the kernel and serves as a reference.
    """

    id: str
    name: str
    title: str
    verdict: str
    given: tuple[Any, ...]
    args: tuple[Symbol, ...]
    results: tuple[Expr, ...]
    definition: tuple[Expr, ...]


def origin(target: str, fixed: Mapping[str, Any], cache: Cache | None = None) -> Origin:
    """Verify one result of the library, or of a file, and hand it over.

    Raises RefutedError, UndecidedError or InputError for a result that does not hold.
    """
    return origin_of(verified(target, fixed, cache))


def origin_of(record: Record) -> Origin:
    """What a kernel takes over from a judged record."""
    results = results_of(record)
    return Origin(
        id=record.id,
        name=name_of(record),
        title=record.doc.partition("\n")[0],
        verdict=str(record.verdict),
        given=record.conditions,
        args=tuple(record.kernel),
        results=results,
        definition=definition_of(record, results),
    )


def name_of(record: Record) -> str:
    """`cho2009_arccos_degree_1` of `cho2009.py::arccos(degree=1)`."""
    values = [f"{name} {value}" for name, value in record.fixed.items()]
    text = " ".join([record.paper, record.name, *values]).replace("-", " minus ")
    text = text.replace("/", " over ").replace(".", " point ")
    return "_".join("".join(letter if letter.isalnum() else " " for letter in text).split())


def verified(target: str, fixed: Mapping[str, Any], cache: Cache | None = None) -> Record:
    """The judged record of one result, if something may be built upon it.

    Raises MissingParameter where a parameter is left open.
    """
    if "::" not in target:
        raise InputError(f"{target!r} is no id; one looks like cho2009::arccos")
    if fixed and "(" in target:
        raise InputError(f"{target}: parameters stand in the id or after it, not both")
    values = ", ".join(f"{name}={_written(name, value)}" for name, value in fixed.items())
    records = verify(f"{target}({values})" if values else target, cache=cache)
    record = records[0]
    if len(records) > 1:
        names = ", ".join(record.id for record in records)
        told = ", ".join(f"{name}=" for name in record.fixed)
        raise MissingParameter(f"{target} is several results: {names}; give {told}")
    refuse_unfounded(record)
    if open_parameters(record):
        raise MissingParameter(needed(record))
    return record


def open_parameters(record: Record) -> tuple[str, ...]:
    """Parameters that are still symbols in a result: it holds for all their values."""
    free = getattr(record.result, "free_symbols", set[Symbol]()) - set(record.kernel)
    return tuple(name for name, value in record.fixed.items() if value in free)


def needed(record: Record) -> str:
    """What is said where a kernel is asked for and a parameter is left open."""
    names = ", ".join(open_parameters(record))
    return (
        f"{record.id} holds for every {names}, a kernel is made for one: "
        f"give {' and '.join(f'{name}=' for name in open_parameters(record))}"
    )


def refuse_unfounded(record: Record) -> None:
    """Stop unless the result holds.

    Raises RefutedError, UndecidedError or InputError, with the cause; DomainError where a parameter
    lies outside of its domain.
    """
    verdict = record.verdict
    if verdict.holds or verdict is Verdict.OPEN:
        return
    cause = record.error or _cause(record)
    message = f"{record.id} is {verdict}: no kernel is made of it; {cause}"
    if verdict is Verdict.REFUTED:
        raise RefutedError(message)
    if verdict is Verdict.ERROR:
        raise (InputError if record.refused is None else type(record.refused))(message)
    raise UndecidedError(message)


def _cause(record: Record) -> str:
    if record.blocked_by:
        return f"it rests on {record.blocked_by}"
    bad = next((c for c in record.claims if c.verdict is record.verdict), None)
    if bad is None:
        return "see `symdyn show`"
    if bad.blocked_by:
        return f"it rests on {bad.blocked_by}"
    return f"the claim at {bad.location} does not hold: {bad.derived} = {bad.stated}"


def results_of(record: Record) -> tuple[Expr, ...]:
    """The expressions that an elementwise kernel computes.

    Raises UnsupportedError where the result is none.
    """
    result = record.result
    parts = tuple(result) if isinstance(result, (tuple, list, sp.Tuple)) else (result,)
    for part in parts:
        if not isinstance(part, Expr) or not part.is_commutative:
            raise UnsupportedError(
                f"{record.id} is a {type(part).__name__}; elementwise kernels compute real "
                "expressions in real symbols"
            )
    return parts


def definition_of(record: Record, results: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """What the derivation defines as "definition", or what it derived before stating the result."""
    for name, value in record.defined:
        if name == "definition" and isinstance(value, Expr) and len(results) == 1:
            return (value,)
    for claim in record.claims:
        statement = claim.statement
        if isinstance(statement, Equal) and len(results) == 1 and statement.right == results[0]:
            return (statement.left,) if isinstance(statement.left, Expr) else results
    return results


def exact_value(name: str, value: Any) -> Expr:
    """An exact number from what a caller may give for a parameter.

    >>> exact_value("alpha", "0.25")
    1/4
    """
    try:
        if isinstance(value, float):
            return sp.Rational(Fraction(value))
        number = (
            sp.Rational(value) if isinstance(value, (str, int, Fraction)) else sp.sympify(value)
        )
    except (TypeError, ValueError, OverflowError, sp.SympifyError):
        number = sp.nan
    if not isinstance(number, Expr) or not number.is_number or not number.is_finite:
        raise InputError(f"{name}={value!r}: a parameter is an exact number, such as 2 or '1/3'")
    return number


def _written(name: str, value: Any) -> str:
    """A parameter as it is written in an id."""
    if isinstance(value, (str, bool)):
        return repr(value)
    number = exact_value(name, value)
    return str(number) if isinstance(number, sp.Integer) else repr(str(number))
