"""Reads a typed identity as a syntax tree and refuses what is not mathematics.

    sin(x)**2 + cos(x)**2 = 1        where   -1 < c < 1, n in Integers

The text is parsed by Python's `ast`, never evaluated, and every node of the tree must be on a short
list: numbers, names, + - * / **, calls of known functions, and the few forms that bind a name
(integrate, Sum, Product, limit, diff). The size of every constant is estimated before anything is
computed. Nothing here imports SymPy; `symdyn.proof.parse` turns the tree into expressions.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from symdyn.errors import InputError
from symdyn.proof.magnitude import chain, magnitude, size_of_power
from symdyn.proof.spelling import MOST_DEPTH, check_spelling, refuse, shown
from symdyn.proof.vocabulary import (
    BINDERS,
    BY_NAME,
    CALLABLE,
    CONSTANTS,
    DERIVATIVES,
    INFINITY,
    INSTEAD,
    LARGEST,
    LETTERS,
    SETS,
)

MOST_NODES = 5_000
MOST_POWER_DIGITS = 50_000
MOST_POWER_HEIGHT = 3

Names = frozenset[str]


@dataclass(frozen=True)
class Sentence:
    """The two sides and the conditions of an identity, as trees that hold nothing forbidden."""

    left: ast.expr
    right: ast.expr
    conditions: tuple[ast.Compare, ...]
    names: Names


def read(text: str, where: str = "") -> Sentence:
    """Read an identity and its conditions, or raise an InputError that says what to write instead.

    >>> sorted(read("Sum(k, (k, 1, n)) = n*(n + 1)/2", "n in Naturals").names)
    ['n']
    """
    sides = _split_sides(check_spelling(text, "the identity"))
    left, right = (_tree(side) for side in sides)
    names = _admit(left) | _admit(right)
    _one_meaning(left, right)
    conditions = tuple(_conditions(check_spelling(where, "the condition"), names))
    return Sentence(left, right, conditions, names)


# Sides and conditions --------------------------------------------------------------------------

_EQUALS = re.compile(r"[<>!]=|==|=|[<>]")
_ASSIGNMENT = re.compile(r"(?<![<>=!])=(?!=)")


def _split_sides(text: str) -> tuple[str, str]:
    """The texts on both sides of the one `=` or `==` that stands outside all brackets."""
    if not text.strip():
        raise InputError("the identity is empty; write LHS = RHS, as in sin(x)**2 + cos(x)**2 = 1")
    signs = [
        match
        for match in _EQUALS.finditer(text)
        if text.count("(", 0, match.start()) == text.count(")", 0, match.start())
    ]
    equals = [match for match in signs if match.group() in ("=", "==")]
    if len(signs) > len(equals):
        raise refuse("an inequality is not an identity", text, "write LHS = RHS")
    if not equals:
        raise refuse("no = between two sides", text, "write LHS = RHS")
    if len(equals) > 1:
        raise refuse("more than one =", text, "check one identity at a time")
    left, right = text[: equals[0].start()], text[equals[0].end() :]
    if not left.strip() or not right.strip():
        raise refuse("one side is empty", text, "write LHS = RHS")
    return left, right


def _conditions(text: str, names: Names) -> Iterable[ast.Compare]:
    """The comparisons that a comma or `and` separates."""
    if not text.strip():
        return
    if _ASSIGNMENT.search(text):
        raise refuse("not a comparison", text, "write == for an equation, as in a == 2")
    tree = _tree(text)
    for part in tree.elts if isinstance(tree, ast.Tuple) else [tree]:
        for node in part.values if isinstance(part, ast.BoolOp) else [part]:
            yield _condition(node, names)


def _condition(node: ast.expr, names: Names) -> ast.Compare:
    if not isinstance(node, ast.Compare):
        raise refuse("not a condition", node, "write comparisons: a > 0, 0 <= c < 1, n in Integers")
    if any(isinstance(op, ast.In) for op in node.ops):
        mentioned = _membership(node)
    else:
        mentioned = _comparison(node, 1)
    for name in sorted(mentioned - names):
        raise refuse(
            "a condition on a name that stands free nowhere in the identity",
            name,
            "remove it" + _close(name, names),
        )
    return node


def _membership(node: ast.Compare) -> Names:
    target = node.comparators[0]
    if len(node.ops) > 1 or not isinstance(node.left, ast.Name) or node.left.id in CONSTANTS:
        raise refuse("not a condition", node, "write one name in one set, as in n in Integers")
    if not isinstance(target, ast.Name) or target.id not in SETS:
        raise refuse("not a known set", target, f"known: {', '.join(SETS)}; or write 0 < x < 1")
    return frozenset({node.left.id})


_ORDERS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.NotEq, ast.Eq)


def _comparison(node: ast.Compare, depth: int) -> Names:
    if not all(isinstance(op, _ORDERS) for op in node.ops):
        raise refuse("not a comparison", node, "compare with <, <=, >, >=, == or !=")
    return _union(_bound(side, depth + 1) for side in (node.left, *node.comparators))


# The tree --------------------------------------------------------------------------------------


def _tree(text: str) -> ast.expr:
    """The tree of a text; decimal numbers keep their digits as the `kind` of their node."""
    source = "(" + " ".join(text.split()) + ")"
    try:
        tree = ast.parse(source, mode="eval").body
    except SyntaxError:
        raise refuse("cannot be read", text, "write products with * and powers with **") from None
    except (RecursionError, MemoryError, ValueError):
        raise refuse(f"nested deeper than {MOST_DEPTH}", text, "name the parts apart") from None
    nodes = list(ast.walk(tree))
    if len(nodes) > MOST_NODES:
        raise refuse(f"{len(nodes)} parts, more than {MOST_NODES}", text, "check it in parts")
    for node in nodes:
        if isinstance(node, ast.Constant):
            node.kind = source.encode()[node.col_offset : node.end_col_offset].decode()
    return tree


def _union(sets: Iterable[Names]) -> Names:
    return frozenset().union(*sets)


def _admit(node: ast.expr, depth: int = 0, height: int = 0) -> Names:
    """The names that stand free in an expression, if every part of it is allowed."""
    if depth > MOST_DEPTH:
        raise refuse(f"nested deeper than {MOST_DEPTH}", node, "name the parts apart")
    reader = _READERS.get(type(node))
    if reader is None:
        raise refuse("not part of a formula", node, _HINTS.get(type(node), "write it out"))
    return reader(node, depth, height)


def _admit_number(node: ast.Constant, depth: int, height: int) -> Names:
    if type(node.value) not in (int, float):
        raise refuse("not a number", node, "write numbers as 2, 1/3 or 0.25, and I for sqrt(-1)")
    return frozenset()


def _admit_name(node: ast.Name, depth: int, height: int) -> Names:
    if node.id in CONSTANTS:
        return frozenset()
    if node.id == INFINITY:
        raise refuse("not a number", node, "oo stands only in bounds and as the point of a limit")
    if node.id in CALLABLE and node.id not in LETTERS:
        raise refuse("a function without an argument", node, f"write {node.id}(x)")
    return frozenset({node.id})


def _admit_sign(node: ast.UnaryOp, depth: int, height: int) -> Names:
    if not isinstance(node.op, ast.USub | ast.UAdd):
        raise refuse("not part of a formula", node, "write -x")
    return _admit(node.operand, depth + 1, height)


def _admit_operation(node: ast.BinOp, depth: int, height: int) -> Names:
    if isinstance(node.op, ast.Pow):
        return _admit_power(node, depth, height)
    for op, _ in chain(node):
        if op not in (ast.Add, ast.Sub, ast.Mult, ast.Div):
            raise refuse("not part of a formula", node, "write + - * / **")
    return _union(_admit(part, depth + 1, height) for _, part in chain(node))


def _admit_power(node: ast.BinOp, depth: int, height: int) -> Names:
    base = _admit(node.left, depth + 1, height)
    exponent = _admit_exponent(node.right, depth, height)
    if size_of_power(node.left, node.right) > MOST_POWER_DIGITS:
        raise refuse(f"a constant of more than {MOST_POWER_DIGITS} digits", node, "use a symbol")
    return base | exponent


def _admit_exponent(node: ast.expr, depth: int, height: int) -> Names:
    names = _admit(node, depth + 1, height + 1)
    size = magnitude(node)
    if size is not None and not abs(size) <= LARGEST:
        raise refuse(f"an exponent beyond {LARGEST}", node, "use a symbol for it")
    if size is None and height >= MOST_POWER_HEIGHT:
        raise refuse(f"a tower of more than {MOST_POWER_HEIGHT} powers", node, "name a part apart")
    return names


def _admit_call(node: ast.Call, depth: int, height: int) -> Names:
    if not isinstance(node.func, ast.Name):
        raise refuse("not a function", node.func, "call functions by their plain names, as sin(x)")
    name = node.func.id
    if name not in CALLABLE:
        raise refuse("an unknown function", name, "write products with *" + _close(name, CALLABLE))
    if node.keywords or any(isinstance(part, ast.Starred) for part in node.args):
        raise refuse("arguments by name or with a star", node, "write them in their order")
    for names, form in _FORMS:
        if name in names:
            return form(node, depth + 1, height)
    return _admit_function(node, depth, height)


def _admit_function(node: ast.Call, depth: int, height: int) -> Names:
    function = BY_NAME[_name(node)]
    if len(node.args) not in function.counts:
        counts = " or ".join(map(str, function.counts[:2]))
        raise refuse(f"{function.name} takes {counts} argument(s)", node, "give it as many")
    if function.name == "exp":
        return _admit_exponent(node.args[0], depth, height)
    for part, most in zip(node.args, function.most, strict=False):
        size = magnitude(part)
        if most and size is not None and not abs(size) <= most:
            raise refuse(f"{function.name} beyond {most}", node, "use a symbol for the argument")
    return _union(_admit(part, depth + 1, height) for part in node.args)


# Forms that bind a name ------------------------------------------------------------------------


def _bound(node: ast.expr, depth: int) -> Names:
    """A bound of an integral or sum, or the point of a limit: an expression, oo or -oo."""
    inner = node.operand if isinstance(node, ast.UnaryOp) else node
    if isinstance(inner, ast.Name) and inner.id == INFINITY:
        return frozenset()
    return _admit(node, depth)


def _variable(node: ast.expr, form: ast.AST) -> str:
    if not isinstance(node, ast.Name):
        raise refuse("not a variable", node, f"name a plain symbol in {shown(form)}")
    if node.id in (*CONSTANTS, INFINITY) or (node.id in CALLABLE and node.id not in LETTERS):
        raise refuse("not a variable", node, "it has a fixed meaning; use another letter")
    return node.id


def _admit_range(node: ast.Call, depth: int, height: int) -> Names:
    """integrate, Sum and Product: later ranges are the outer ones, so they are read first."""
    example = f"{_name(node)}(f, (x, a, b))"
    if len(node.args) < 2:
        raise refuse("no range", node, f"write {example}")
    names = _admit(node.args[0], depth, height)
    for limits in node.args[1:]:
        if not isinstance(limits, ast.Tuple) or len(limits.elts) != 3:
            raise refuse("not a range", limits, f"write {example}")
        variable, *ends = limits.elts
        names = (names - {_variable(variable, node)}) | _union(_bound(e, depth) for e in ends)
    return names


def _admit_limit(node: ast.Call, depth: int, height: int) -> Names:
    if len(node.args) not in (3, 4):
        raise refuse("not a limit", node, "write limit(f, x, a), and 1 or -1 for the side")
    body, variable, point, *side = node.args
    if side and magnitude(side[0]) not in (1, -1):
        raise refuse("not a side", side[0], "write 1 for x > a or -1 for x < a")
    names = _admit(body, depth, height) - {_variable(variable, node)}
    return names | _bound(point, depth)


def _admit_derivative(node: ast.Call, depth: int, height: int) -> Names:
    """diff(f, x, n, y, m): a count may follow each variable."""
    if len(node.args) < 2 or isinstance(node.args[1], ast.Constant):
        raise refuse("no variable", node, "write diff(f, x) or diff(f, x, 2)")
    names = _admit(node.args[0], depth, height)
    for part in node.args[1:]:
        if isinstance(part, ast.Constant):
            if type(part.value) is not int or not 0 <= part.value <= 20:
                raise refuse("not an order of a derivative", part, "write 1 to 20")
        else:
            names |= {_variable(part, node)}
    return names


def _admit_pieces(node: ast.Call, depth: int, height: int) -> Names:
    example = "write Piecewise((f, x > 0), (g, True))"
    if not node.args:
        raise refuse("no pieces", node, example)
    names: Names = frozenset()
    for pair in node.args:
        if not isinstance(pair, ast.Tuple) or len(pair.elts) != 2:
            raise refuse("not a piece", pair, example)
        value, condition = pair.elts
        names |= _admit(value, depth, height)
        if isinstance(condition, ast.Compare):
            names |= _comparison(condition, depth)
        elif not (isinstance(condition, ast.Constant) and condition.value is True):
            raise refuse("not a condition", condition, example)
    return names


def _admit_lists(node: ast.Call, depth: int, height: int) -> Names:
    if len(node.args) != 3 or not all(isinstance(part, ast.Tuple) for part in node.args[:2]):
        raise refuse("not a hypergeometric function", node, "write hyper((a, b), (c,), z)")
    upper, lower, argument = node.args
    parts = [e for group in (upper, lower) if isinstance(group, ast.Tuple) for e in group.elts]
    return _union(_admit(part, depth, height) for part in (*parts, argument))


_Reader = Callable[..., Names]

_FORMS: tuple[tuple[tuple[str, ...], _Reader], ...] = (
    (("limit", "Limit"), _admit_limit),
    (tuple(BINDERS), _admit_range),
    (DERIVATIVES, _admit_derivative),
    (("Piecewise",), _admit_pieces),
    (("hyper",), _admit_lists),
)
_READERS: dict[type[ast.expr], _Reader] = {
    ast.Constant: _admit_number,
    ast.Name: _admit_name,
    ast.UnaryOp: _admit_sign,
    ast.BinOp: _admit_operation,
    ast.Call: _admit_call,
}
_HINTS: dict[type[ast.expr], str] = {
    ast.Attribute: "attributes are not read; call functions by their plain names",
    ast.Lambda: "use lam",
    ast.Tuple: "write one value; ranges stand inside integrate, Sum and Product",
    ast.Compare: "comparisons stand only in --where and in Piecewise",
    ast.BoolOp: "comparisons stand only in --where and in Piecewise",
    ast.IfExp: "write Piecewise((f, x > 0), (g, True))",
    ast.GeneratorExp: "write Sum(f, (k, a, b))",
    ast.Starred: "write the arguments in their order",
}


# Names -----------------------------------------------------------------------------------------


def _name(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _close(name: str, known: Iterable[str]) -> str:
    """A hint at the name that was meant, if one is near."""
    if name in INSTEAD:
        return f", or {INSTEAD[name]}"
    near = get_close_matches(name, list(known), n=1)
    return f", or {near[0]}" if near else ""


def _one_meaning(*trees: ast.expr) -> None:
    """A letter such as gamma is a function or a quantity, not both."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    called = {_name(node) for node in nodes if isinstance(node, ast.Call)}
    functions = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    plain = {n.id for n in nodes if isinstance(n, ast.Name) and id(n) not in functions}
    for name in sorted(called & plain):
        raise refuse("a name used as a function and as a symbol", name, f"write {name}1 for one")
