"""The verbs of a derivation file: `@derivation`, `claim`, `given`, `define`.

A derivation is a plain function. Called for the first time it writes its record: what was given,
defined and claimed, which other derivations were called (its premises), what its operations owe.
The record being written is a context variable, the only state of this module; claims are judged
later, by `symdyn.proof.verify`. A claim made outside a derivation is judged at once.
"""

from __future__ import annotations

import ast
import inspect
import linecache
import sys
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import Any, overload

from sympy import sympify
from sympy.logic.boolalg import Boolean

from symdyn.calculus.obligations import Debts, gathering
from symdyn.calculus.words.rules import Rule
from symdyn.errors import DomainError, InputError, RefutedError, SymdynError, UndecidedError
from symdyn.proof.deadline import deadline
from symdyn.proof.record import Claim, Location, Record
from symdyn.proof.statements import AbstractStatement, Equal
from symdyn.proof.verdict import Verdict

BODY_SECONDS = 120.0  # for the body of a derivation with all its premises


@dataclass
class _Draft:
    """A record while it is being written."""

    id: str
    debts: Debts
    given: list[Boolean | Rule] = field(default_factory=list)
    defined: list[tuple[str, Any]] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    used: list[int] = field(default_factory=list)
    premises: list[Record] = field(default_factory=list)


_draft: ContextVar[_Draft | None] = ContextVar("draft", default=None)


class Derivation:
    """A function whose run is recorded; made by `@derivation`."""

    def __init__(
        self,
        function: Callable[..., Any],
        kernel: tuple[Any, ...],
        emit: tuple[Mapping[str, Any], ...],
    ) -> None:
        self.function = function
        self.kernel = kernel
        self.emit = emit
        self.name: str = function.__name__
        self.file: Path = Path(function.__code__.co_filename).resolve()
        self.__doc__ = function.__doc__
        self.__name__: str = function.__name__
        self.__wrapped__ = function
        self._records: dict[str, Record] = {}
        self._running: set[str] = set()

    def __call__(self, **fixed: Any) -> Any:
        """The result; inside another derivation this one becomes a premise."""
        record = self.record(**fixed)
        draft = _draft.get()
        if draft is not None:
            if record not in draft.premises:
                draft.premises.append(record)
            draft.given.extend(c for c in record.given if c not in draft.given)
        if record.refused is not None and draft is None:
            raise type(record.refused)(f"{record.id}: {record.refused}")
        if record.error or record.blocked_by:
            reason = record.error or f"it rests on {record.blocked_by}"
            raise PremiseError(f"{record.id} has no result: {reason}", record.id)
        return record.result

    def id(self, **fixed: Any) -> str:
        """`paper.py::name`, with parameters where there are any to tell: `name(degree=2)`.

        A choice of parameters that `emit` lists is written as it is there, any other by what
        differs from the defaults.
        """
        arguments = ", ".join(f"{key}={value}" for key, value in self._told(fixed).items())
        return f"{self.file.name}::{self.name}" + (f"({arguments})" if arguments else "")

    def variants(self) -> tuple[dict[str, Any], ...]:
        """The parameter values with which this derivation is judged and emitted."""
        return tuple(dict(values) for values in self.emit) or ({},)

    def record(self, **fixed: Any) -> Record:
        """The record of one run, written on the first call with these parameters."""
        arguments = self._bind(fixed)
        key = self.id(**arguments)
        if key in self._running:
            raise InputError(f"{key} calls itself; a result cannot be its own premise")
        if key not in self._records:
            self._running.add(key)
            try:
                self._records[key] = self._write(arguments)
            finally:
                self._running.discard(key)
        return self._records[key]

    def _bind(self, fixed: Mapping[str, Any]) -> dict[str, Any]:
        try:
            bound = inspect.signature(self.function).bind(**fixed)
        except TypeError as problem:
            raise InputError(
                f"{self.file.name}::{self.name}: {problem}; its parameters are "
                f"{inspect.signature(self.function)}, and each needs a value or a default"
            ) from None
        bound.apply_defaults()
        return dict(bound.arguments)

    def _told(self, fixed: Mapping[str, Any]) -> dict[str, Any]:
        bound, defaults = self._bind(fixed), inspect.signature(self.function).parameters
        for variant in self.variants():
            if self._bind(variant) == bound:
                return variant
        return {key: value for key, value in bound.items() if value != defaults[key].default}

    def _write(self, fixed: dict[str, Any]) -> Record:
        result, error, blocked_by, refused = None, "", "", None
        with gathering() as debts:
            draft = _Draft(self.id(**fixed), debts)
            token = _draft.set(draft)
            try:
                with deadline(BODY_SECONDS):
                    result = self.function(**fixed)
            except PremiseError as problem:
                blocked_by = problem.premise
            except (Exception, SystemExit) as problem:  # the other derivations are still judged
                error = _told(problem, self.file)
                refused = _refusal(problem)
            finally:
                _draft.reset(token)
        return Record(
            id=draft.id,
            name=self.name,
            doc=inspect.cleandoc(self.function.__doc__ or ""),
            source=_source(self.function),
            location=Location(self.file, self.function.__code__.co_firstlineno),
            fixed=fixed,
            given=tuple(draft.given),
            defined=tuple(draft.defined),
            claims=tuple(draft.claims),
            obligations=tuple(debts.obligations),
            facts=tuple(debts.facts),
            premises=tuple(draft.premises),
            kernel=self.kernel,
            result=result,
            error=error,
            blocked_by=blocked_by,
            refused=refused,
        )


