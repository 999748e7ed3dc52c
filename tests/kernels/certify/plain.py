"""Kernels straight from an expression, without a ladder, for tests of certificates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import sympy as sp

from symdyn.kernels.certify.modules import EmittedKernel
from symdyn.kernels.emission import Plan, module_text
from symdyn.kernels.limits import limits, with_conditions, with_limits
from symdyn.kernels.program import build
from symdyn.kernels.ranges import Ranges


def plain(
    expr: Any,
    *args: sp.Symbol,
    domain: Any = None,
    given: Iterable[Any] = (),
    computed: Any = None,
    **changed: Any,
) -> EmittedKernel:
    """The kernel of an expression as it is written; `computed` is what the code does instead."""
    results = tuple(expr) if isinstance(expr, tuple) else (sp.sympify(expr),)
    ranges = Ranges.of(args, domain, given)
    found = limits(results, ranges)
    program = build(list(results) if computed is None else [computed], args)
    if computed is None:
        program = with_limits(program, found)
    program = with_conditions(program, ranges.conditions)
    made = EmittedKernel(
        source=module_text(Plan(program, ranges.ranges), ["A test."]),
        name="test",
        results=results,
        args=args,
        domain=ranges,
        limits=found,  # type: ignore[arg-type]
        definition=results,
        seams=(),
        id="",
        verdict="",
        rung=1,
        target=1.0,
        dtype="float64",
        program=program,
    )
    return replace(made, **changed)
