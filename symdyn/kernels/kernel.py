"""Kernels: compiled functions of arrays, made from a judged result or from any expression.

    f = kernel("cho2009::arccos", degree=1)           a result of the library, parameters fixed
    f = kernel(sqrt(x + 1) - sqrt(x), x, domain={x: (0, oo)})
    f(array), f.source, f.expr, f.rung, f.certificate, f.save(folder)

A kernel computes in doubles. Arguments broadcast; nan gives nan, and so does what is outside the
domain; finite ends of the domain belong to it, and removable singularities take their limit. The
machine code is made on the first call and kept in the cache folder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from html import escape
from pathlib import Path
from types import ModuleType
from typing import Any

import sympy as sp
from sympy import Expr, Symbol

from symdyn.calculus.words.balanced import BalancedRiccati
from symdyn.errors import DomainError, InputError
from symdyn.kernels.certify import Certificate, certify
from symdyn.kernels.certify.proof.prove import Proof
from symdyn.kernels.duals.expectation_kernel import expectation_kernel
from symdyn.kernels.duals.law import law_of
from symdyn.kernels.emission import Plan, module_text
from symdyn.kernels.graph import Program
from symdyn.kernels.limits import Limit
from symdyn.kernels.loading import load, save
from symdyn.kernels.lowering import lowered
from symdyn.kernels.mask import Mask
from symdyn.kernels.origin import exact_value, origin_of, verified
from symdyn.kernels.patterns.riccati import riccati_kernel
from symdyn.kernels.patterns.vector_kernel import VectorKernel, is_over_vectors, vector_kernel
from symdyn.kernels.profiles import Profile, profile
from symdyn.kernels.ranges import Given, Ranges
from symdyn.kernels.shifts import shiftable, shifted, shifted_domain
from symdyn.proof.record import Record

TARGET = 2.0  # units in the last place


@dataclass(frozen=True, eq=False)
class Kernel:
    """A compiled function with all that says what it computes, where, and how it is known.

    `results` are the exact expressions, `program` computes them at rung `rung` of the ladder, with
    the values of `limits` at singular points; `mask` says for which inputs another program does.
    `definition` is what a certificate checks against besides. Kernels pickle as this description;
    machine code is found or made where they arrive.

    >>> x = Symbol("x", nonnegative=True)
    >>> difference = kernel(sp.sqrt(x + 1) - sp.sqrt(x), x)
    >>> float(difference(1e16))
    5e-09
    """

    name: str
    results: tuple[Expr, ...]
    args: tuple[Symbol, ...]
    domain: Ranges
    program: Program
    limits: tuple[Limit, ...] = ()
    rung: int = 1
    target: float = TARGET
    reached: float | None = None
    remark: str = ""
    mask: Mask | None = None
    proof: Proof | None = None
    definition: tuple[Expr, ...] = ()
    id: str = ""
    title: str = ""
    verdict: str = ""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    parallel: bool = False
    dtype: str = "float64"

    def __call__(self, *arguments: Any, out: Any = None, **keywords: Any) -> Any:
        """The results at every element of the broadcast arguments; several come as a tuple.

        `one_minus_c=` or `one_plus_c=` stands in place of an argument c within [-1, 1]. With `out=`
        (an array of the shape and type of the result, or a tuple of them) no memory is allocated
        for the results: they are written there, which may be an argument itself.

        Raises TypeError for complex or object arrays and for a wrong number of arguments,
        ValueError for shapes that do not broadcast, either for an `out=` that does not fit.
        """
        if keywords:
            return self._with_shift(arguments, out, keywords)
        return self._module.kernel(*arguments, out=out)

    @property
    def expr(self) -> Any:
        """The exact expression; a tuple of them for several results."""
        first, *others = self.results
        return self.results if others else first

    @property
    def scalar(self) -> Any:
        """The compiled scalar core, for use inside other compiled functions."""
        return self._module.scalar

    @property
    def plan(self) -> Plan:
        """What the module is made from."""
        return Plan(self.program, self.domain.ranges, self.parallel, self.dtype, self.mask)

    @property
    def source(self) -> str:
        """The text of the self-contained module, with what is certified in its docstring."""
        return module_text(self.plan, self.notes)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the docstring of the module says."""
        shown = [self.title or f"The function {self.name}."]
        shown += ["", *(f"    {self._left(k)} = {expr}" for k, expr in enumerate(self.results))]
        shown += [f"    {limit.symbol} = {limit.point}: {limit.value}" for limit in self.limits]
        shown += ["", f"Domain: {self.domain}"]
        shown += [f"From {self.id}, which is {self.verdict}."] if self.id else []
        shown += [f"Ladder: {self.remark}."]
        shown += [f"Proof: {self.proof}."] if self.proof and self.proof.parts else []
        return (*shown, *self._certified())

    def _left(self, k: int) -> str:
        index = f"[{k}]" if len(self.results) > 1 else ""
        return f"{self.name}({', '.join(map(str, self.args))}){index}"

    def _certified(self) -> tuple[str, ...]:
        certificate = self.__dict__.get("certificate")
        return () if certificate is None else (f"Certificate: {certificate}.",)

    @cached_property
    def certificate(self) -> Certificate:
        """The measured error of the kernel; measured on first use, which takes some seconds."""
        return certify(self)

    @cached_property
    def profile(self) -> Profile:
        """The error over the domain, to be looked at."""
        return profile(self)

    @cached_property
    def _module(self) -> ModuleType:
        return load(module_text(self.plan))

    def save(self, directory: str | Path) -> Path:
        """Write the module, and beside it as JSON its certificate and what is known of it.

        Returns the path of the module. Both files are written whole or not at all.
        """
        known = {**self.data(), "certificate": self.certificate.data()}
        return save(self.name, self.source, known, directory)

    def data(self) -> dict[str, Any]:
        """What is known of the kernel, as plain data."""
        return {
            "kernel": self.name,
            "id": self.id,
            "verdict": self.verdict,
            "arguments": [str(symbol) for symbol in self.args],
            "expressions": [sp.srepr(expr) for expr in self.results],
            "fixed": {name: str(value) for name, value in self.fixed.items()},
            "domain": str(self.domain),
            "limits": [[str(v.symbol), str(v.point), str(v.value)] for v in self.limits],
            "rung": self.rung,
            "target": self.target,
            "reached": self.reached,
            "remark": self.remark,
            "mask": self.mask and self.mask.odd.size,
            "dtype": self.dtype,
            "parallel": self.parallel,
        }

    def _with_shift(self, arguments: tuple[Any, ...], out: Any, keywords: Mapping[str, Any]) -> Any:
        """Call with one argument given as its distance from 1 or -1."""
        known = shiftable(self.domain)
        if len(keywords) != 1 or next(iter(keywords)) not in known:
            allowed = ", ".join(known) or "no keywords"
            raise TypeError(f"{self.name} takes one of {allowed}; {', '.join(keywords)} given")
        if len(arguments) != len(self.args) - 1:
            raise TypeError(f"{self.name}: a keyword replaces an argument; both are given")
        ((keyword, value),) = keywords.items()
        place = self.args.index(known[keyword])
        return self.shift(keyword)(*arguments[:place], value, *arguments[place:], out=out)

    def shift(self, keyword: str) -> Kernel:
        """The kernel of `one_minus_c` or `one_plus_c` instead of c."""
        shifts: dict[str, Kernel] = self.__dict__.setdefault("_shifts", {})
        if keyword not in shifts:
            symbol = shiftable(self.domain)[keyword]
            domain = shifted_domain(self.domain, symbol, keyword)
            results = tuple(shifted(expr, symbol, keyword) for expr in self.results)
            name = f"{self.name}_of_{keyword}"
            shifts[keyword] = _made(replace(self, name=name, results=results, domain=domain))
        return shifts[keyword]

    def __getstate__(self) -> dict[str, Any]:
        return {part.name: getattr(self, part.name) for part in fields(self)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def __repr__(self) -> str:
        return f"<kernel {self.name}({', '.join(map(str, self.args))}), rung {self.rung}>"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {sp.latex(self.expr)}$"

    def _repr_html_(self) -> str:
        lines = "".join(f"<br>{escape(note.strip())}" for note in self.notes if note)
        return f"<p><b>{escape(self.name)}</b>{lines}</p>"


def kernel(
    what: str | Expr | Sequence[Expr],
    args: Sequence[Symbol] | Symbol | None = None,
    *,
    domain: Given = None,
    target: float | None = None,
    parallel: bool = False,
    dtype: str = "float64",
    accurate: bool = False,
    **fixed: Any,
) -> Kernel | VectorKernel:
    """Compile a result of the library, by its id, or an expression.

    `args` are the symbols that become arguments, in order (not needed for one symbol, or for a
    result that names them). `domain` is `{x: (lower, upper)}` or relations, beside the assumptions
    of the symbols. `target` is the error in units in the last place at which the ladder stops: 2
    unless told. With 1 or less, functions of one variable are proved to meet it where that can be.
    Further keywords fix parameters to exact values. `accurate` makes kernels of sums over nodes
    accurate relative to the result, where they otherwise are to the sum of the nodes' weighted
    lengths.

    >>> x = Symbol("x")
    >>> f = kernel((sp.exp(x) - 1) / x, x)
    >>> float(f(0.0))
    1.0

    Raises NotLowerable (an UnsupportedError) for what cannot be computed, naming the part;
    DomainError for a fixed value outside the domain; RefutedError or UndecidedError for a result
    that does not hold.
    """
    options: dict[str, Any] = {"parallel": parallel, "dtype": dtype}
    options |= {} if target is None else {"target": float(target)}
    if isinstance(what, str):
        return _of_result(what, args, domain, fixed, accurate, options)
    return _of_expression(what, args, domain, fixed, options)


def _of_result(
    target: str,
    args: Any,
    domain: Given,
    fixed: dict[str, Any],
    accurate: bool,
    options: dict[str, Any],
) -> Kernel | VectorKernel:
    record = verified(target, fixed)
    return kernel_of(record, args, domain=domain, accurate=accurate, **options)


def kernel_of(
    record: Record,
    args: Sequence[Symbol] | None = None,
    *,
    domain: Given = None,
    accurate: bool = False,
    **options: Any,
) -> Kernel | VectorKernel:
    """The kernel of a judged record; arguments and errors are those of `kernel`."""
    if isinstance(record.result, BalancedRiccati):
        return riccati_kernel(record, record.fixed, domain=domain, **options)
    if is_over_vectors(record):
        return vector_kernel(record, record.fixed, domain=domain, accurate=accurate, **options)
    found = origin_of(record)
    arguments = _arguments(args if args is not None else found.args or None, found.results)
    law = law_of(found.results[0], arguments) if len(found.results) == 1 else None
    if law is not None:
        return expectation_kernel(
            found.results[0],
            arguments,
            law,
            domain=domain,
            given=found.given,
            name=found.name,
            id=found.id,
            title=found.title,
            verdict=found.verdict,
            fixed=record.fixed,
            **options,
        )
    started = Kernel(
        name=found.name,
        results=found.results,
        args=arguments,
        domain=Ranges.of(arguments, domain, found.given),
        program=Program((), (), ()),
        definition=found.definition,
        id=found.id,
        title=found.title,
        verdict=found.verdict,
        fixed=record.fixed,
        **options,
    )
    return _made(started)


def _of_expression(
    what: Any, args: Any, domain: Given, fixed: dict[str, Any], options: dict[str, Any]
) -> Kernel | VectorKernel:
    parts = tuple(what) if isinstance(what, (Sequence, sp.Tuple)) else (what,)
    exprs = tuple(sp.sympify(part) for part in parts)
    values = _fixed_values(exprs, fixed)
    arguments = _arguments(args, [expr.xreplace(values) for expr in exprs])
    results = tuple(expr.xreplace(values) for expr in exprs)
    law = law_of(results[0], arguments) if len(results) == 1 else None
    if law is not None:
        return expectation_kernel(results[0], arguments, law, domain=domain, fixed=fixed, **options)
    ranges = Ranges.of(arguments, domain)
    program = Program((), (), ())
    return _made(Kernel("function", results, arguments, ranges, program, fixed=fixed, **options))


def _fixed_values(exprs: Sequence[Expr], fixed: Mapping[str, Any]) -> dict[Symbol, Expr]:
    symbols = {s.name: s for expr in exprs for s in expr.free_symbols}  # type: ignore[attr-defined]
    values: dict[Symbol, Expr] = {}
    for name, value in fixed.items():
        if name not in symbols:
            raise InputError(f"{name}= fixes nothing: the symbols are {', '.join(sorted(symbols))}")
        number, symbol = exact_value(name, value), symbols[name]
        for fact, wanted in symbol.assumptions0.items():
            if getattr(number, f"is_{fact}") not in (None, wanted):
                raise DomainError(f"{name}={value}: {name} is {'' if wanted else 'not '}{fact}")
        values[symbol] = number
    return values


def _arguments(args: Any, exprs: Sequence[Expr]) -> tuple[Symbol, ...]:
    if args is not None:
        return (args,) if isinstance(args, Symbol) else tuple(args)
    symbols = sorted(set[Any]().union(*(expr.free_symbols for expr in exprs)), key=str)
    if len(symbols) != 1:
        names = ", ".join(map(str, symbols)) or "none"
        raise InputError(f"args= must say which symbols are arguments, in order; there are {names}")
    return tuple(symbols)


def _made(started: Kernel) -> Kernel:
    """The kernel with its program."""
    found = lowered(started.results, started.domain, started.target)
    return replace(started, **vars(found))
