"""The operations of which programs are made: name, number of arguments, type of the result.

Types: f64 (a double), quick (a double from a cheaper function, good to about an ulp), pair (an
unevaluated sum of two doubles), compensated (a double and a first-order correction: cheaper than a
pair, and less), i64, bool. An operation on numbers
means the exact real function of its arguments; the type of a node says in which arithmetic it is
computed, so `add` in type pair is double-double addition (of two f64: the error-free two_sum), and
`mul` of two f64 in type pair the error-free two_prod. Arguments are widened or rounded as needed.

A table holds exact constants like any other; a place outside it is that of its nearer end.

Every back end has an entry for every operation. What is no operation here (Bessel functions,
unevaluated integrals, ...) cannot be lowered.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp
from sympy.codegen import cfunctions

F64 = "f64"
QUICK = "quick"
PAIR = "pair"
COMPENSATED = "compensated"
I64 = "i64"
BOOL = "bool"
TYPES = (F64, QUICK, PAIR, COMPENSATED, I64, BOOL)
WIDE = {PAIR: "pair", COMPENSATED: "comp"}  # two doubles each, and how their functions begin


@dataclass(frozen=True)
class Operation:
    """What a node does. `function` is the SymPy class that is lowered to it, where there is one."""

    name: str
    arity: int
    result: str = F64
    function: type | None = None


OPERATIONS: tuple[Operation, ...] = (
    # leaves: `value` of the node is the number of the input, or the exact constant
    Operation("input", 0),
    Operation("const", 0),
    # arithmetic
    Operation("add", 2),
    Operation("sub", 2),
    Operation("mul", 2),
    Operation("div", 2),
    Operation("neg", 1),
    Operation("fma", 3, F64, cfunctions.fma),  # x*y + z, rounded once
    Operation("sqrt", 1),
    Operation("sqrt_cubed", 1),  # x*sqrt(x)
    Operation("cbrt", 1),  # odd: negative for negative arguments
    Operation("pow", 2),
    Operation("hypot", 2, F64, cfunctions.hypot),
    Operation("mod", 2, F64, sp.Mod),  # the sign of the divisor
    # parts and pieces
    Operation("abs", 1, F64, sp.Abs),
    Operation("sign", 1, F64, sp.sign),
    Operation("copysign", 2),
    Operation("min", 2),  # nan if either is
    Operation("max", 2),
    Operation("floor", 1, F64, sp.floor),
    Operation("ceil", 1, F64, sp.ceiling),
    Operation("select", 3),  # condition, then, else
    Operation("entry", 1),  # of a table of constants (`value`): the one at a rounded-down place
    # scaling by powers of two, without rounding
    Operation("ldexp", 2),  # x*2^n, n of type i64
    Operation("exponent", 1, I64),  # n of x = m*2^n, 1/2 <= |m| < 1
    Operation("mantissa", 1),  # m of the same
    # conditions
    Operation("lt", 2, BOOL),
    Operation("le", 2, BOOL),
    Operation("eq", 2, BOOL),
    Operation("ne", 2, BOOL),
    Operation("and", 2, BOOL),
    Operation("or", 2, BOOL),
    Operation("not", 1, BOOL),
    # of a pair: its parts, and their sum where both are finite
    Operation("high", 1),
    Operation("low", 1),
    Operation("rounded", 1),
    # elementary functions
    Operation("exp", 1, F64, sp.exp),
    Operation("expm1", 1, F64, cfunctions.expm1),
    Operation("log", 1, F64, sp.log),
    Operation("log1p", 1, F64, cfunctions.log1p),
    Operation("sin", 1, F64, sp.sin),
    Operation("cos", 1, F64, sp.cos),
    Operation("tan", 1, F64, sp.tan),
    Operation("asin", 1, F64, sp.asin),
    Operation("acos", 1, F64, sp.acos),
    Operation("atan", 1, F64, sp.atan),
    Operation("atan2", 2, F64, sp.atan2),
    Operation("sinh", 1, F64, sp.sinh),
    Operation("cosh", 1, F64, sp.cosh),
    Operation("tanh", 1, F64, sp.tanh),
    Operation("asinh", 1, F64, sp.asinh),
    Operation("acosh", 1, F64, sp.acosh),
    Operation("atanh", 1, F64, sp.atanh),
    # special functions of the C library
    Operation("erf", 1, F64, sp.erf),
    Operation("erfc", 1, F64, sp.erfc),
    Operation("gamma", 1, F64, sp.gamma),
    Operation("lgamma", 1),  # log|gamma(x)|
)

OPERATION: dict[str, Operation] = {operation.name: operation for operation in OPERATIONS}
BY_FUNCTION: dict[type, Operation] = {op.function: op for op in OPERATIONS if op.function}
