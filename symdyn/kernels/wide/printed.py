"""Programs as Python source in ball arithmetic of any precision.

The functions take `a`, the arithmetic (`Balls`), and `x`, the balls of the inputs. Nothing is
rounded at emission: constants are printed as what they are, so that pi has as many digits as asked.
"""

from __future__ import annotations

import ast
from functools import lru_cache, reduce
from pathlib import Path

from sympy import Add, Expr, Integer, Mul, Pow, Rational, S, exp

from symdyn.errors import UnsupportedError
from symdyn.kernels.graph import Node, Program
from symdyn.kernels.operations import BY_FUNCTION
from symdyn.kernels.wide import balls, fixed_point
from symdyn.kernels.wide.balls import Balls


def wide_function(name: str, program: Program) -> str:
    """A function of balls that returns the outputs.

    >>> from sympy import Symbol, pi
    >>> from symdyn.kernels.program import build
    >>> x = Symbol("x")
    >>> print(wide_function("area", build(pi * x**2, [x])))
    def area(a, x):
        v2 = a.mul(x[0], x[0])
        v3 = a.mul(a.pi(), v2)
        return [v3]

    Raises UnsupportedError for operations and constants that balls of integers do not have.
    """
    lines = [
        f"    v{k} = {_call(node.op, [_place(program, j) for j in node.args])}"
        for k, node in enumerate(program.nodes)
        if node.op not in ("input", "const")
    ]
    outputs = ", ".join(_place(program, k) for k in program.outputs)
    return "\n".join([f"def {name}(a, x):", *lines, f"    return [{outputs}]"])


@lru_cache(maxsize=1)
def arithmetic_text() -> str:
    """The source of ball arithmetic, to stand in a module that imports `math`."""
    return "\n\n\n".join(source_of(str(module.__file__)) for module in (fixed_point, balls))


def source_of(file: str) -> str:
    """The definitions in a module's file, without its docstring and its imports."""
    text = Path(file).read_text(encoding="utf-8")
    lines = text.splitlines()
    kept = [
        node
        for node in ast.parse(text).body
        if not isinstance(node, (ast.Import, ast.ImportFrom, ast.Expr))
    ]
    return "\n\n\n".join("\n".join(lines[_start(node) : node.end_lineno]) for node in kept)


def _start(node: ast.stmt) -> int:
    decorators = getattr(node, "decorator_list", [])
    return min([node.lineno, *(part.lineno for part in decorators)]) - 1


def _place(program: Program, k: int) -> str:
    node = program.nodes[k]
    if node.op == "input":
        return f"x[{node.value}]"
    return _constant(node) if node.op == "const" else f"v{k}"


def _constant(node: Node) -> str:
    return _number(node.value) if isinstance(node.value, Expr) else "UNKNOWN"


def _number(value: Expr) -> str:
    """A closed expression."""
    if isinstance(value, Rational):
        return f"a.ratio({int(value.p)}, {int(value.q)})"
    if value is S.Pi:
        return "a.pi()"
    if value is S.NaN:
        return "UNKNOWN"
    if isinstance(value, (Add, Mul)):
        op = "add" if isinstance(value, Add) else "mul"
        return reduce(lambda one, two: _call(op, [one, two]), map(_number, value.args))
    if isinstance(value, Pow) and value.base is not S.Exp1:
        return _power(value.base, value.exp)
    if isinstance(value, exp) or value is S.Exp1:
        return _call("exp", [_number(value.as_base_exp()[1])])
    if value.func in BY_FUNCTION:
        return _call(BY_FUNCTION[value.func].name, [_number(part) for part in value.args])
    raise UnsupportedError(f"the constant {value} cannot be computed in balls of integers")


def _power(base: Expr, exponent: Expr) -> str:
    if exponent.is_negative:
        return _call("div", [_number(Integer(1)), _power(base, -exponent)])
    if isinstance(exponent, Integer):
        return reduce(lambda one, two: _call("mul", [one, two]), [_number(base)] * int(exponent))
    if exponent == S.Half:
        return _call("sqrt", [_number(base)])
    return _call("pow", [_number(base), _number(exponent)])


def _call(op: str, arguments: list[str]) -> str:
    if not hasattr(Balls, op):
        raise UnsupportedError(f"balls of integers have no operation {op}")
    return f"a.{op}({', '.join(arguments)})"
