"""How large the constants of a typed formula are, before anything is computed.

Decimal arithmetic with twenty digits and a range of 10**(10**18) follows + - * / **, exp, log and
sqrt of constants; what it cannot follow has no known size. A power is only computed when its
exponent is at most 10 000, so that no tower of powers is ever built.
"""

from __future__ import annotations

import ast
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal

from symdyn.proof.vocabulary import LARGEST

_CONTEXT = Context(prec=20, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])
_TOO_LARGE = Decimal("Infinity")
_CONSTANTS = {
    "pi": Decimal("3.1415926535897932385"),
    "E": Decimal("2.7182818284590452354"),
    "EulerGamma": Decimal("0.57721566490153286061"),
    "Catalan": Decimal("0.91596559417721901505"),
    "GoldenRatio": Decimal("1.6180339887498948482"),
}
_LEVELS: tuple[tuple[type[ast.operator], ...], ...] = ((ast.Add, ast.Sub), (ast.Mult, ast.Div))


def chain(node: ast.BinOp) -> list[tuple[type[ast.operator], ast.expr]]:
    """The operands of a sum or a product from left to right, each with the sign before it.

    Python nests x + y - z as (x + y) - z; as a chain it is one level deep however long it is.

    >>> tree = ast.parse("x + y - z", mode="eval").body
    >>> [(op.__name__, part.id) for op, part in chain(tree)]
    [('Add', 'x'), ('Add', 'y'), ('Sub', 'z')]
    """
    level = next((ops for ops in _LEVELS if isinstance(node.op, ops)), (type(node.op),))
    links: list[tuple[type[ast.operator], ast.expr]] = []
    here: ast.expr = node
    while isinstance(here, ast.BinOp) and isinstance(here.op, level):
        links.append((type(here.op), here.right))
        here = here.left
    links.append((level[0], here))
    return links[::-1]


def magnitude(node: ast.expr) -> Decimal | None:
    """The value of a constant to about twenty digits; None where it is not constant or not known.

    >>> magnitude(ast.parse("2**10 - exp(0)", mode="eval").body)
    Decimal('1023')
    >>> magnitude(ast.parse("9**9**9", mode="eval").body)
    Decimal('Infinity')
    """
    value = _magnitude(node)
    return None if value is None or value.is_nan() else value


def size_of_power(base: ast.expr, exponent: ast.expr) -> float:
    """Decimal digits of a constant power, before or after the point; 0 where it is not constant."""
    below, above = magnitude(base), magnitude(exponent)
    if below is None or above is None or below == 0:
        return 0.0
    return float(abs(_CONTEXT.log10(abs(below)) * above))


def _magnitude(node: ast.expr) -> Decimal | None:
    match node:
        case ast.Constant(value=int() | float()):
            return _CONTEXT.create_decimal(node.kind or str(node.value))
        case ast.Name(id=name):
            return _CONSTANTS.get(name)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            value = _magnitude(operand)
            return -value if value is not None and isinstance(node.op, ast.USub) else value
        case ast.BinOp(op=ast.Pow()):
            return _power(_magnitude(node.left), _magnitude(node.right))
        case ast.BinOp():
            return _chained(chain(node))
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            return _call(name, _magnitude(argument))
    return None


def _chained(links: list[tuple[type[ast.operator], ast.expr]]) -> Decimal | None:
    total: Decimal | None = None
    for op, part in links:
        value = _magnitude(part)
        if value is None:
            return None
        total = value if total is None else _operate(op, total, value)
    return total


def _operate(op: type[ast.operator], left: Decimal, right: Decimal) -> Decimal:
    if op is ast.Add:
        return _CONTEXT.add(left, right)
    if op is ast.Sub:
        return _CONTEXT.subtract(left, right)
    if op is ast.Mult:
        return _CONTEXT.multiply(left, right)
    return _CONTEXT.divide(left, right)


def _power(base: Decimal | None, exponent: Decimal | None) -> Decimal | None:
    if base is None or exponent is None:
        return None
    if abs(exponent) > LARGEST and abs(base) not in (0, 1):
        return _TOO_LARGE
    return _CONTEXT.power(base, exponent)


def _call(name: str, value: Decimal | None) -> Decimal | None:
    if value is None:
        return None
    if name == "exp":
        return _CONTEXT.exp(value) if abs(value) <= LARGEST else _TOO_LARGE
    if name in ("log", "ln"):
        return _CONTEXT.ln(value)
    if name == "sqrt":
        return _CONTEXT.sqrt(value)
    if name == "Abs":
        return abs(value)
    return None