class PremiseError(SymdynError):
    """A premise could not be derived, so neither can what rests on it."""

    def __init__(self, message: str, premise: str) -> None:
        super().__init__(message)
        self.premise = premise


@overload
def derivation(function: Callable[..., Any], /) -> Derivation: ...
@overload
def derivation(
    *, kernel: tuple[Any, ...] = ..., emit: tuple[Mapping[str, Any], ...] = ...
) -> Callable[[Callable[..., Any]], Derivation]: ...


def derivation(
    function: Callable[..., Any] | None = None,
    /,
    *,
    kernel: tuple[Any, ...] = (),
    emit: tuple[Mapping[str, Any], ...] = (),
) -> Any:
    """Make a function a derivation: its docstring is the theorem, its body the proof.

    `kernel` names the arguments of the kernel that its result becomes; `emit` lists the parameter
    values with which it is judged and emitted.

    >>> from sympy import symbols
    >>> x = symbols("x")
    >>> @derivation
    ... def square():
    ...     "The square of a sum."
    ...     return claim(((x + 1)**2).expand(), x**2 + 2*x + 1, because="multiply out")
    >>> square()
    x**2 + 2*x + 1
    >>> square.record().claims[0].because
    'multiply out'
    """
    if function is None:
        return lambda body: Derivation(body, kernel, emit)
    return Derivation(function, kernel, emit)


def given(*conditions: Any) -> None:
    """Restrict the domain of a derivation, beyond the assumptions of its symbols.

    It holds for every claim that follows, and for everything that rests on this derivation.

    >>> from sympy import sqrt, symbols
    >>> x = symbols("x", real=True)
    >>> @derivation
    ... def root():
    ...     "The root of a square."
    ...     given(x >= 0)
    ...     claim(sqrt(x**2), x, because="x is not negative")
    >>> root.record().claims[0].where
    (x >= 0,)
    """
    draft = _draft.get()
    if draft is None:
        raise InputError(
            "given() stands inside a derivation; outside one, pass where= to the claim"
        )
    draft.given.extend(c for c in _conditions(conditions) if c not in draft.given)


def define(name: str, value: Any) -> Any:
    """Name a quantity in the record and the document, and return it.

    >>> define("J", 1)
    1
    """
    draft = _draft.get()
    if draft is not None:
        draft.defined.append((name, value))
    return value


class _ClaimVerb:
    """`claim(...)` and `claim.open(...)`."""

    def __call__(
        self,
        derived: Any,
        stated: Any = None,
        *,
        because: str,
        eq: str = "",
        where: Any = None,
    ) -> Any:
        """State what a derivation got and what the paper says; returns the stated side.

        `claim(derived, stated, because=...)` states an equality; any other kind of statement is
        handed over whole: `claim(Conserved(a**2 - b**2, flow), because=...)`.
        Outside a derivation the statement is judged at once.

        >>> from sympy import symbols
        >>> x = symbols("x", real=True)
        >>> claim(((x + 1)**2).expand(), x**2 + 2*x + 1, because="multiply out")
        x**2 + 2*x + 1

        Raises RefutedError or UndecidedError (outside a derivation only).
        """
        return _state(derived, stated, because, eq, where, sys._getframe(1), is_open=False)

    def open(
        self,
        derived: Any,
        stated: Any = None,
        *,
        because: str,
        eq: str = "",
        where: Any = None,
    ) -> Any:
        """State what nobody has derived yet; it is listed as OPEN and fails nothing alone."""
        return _state(derived, stated, because, eq, where, sys._getframe(1), is_open=True)


