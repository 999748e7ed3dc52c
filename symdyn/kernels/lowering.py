"""From exact results to the program of a kernel: limits, the ladder, conditions.

The ladder sees the expressions as they are written; the values at singular points and the tests of
conditions between arguments are put around what it returns. Each rung is compiled and measured at
samples of the domain before it is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, partial

import sympy as sp
from sympy import Expr, Symbol

from symdyn.errors import UnsupportedError
from symdyn.kernels.approximate.tables import Table, tables
from symdyn.kernels.backends import arb
from symdyn.kernels.certify.proof.prove import Proof, prove
from symdyn.kernels.certify.references import Expression, at_once, on_balls
from symdyn.kernels.graph import Graph, Program
from symdyn.kernels.ladder import Prove, Rung, climb, measured, table_rung
from symdyn.kernels.limits import Limit, limits, with_conditions, with_limits
from symdyn.kernels.mask import Mask
from symdyn.kernels.measurement import Measurement, Reference
from symdyn.kernels.patterns.beta import beta_program
from symdyn.kernels.patterns.hypergeometric import hypergeometric_program
from symdyn.kernels.patterns.inverse import inverse_program
from symdyn.kernels.program import NotLowerable, build
from symdyn.kernels.ranges import Ranges
from symdyn.kernels.remembered import Lowered, key, recall, remember
from symdyn.kernels.rewrite.samples import sample
from symdyn.numerics.implicit import InverseAt

SAMPLES = 1000  # points at which a rung is measured
PROVED = 1.0  # ulps: who asks for no more gets a proof where there is one
FACTOR = 0.7  # ulps, for each factor of a product
SEED = 1  # not that of the points from which a rung is predicted


def lowered(results: Sequence[Expr], domain: Ranges, target: float) -> Lowered:
    """The program of some expressions on a domain, at the first rung that meets the target.

    >>> x = Symbol("x")
    >>> found = lowered([sp.sin(x)], Ranges.of([x]), 2.0)
    >>> [node.op for node in found.program.nodes], found.rung
    (['input', 'sin'], 1)
    """
    place = key(results, domain, target)
    known = recall(place, domain.args)
    if known is None:
        known = _made(results, domain, target)
        remember(place, known)
    return known


def _made(results: Sequence[Expr], domain: Ranges, target: float) -> Lowered:
    found = limits(results, domain)
    rung = _climbed(results, domain, target, found)

    def whole(program: Program) -> Program:
        program = replace(program, inputs=domain.args)
        return with_conditions(with_limits(program, found, value), domain.conditions)

    @cache
    def value(expr: Expr, args: tuple[Symbol, ...]) -> Program:
        return _limit_program(expr, domain, target)

    mask = rung.mask and Mask(rung.mask.odd, whole(rung.mask.program))
    program = whole(rung.program)
    proof = rung.proof  # a trial that held has looked at everything
    if rung.is_met and not rung.is_proved:
        proof = _proof(program, results, domain, target)
    return Lowered(program, found, rung.number, rung.error, rung.reason, mask, proof)


def _proof(
    program: Program, results: Sequence[Expr], domain: Ranges, target: float
) -> Proof | None:
    """What is proved of a program that has been chosen, limits and all."""
    if target > PROVED or not is_of_one_variable(results, domain):
        return None
    return prove(program, results[0], domain.ranges[0], target=target)


def _limit_program(value: Expr, domain: Ranges, target: float) -> Program:
    """The value of a limit, by the ladder as well; it has the arguments of the whole."""
    places = [k for k, symbol in enumerate(domain.args) if symbol in value.free_symbols]
    if not places:
        return build(value, domain.args)
    args = tuple(domain.args[k] for k in places)
    rung = _climbed([value], Ranges(args, tuple(domain.ranges[k] for k in places), ()), target, ())
    graph = Graph(domain.args)
    return graph.program(graph.include(rung.program, tuple(places)))


def _climbed(
    results: Sequence[Expr],
    domain: Ranges,
    target: float,
    ends: Sequence[Limit],
    proofs: bool = True,
) -> Rung:
    """The rung for real arguments."""
    series = _of_series(results, domain, target)
    if series is not None:
        return series
    reals = {symbol: _real(symbol) for symbol in domain.args}
    exprs = [expr.xreplace(reals) for expr in results]
    where = domain.renamed(reals)
    found = _tables(exprs, where, target)
    trial = _trial(results, domain, target, ends) if proofs else None
    try:
        program = build(exprs, where.args)
    except NotLowerable as problem:
        separated = _of_product(exprs, where, target)
        if separated is not None:
            return separated
        if found is None:
            raise
        return _by_table_alone(exprs[0], where, target, found, problem, trial)
    rows = sample(program, where.as_domain(), count=SAMPLES, seed=SEED).rows
    measure = Measurement(domain, on_programs(program), rows, target)
    area = where.as_domain()
    return climb(program, area, target=target, measure=measure, tables=found, prove=trial)


def _trial(
    results: Sequence[Expr], domain: Ranges, target: float, ends: Sequence[Limit]
) -> Prove | None:
    """How candidates are proved, with the values at singular points, where anything can be."""
    if target > PROVED or not is_of_one_variable(results, domain):
        return None

    def trial(program: Program) -> Proof:
        whole = with_limits(replace(program, inputs=domain.args), ends)
        return prove(whole, results[0], domain.ranges[0], target=target, is_trial=True)

    return trial


def is_of_one_variable(exprs: Sequence[Expr], where: Ranges) -> bool:
    """Whether there is one result, of one argument that has a range and no other condition."""
    return len(exprs) == 1 and len(where.args) == 1 and not where.conditions


def _tables(exprs: Sequence[Expr], where: Ranges, target: float) -> Iterator[Table] | None:
    """Candidates for a function of one variable without further conditions."""
    if not is_of_one_variable(exprs, where):
        return None
    return tables(exprs[0], where.args[0], where.ranges[0], target)


def _by_table_alone(
    expr: Expr,
    where: Ranges,
    target: float,
    found: Iterator[Table],
    problem: NotLowerable,
    trial: Prove | None,
) -> Rung:
    """The best table of a function with a part that is no operation of programs.

    Raises NotLowerable where there is none.
    """
    symbol = where.args[0]
    tried: list[Rung] = []
    try:
        measure = Measurement(where, [on_balls(Expression(expr, (symbol,)))], target=target)
        for table in found:
            rung = table_rung(table, target).seen(measure(table.program))
            rung = replace(rung, proof=trial(table.program)) if trial and rung.is_met else rung
            tried.append(rung)
            if rung.is_proved or (rung.is_met and trial is None):
                break
    except UnsupportedError as why:
        if not tried:
            raise NotLowerable(problem.part, f"{problem.reason}; no table, since {why}") from why
    best = min(tried, key=lambda rung: (not rung.is_proved, rung.error))
    verb = "meets" if best.is_met else "misses"
    reason = (
        f"rung 4, table, with {best.error:.3g} ulps measured, {verb} the target of {target:g} ulps"
    )
    return replace(best, reason=reason)


def _of_product(exprs: Sequence[Expr], where: Ranges, target: float) -> Rung | None:
    """The rung of a product of functions of one argument each, some of which are tables."""
    if len(exprs) != 1 or len(where.args) < 2 or where.conditions:
        return None
    factors = _separated(exprs[0], where.args)
    if factors is None:
        return None
    graph = Graph(where.args)
    product = graph.constant(sp.S.One)
    for k, (factor, part) in enumerate(zip(factors, where.ranges, strict=True)):
        rung = _climbed([factor], Ranges((where.args[k],), (part,), ()), FACTOR, (), False)
        (place,) = graph.include(rung.program, (k,))
        product = place if k == 0 else graph.add("mul", product, place)
    program = graph.program([product]).pruned()
    rows = sample(program, where.as_domain(), count=SAMPLES, seed=SEED).rows
    measure = Measurement(where, [on_balls(Expression(exprs[0], where.args))], rows, target)
    error = measure(program).worst
    reason = f"rung 4, a product of functions of one argument, with {error:.3g} ulps measured"
    return Rung(4, "table", program, error, measured=error, target=target, reason=reason)


def _separated(expr: Expr, args: Sequence[Symbol]) -> list[Expr] | None:
    """For each argument the factor that has it, the last with all numbers; else None."""
    found = [sp.S.One] * len(args)
    for factor in sp.Mul.make_args(expr):
        places = [k for k, symbol in enumerate(args) if symbol in factor.free_symbols]
        if len(places) > 1:
            return None
        k = places[0] if places else len(args) - 1
        found[k] *= factor
    return found


def _of_series(results: Sequence[Expr], domain: Ranges, target: float) -> Rung | None:
    """The rung of what has a pattern of its own, in pairs: implicit functions, and series."""
    program = series_program(results, domain.args)
    if program is None:
        return None
    kind = next(text for function, text in _KINDS.items() if results[0].has(function))
    measure = Measurement(domain, [on_balls(Expression(results[0], domain.args))], target=target)
    rung, masked = measured(Rung(3, "pairs", program, 0.0, target=target), measure, lambda: program)
    best = masked if masked and masked.is_met else rung
    return replace(best, reason=f"{kind}, in pairs{best.beyond}")


_KINDS: dict[type, str] = {
    InverseAt: "implicit functions by a table and Newton's method",
    sp.betainc_regularized: "incomplete beta functions as series",
    sp.hyper: "hypergeometric functions as series",
}


def series_program(results: Sequence[Expr], args: Sequence[Symbol]) -> Program | None:
    """The program of one result with functions that have a pattern in pairs, if it has any.

    >>> z = Symbol("z", positive=True)
    >>> series_program([sp.exp(z)], [z]) is None
    True
    """
    if len(results) != 1:
        return None
    if results[0].has(InverseAt):
        return inverse_program(results, args)
    if results[0].has(sp.betainc_regularized):
        return beta_program(results[0], args)
    return hypergeometric_program(results, args)


def _real(symbol: Symbol) -> Symbol:
    return symbol if symbol.is_extended_real else sp.Dummy(symbol.name, real=True)


def on_programs(program: Program) -> list[Reference]:
    """The exact values of each output of a program."""
    return at_once(partial(arb.evaluate, program), len(program.outputs))
