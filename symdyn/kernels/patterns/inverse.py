"""Implicit functions as programs: an interval, a fixed number of steps, the last one in pairs.

    1  the interval [y_k, y_{k+1}] of a table in which the place is, by bisection (`knots`)
    2  a cubic in it, from which Newton's method is sure to converge in time
    3  `STEPS` times y <- y - (f(y) - z)/f'(y) in doubles, kept in the interval
    4  once more with f(y) - z in pairs: the place is a pair

Newton's method squares the relative error, so that the last step starts from what doubles can know
of f, and ends with some 2^-80. How many digits of a pair are right is up to f, which must not
cancel near the place: that is what the right variable is for.
"""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Dummy, Expr, Float, S, Symbol, Tuple, log
from sympy.codegen.cfunctions import log1p

from symdyn.kernels.graph import Graph, Program
from symdyn.kernels.operations import F64, PAIR
from symdyn.kernels.patterns.cores import widened
from symdyn.kernels.patterns.hypergeometric import hypergeometric_program
from symdyn.kernels.patterns.knots import STEPS, Knots, knots
from symdyn.kernels.program import NotLowerable, build
from symdyn.numerics.implicit import InverseAt
from symdyn.numerics.roots import LARGEST


def inverse_program(
    results: Sequence[Expr], args: Sequence[Symbol], steps: int = STEPS
) -> Program | None:
    """The program of expressions with implicit functions; None where there are none.

    >>> from sympy import log, oo
    >>> from symdyn.numerics.implicit import inverse
    >>> y, z = Symbol("y", positive=True), Symbol("z", real=True)
    >>> inverse_program([inverse(y + log(y), y, z, (0, oo))], [z]).count("log")
    4

    Raises NotLowerable for an equation with parameters, or one that needs too long a table.
    """
    if not any(expr.has(InverseAt) for expr in results):
        return None
    graph = Graph(tuple(args))
    return graph.program(_entered(graph, results, steps)).pruned()


def _entered(graph: Graph, exprs: Sequence[Expr], steps: int) -> tuple[int, ...]:
    """The nodes of expressions in the arguments; implicit functions in one another first."""
    names: dict[Expr, Symbol] = {}
    places = list(range(len(graph.inputs)))
    for call in _outermost(exprs):
        names[call] = Dummy("place", **{"positive": True} if call.is_positive else {"real": True})
        places.append(_place(graph, call, steps))
    flat = [expr.xreplace(names) for expr in exprs]
    return graph.include(_in_pairs(flat, [*graph.inputs, *names.values()]), places)


def _outermost(exprs: Sequence[Expr]) -> list[Expr]:
    calls = set[Expr]().union(*(expr.atoms(InverseAt) for expr in exprs))
    inner = set[Expr]().union(*(call.args[-1].atoms(InverseAt) for call in calls))
    return sorted(calls - inner, key=str)


def _in_pairs(exprs: Sequence[Expr], args: Sequence[Symbol]) -> Program:
    careful = [expr.replace(_is_near_one, _log1p) for expr in exprs]
    return hypergeometric_program(careful, args) or widened(build(careful, list(args)))


def _is_near_one(part: Expr) -> bool:
    return isinstance(part, log) and part.args[0].is_Add and S.One in part.args[0].args


def _log1p(part: Expr) -> Expr:
    return log1p(part.args[0] - 1)


def _in_doubles(program: Program) -> Program:
    wide = {k: F64 for k, node in enumerate(program.nodes) if node.type == PAIR}
    return program.retyped(wide)


def _place(graph: Graph, call: Expr, steps: int) -> int:
    """The node of one implicit function, a pair."""
    function, slope, low, high, value = call.args
    if function.free_symbols | slope.free_symbols:
        names = ", ".join(sorted(map(str, function.free_symbols | slope.free_symbols)))
        raise NotLowerable(call, f"its equation has the parameters {names}: scale them away")
    found = knots(function, slope, low, high)
    (z,) = _entered(graph, [value], steps)
    search = _Search(graph, graph.add("high", z), found)
    y = search.start()
    of, rate = (_in_pairs([part.expr], [part.variables[0]]) for part in (function, slope))
    for _ in range(steps):
        y = search.kept(graph.add("sub", y, _step(graph, y, search.z, _in_doubles(of), rate)))
    last = graph.add("sub", y, _step(graph, y, z, of, rate), type=PAIR)
    return search.with_ends(last, low, high)


def _step(graph: Graph, y: int, z: int, of: Program, rate: Program) -> int:
    """(f(y) - z)/f'(y) as a double, where f(y) - z is computed as f is."""
    (value,) = graph.include(of, [y])
    (slope,) = graph.include(_in_doubles(rate), [y])
    kind = graph.nodes[value].type
    rest = graph.add("sub", value, z, type=PAIR if kind == PAIR else F64)
    return graph.add("div", rest, slope)


class _Search:
    """The interval of a value in a table."""

    def __init__(self, graph: Graph, z: int, found: Knots) -> None:
        self.graph, self.z, self.knots = graph, z, found
        size = 1
        while size < len(found.values):
            size *= 2
        column = _column((*found.values, *[LARGEST] * (size - len(found.values))))
        self.k = graph.constant(S.Zero)
        while size > 1:
            size //= 2
            after = graph.add("add", self.k, graph.constant(S(size)))
            reached = graph.add("le", graph.add("entry", after, value=column), z)
            self.k = graph.add("select", reached, after, self.k)
        places = _column(found.places)
        ends = (
            graph.add("entry", place, value=places)
            for place in (self.k, graph.add("add", self.k, graph.constant(S.One)))
        )
        self.first, self.last = ends
        rises = found.places[0] < found.places[-1]
        self.low, self.high = (self.first, self.last) if rises else (self.last, self.first)

    def entry(self, column: Sequence[float]) -> int:
        return self.graph.add("entry", self.k, value=_column(column))

    def start(self) -> int:
        """The cubic of the interval."""
        graph, one = self.graph, self.graph.constant(S.One)
        away = graph.add("sub", self.z, self.entry(self.knots.values))
        d = graph.add("mul", away, self.entry(self.knots.inverses))
        d = graph.add("min", graph.add("max", d, graph.constant(S.Zero)), one)
        a, b, c = (self.entry(column) for column in zip(*self.knots.cubics, strict=True))
        inner = graph.add("add", b, graph.add("mul", d, c))
        inner = graph.add("add", a, graph.add("mul", d, inner))
        return self.kept(graph.add("add", self.first, graph.add("mul", d, inner)))

    def kept(self, y: int) -> int:
        """What is in the interval, or its nearer end."""
        graph = self.graph
        return graph.add("min", graph.add("max", y, self.low), self.high)

    def with_ends(self, y: int, low: Expr, high: Expr) -> int:
        """The place, at the ends of the range that of the interval: where f is infinite, or no
        double is nearer."""
        graph = self.graph
        first, last = (low, high) if self.low == self.first else (high, low)
        values = self.knots.values[0], self.knots.last
        for end, value, op in ((first, values[0], "lt"), (last, values[1], "gt")):
            edge = graph.constant(_number(value))
            beyond = graph.add("lt", *((self.z, edge) if op == "lt" else (edge, self.z)))
            y = graph.add("select", beyond, graph.constant(end), y, type=PAIR)
        return y


def _column(values: Sequence[float]) -> Tuple:
    return Tuple(*map(_number, values))


def _number(value: float) -> Expr:
    return Float(value, precision=53) if value else S.Zero