claim: _ClaimVerb = _ClaimVerb()


def _state(
    derived: Any,
    stated: Any,
    because: str,
    eq: str,
    where: Any,
    frame: FrameType,
    *,
    is_open: bool,
) -> Any:
    statement = _statement(derived, stated)
    if not isinstance(because, str) or not because.strip():
        raise InputError("claim: because= must say in words why the two sides are equal")
    draft = _draft.get()
    made = Claim(
        statement=statement,
        because=because,
        location=Location(Path(frame.f_code.co_filename).resolve(), frame.f_lineno),
        where=(*(draft.given if draft else ()), *_conditions(() if where is None else (where,))),
        eq=eq,
        open=is_open,
        premises=len(draft.premises) if draft else 0,
        obligations=len(draft.debts.obligations) if draft else 0,
        rests_on=tuple(draft.used) if draft else (),
    )
    if draft is None:
        _judge_at_once(made)
        return statement.stated
    if _value_is_used(frame):
        draft.used.append(len(draft.claims))
    draft.claims.append(made)
    return statement.stated


def _statement(derived: Any, stated: Any) -> AbstractStatement:
    if isinstance(derived, AbstractStatement):
        if stated is not None:
            raise InputError(
                f"claim: {type(derived).__name__}(...) is a whole statement; "
                "give it alone, without a stated side"
            )
        return derived
    if stated is None:
        raise InputError(
            "claim: the stated side is missing; write claim(derived, stated, because=...) or "
            "hand over a statement such as Conserved(quantity, flow)"
        )
    statement = Equal(derived, stated)
    statement.components()  # sides of different shapes are an error of the author, told at once
    return statement


def _conditions(conditions: Any) -> tuple[Boolean | Rule, ...]:
    """Conditions as SymPy relations or rules between matrices; tuples are flattened."""
    flat: list[Boolean | Rule] = []
    for condition in conditions:
        if isinstance(condition, (tuple, list)):
            flat.extend(_conditions(condition))
            continue
        if isinstance(condition, Rule):
            flat.append(condition)
            continue
        relation = sympify(condition)
        if not isinstance(relation, Boolean):
            raise InputError(
                f"condition {condition!r} is not a relation; write for example u0 < s, "
                "And(0 <= c, c < 1), or Rule(V.T*V, identity(n)) for matrices"
            )
        flat.append(relation)
    return tuple(flat)


def _judge_at_once(made: Claim) -> None:
    if made.open:
        return
    from symdyn.proof.evidence import judge  # needs every method; a record needs none

    judgement = judge(made.statement, made.where)
    where = f"{made.location}: {{}}: {made.because}"
    sides = f"\n    derived    {made.derived}\n    stated     {made.stated}"
    if judgement.verdict == Verdict.REFUTED:
        raise RefutedError(
            where.format("refuted") + sides + f"\n    at         {judgement.counterexample}"
        )
    if not judgement.verdict.holds:
        reasons = "; ".join(e.detail for e in judgement.evidence) or "no method applies"
        raise UndecidedError(where.format("undecided") + sides + f"\n    reason     {reasons}")


def _value_is_used(frame: FrameType) -> bool:
    """Whether the value of the claim at this line is used: not if the claim stands alone.

    What rests on a wrong claim is blocked by it; nothing can rest on a value that was dropped.
    """
    text = "".join(linecache.getlines(frame.f_code.co_filename))
    return not any(first <= frame.f_lineno <= last for first, last in _bare_statements(text))


@lru_cache(maxsize=64)
def _bare_statements(text: str) -> tuple[tuple[int, int], ...]:
    """Lines of the statements that consist of an expression whose value is dropped."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return ()
    return tuple(
        (node.lineno, node.end_lineno or node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
    )


def _source(function: Callable[..., Any]) -> str:
    try:
        return inspect.getsource(function)
    except OSError:
        return ""


def _refusal(problem: BaseException) -> SymdynError | None:
    """What tells a caller that a parameter was not taken; None for other failures."""
    kinds = (kind for kind in (InputError, DomainError) if isinstance(problem, kind))
    return next((kind(str(problem)) for kind in kinds), None)


def _told(problem: BaseException, file: Path) -> str:
    """One line that names the exception and the line of the derivation file that raised it."""
    lines = (
        [
            frame.lineno
            for frame in inspect.getinnerframes(problem.__traceback__)
            if frame.filename == str(file)
        ]
        if problem.__traceback__
        else []
    )
    place = f"line {lines[-1]}: " if lines else ""
    return f"{place}{type(problem).__name__}: {problem}"
