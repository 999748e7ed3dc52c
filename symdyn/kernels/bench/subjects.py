"""What is timed: a result of the library by its id, or a formula typed as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sympy import Symbol

from symdyn.errors import InputError
from symdyn.kernels.kernel import Kernel, kernel
from symdyn.proof.collect import Collected, collect
from symdyn.proof.formula import parse_formula


@dataclass(frozen=True)
class Formula:
    """A formula, its arguments in order, and where it is meant to hold; all as text.

    >>> Formula("sqrt(x + 1) - sqrt(x)", "x", "x >= 0").kernels([2.0])[0].name
    'sqrt(x + 1) - sqrt(x)'
    """

    text: str
    args: str
    where: str = ""

    def kernels(self, targets: Sequence[float]) -> list[Kernel]:
        """Its kernel for every target, named as it was typed."""
        expr, conditions = parse_formula(self.text, self.where)
        symbols = {
            symbol.name: symbol for symbol in expr.free_symbols if isinstance(symbol, Symbol)
        }
        names = [name.strip() for name in self.args.split(",") if name.strip()]
        if sorted(names) != sorted(symbols):
            there = ", ".join(sorted(symbols)) or "none"
            raise InputError(
                f"arguments {self.args!r} of {self.text}: give each symbol of the formula once, "
                f"separated by commas; there are {there}"
            )
        args = [symbols[name] for name in names]
        made = (kernel(expr, args, domain=list(conditions), target=t) for t in targets)
        return [replace(one, name=self.text) for one in made if isinstance(one, Kernel)]


@dataclass(frozen=True)
class Result:
    """A result of the library, or of a file, by its id."""

    id: str

    def kernels(self, targets: Sequence[float]) -> list[Any]:
        """Its kernel for every target."""
        return [kernel(self.id, target=target) for target in targets]


def elementwise() -> list[str]:
    """Ids of the results of the library that become kernels of numbers, the best known first."""
    found = [item for item in collect() if isinstance(item, Collected) and item.derivation.kernel]
    scalar = [one for one in found if all(isinstance(a, Symbol) for a in one.derivation.kernel)]
    named = [one.derivation.id(**one.fixed) for one in scalar]
    ids = [name if name.endswith(")") else f"{name}()" for name in named]
    return sorted(ids, key=lambda name: not name.endswith("arccos(degree=1)"))
