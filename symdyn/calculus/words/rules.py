"""Relations between matrices, and the simplest words modulo them.

A rule says that two matrix words are equal: V^T V = I for orthonormal columns, W2^T W2 = W1 W1^T
for balanced layers. Together with its transpose it is turned into rewriting: its largest word (see
`letters` for the order) is replaced by the rest of the equality, wherever it occurs.

Termination: every step replaces a word by smaller ones, and the order admits no infinite descent.
Within traces a step is taken only if the canonical words that it leaves are smaller. A rule between
scalars replaces its largest trace as a whole. Soundness: a
step puts equals for equals. So what reduces to 0 is 0 for all matrices that satisfy the rules.

Completeness is not promised: where two rules overlap, what both say of the overlap becomes a rule
of its own, up to a limit on their number; words may be equal and yet reduce to different ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Expr, S, Symbol

from symdyn.calculus.words.letters import Letter, Word, order
from symdyn.calculus.words.polynomials import Key, MatrixWord, Term, as_word, gathered, identity
from symdyn.calculus.words.polynomials import trace as trace_of
from symdyn.errors import InputError

_MOST_RULES = 60
_MOST_OVERLAPS = 400
_MOST_PASSES = 1000


@dataclass(frozen=True)
class Rule:
    """Two matrix words that are equal; as a condition of a claim, or for `reduced`.

    >>> from symdyn.calculus.words.polynomials import matrix
    >>> V = matrix("V", 3, 2)
    >>> print(Rule(V.T*V, identity(2)))
    V.T*V = I
    """

    left: MatrixWord
    right: MatrixWord

    def __post_init__(self) -> None:
        right = self.left.components(self.right)[0][2]
        object.__setattr__(self, "right", right)
        if self.left == right:
            raise InputError(f"the rule {self} says nothing: both sides are the same")

    @property
    def letters(self) -> tuple[Letter, ...]:
        """The named matrices that it ties together."""
        return (self.left - self.right).letters

    @property
    def free_symbols(self) -> set[Symbol]:
        """All symbols in the coefficients."""
        return self.left.free_symbols | self.right.free_symbols

    def exact_text(self) -> str:
        """A text that tells it apart from every other rule."""
        return f"{self.left.exact_text()} = {self.right.exact_text()}"

    def __str__(self) -> str:
        return f"{self.left} = {self.right}"

    def _latex(self, printer: Any) -> str:
        return f"{printer.doprint(self.left)} = {printer.doprint(self.right)}"


@dataclass(frozen=True)
class Replacement:
    """A word, or the trace of one, and what it is replaced by: smaller words."""

    word: Word
    rest: MatrixWord
    is_trace: bool = False


def orthonormal(columns: MatrixWord) -> Rule:
    """The rule that the columns of a matrix are orthonormal: V^T V = I."""
    return Rule(columns.T * columns, identity(columns.columns))


def reduced(quantity: MatrixWord, *rules: Rule) -> MatrixWord:
    """The simplest form of a matrix word modulo some rules.

    >>> from symdyn.calculus.words.polynomials import matrix
    >>> V, A = matrix("V", 3, 2), matrix("A", 2, 2)
    >>> print(reduced(V*A*V.T*V, orthonormal(V)))
    V*A

    Raises InputError where the rules contradict each other.
    """
    return reduced_by(as_word(quantity), replacements(rules))


def replacements(rules: Sequence[Rule]) -> tuple[Replacement, ...]:
    """What rules say, as replacements of words by smaller ones, overlaps included."""
    waiting = [side for r in rules for side in (r.left - r.right, (r.left - r.right).T)]
    longest = 2 * max((len(w) for p in waiting for (_, w), _ in p.terms), default=0)
    found: list[Replacement] = []
    for _ in range(_MOST_OVERLAPS):
        if not waiting or len(found) >= _MOST_RULES:
            break
        new = _oriented(reduced_by(waiting.pop(0), found))
        if new is None:
            continue
        found.append(new)
        for other in found:
            waiting += _overlaps(new, other, longest) + _overlaps(other, new, longest)
    return tuple(found)


def reduced_by(quantity: MatrixWord, replacements: Sequence[Replacement]) -> MatrixWord:
    """A matrix word in which no replacement applies any more."""
    for _ in range(_MOST_PASSES if replacements else 0):
        steps = [(_step(key, replacements), key, c) for key, c in quantity.terms]
        if not any(step is not None for step, _, _ in steps):
            return quantity
        terms = (term for step, key, c in steps for term in _taken(step, key, c))
        quantity = gathered(*quantity.shape, terms)
    if replacements:
        raise InputError(f"{quantity} is not reduced after {_MOST_PASSES} passes: use fewer rules")
    return quantity


def _taken(step: list[Term] | None, key: Key, coefficient: Expr) -> Iterator[Term]:
    if step is None:
        yield key, coefficient
    else:
        yield from ((new, coefficient * c) for new, c in step)


def _step(key: Key, replacements: Sequence[Replacement]) -> list[Term] | None:
    """One replacement in a term: in its word, or in one of its traces; None if none applies."""
    traces, word = key
    if (changed := _in_word(word, replacements)) is not None:
        return [(((*traces, *more), inner), c) for (more, inner), c in changed]
    for k, cycle in enumerate(traces):
        if (shorter := _in_trace(cycle, replacements)) is not None:
            others = traces[:k] + traces[k + 1 :]
            return [(((*others, *more), word), c) for (more, _), c in shorter.terms]
    return None


def _in_word(word: Word, replacements: Sequence[Replacement]) -> list[Term] | None:
    for replacement in (r for r in replacements if not r.is_trace):
        for i in _places(replacement.word, word):
            before, after = word[:i], word[i + len(replacement.word) :]
            return [
                ((traces, before + inner + after), c)
                for (traces, inner), c in replacement.rest.terms
            ]
    return None


def _in_trace(cycle: Word, replacements: Sequence[Replacement]) -> MatrixWord | None:
    """The trace after a replacement that leaves smaller canonical words."""
    for replacement in replacements:
        if replacement.is_trace and replacement.word == cycle:
            return replacement.rest
    for k in range(len(cycle)):
        turned = cycle[k:] + cycle[:k]
        for replacement in replacements:
            length = len(replacement.word)
            if replacement.is_trace or turned[:length] != replacement.word:
                continue
            after = turned[length:]
            terms = [((t, inner + after), c) for (t, inner), c in replacement.rest.terms]
            new = trace_of(gathered(turned[0].rows, turned[0].rows, terms))
            if all(order(w) < order(cycle) for (traces, _), _ in new.terms for w in traces):
                return new
    return None


def _places(part: Word, word: Word) -> Iterator[int]:
    return (i for i in range(len(word) - len(part) + 1) if word[i : i + len(part)] == part)


def _oriented(equal_to_zero: MatrixWord) -> Replacement | None:
    """The replacement of the largest word; None where there is none to be had."""
    if not equal_to_zero.terms:
        return None
    if equal_to_zero.is_scalar:
        return _oriented_scalar(equal_to_zero)
    (traces, word), coefficient = max(equal_to_zero.terms, key=lambda term: order(term[0][1]))
    same = [key for key, _ in equal_to_zero.terms if key[1] == word]
    if traces or len(same) > 1 or not coefficient.is_nonzero:
        return None
    if not word:
        raise InputError(f"the rules contradict each other: they imply {equal_to_zero} = 0")
    rest = [(key, -c / coefficient) for key, c in equal_to_zero.terms if key[1] != word]
    return Replacement(word, gathered(*equal_to_zero.shape, rest))


def _oriented_scalar(equal_to_zero: MatrixWord) -> Replacement | None:
    """The replacement of the largest trace, where it stands alone and in one term only."""
    every = [w for (traces, _), _ in equal_to_zero.terms for w in traces]
    if not every and any(c.is_nonzero for _, c in equal_to_zero.terms):
        raise InputError(f"the rules contradict each other: they imply {equal_to_zero} = 0")
    if not every:
        return None
    largest = max(every, key=order)
    coefficient = dict(equal_to_zero.terms).get(((largest,), ()), S.Zero)
    if every.count(largest) > 1 or not coefficient.is_nonzero:
        return None
    rest = [(key, -c / coefficient) for key, c in equal_to_zero.terms if key[0] != (largest,)]
    return Replacement(largest, gathered(S.One, S.One, rest), is_trace=True)


def _overlaps(one: Replacement, two: Replacement, longest: int) -> list[MatrixWord]:
    """What vanishes because a word can be rewritten in two ways."""
    found: list[MatrixWord] = []
    if one.is_trace or two.is_trace:
        return found
    for k in range(1, min(len(one.word), len(two.word))):
        if one.word[-k:] == two.word[:k] and len(one.word) + len(two.word) - k <= longest:
            head, tail = _product(one.word[:-k]), _product(two.word[k:])
            found.append(one.rest * tail - head * two.rest)
    inside = None if one == two else _in_word(one.word, [two])
    return found if inside is None else [*found, one.rest - gathered(*one.rest.shape, inside)]


def _product(word: Word) -> MatrixWord:
    return gathered(word[0].rows, word[-1].columns, [(((), word), S.One)])
