"""Whether two matrix words are equal, for all matrices that satisfy some rules.

    REFUTED   explicit small matrices that respect all symmetries and rules, at which an entry of
              the two sides differs
    PROVED    the difference reduces to 0 in the free algebra of words with transposes, modulo the
              rules, and the sides agree at explicit matrices
    ENCLOSED  they agree at all explicit matrices tried, and that is all

Soundness of the proof: every step (the product is associative and bilinear, (u v)^T = v^T u^T,
tr(u v) = tr(v u), 1 x 1 products commute, one side of a rule for the other) holds for real matrices
of all shapes that fit, so the sides are equal for all of them. A coefficient that is not
identically 0 counts as 0 only if `prove`, the zero test of scalars, says so. The converse fails: at
some sizes words may be equal for other reasons, as all of them commute at size 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

from flint import fmpq, fmpq_mat
from sympy import Expr, Rational, S, Tuple
from sympy.logic.boolalg import Boolean

from symdyn.calculus.words.evaluation import products
from symdyn.calculus.words.polynomials import MatrixWord
from symdyn.calculus.words.rules import Rule, reduced
from symdyn.errors import DomainError
from symdyn.proof.comparison import Outcome, compare
from symdyn.proof.domain import Domain
from symdyn.proof.matrices.exact import EXACT, GUARD_DIGITS, rational, sum_of
from symdyn.proof.matrices.points import MatrixPoint, entry_text, matrix_points, symbols_in, tied
from symdyn.proof.stand_ins import has_undefined, stand_in
from symdyn.proof.verdict import Counterexample, Evidence, Judgement, Verdict

MATRICES = 8  # explicit points at which two words are compared
_METHOD = "explicit matrices"
_SHOWN_RULES = 3

ZeroTest = Callable[[Expr, Domain], Evidence | None]


def judge_words(
    name: str,
    left: MatrixWord,
    right: MatrixWord,
    where: Sequence[Boolean | Rule],
    zero_test: ZeroTest,
    *,
    digits: int,
    seed: int,
    points: int | None,
) -> Judgement:
    """Compare two matrix words at explicit matrices, then try to prove that they are equal."""
    rules = [c for c in where if isinstance(c, Rule)]
    conditions = [c for c in where if not isinstance(c, Rule)]
    rules = tied(rules, {*left.letters, *right.letters})
    domain, values = Domain.of(symbols_in((left, right, *rules)), conditions).solved()
    if values:
        left, right = left.subs(values), right.subs(values)
        rules = [Rule(rule.left.subs(values), rule.right.subs(values)) for rule in rules]
    seen = _seen(name, left, right, rules, domain.conditions, digits, seed, points or MATRICES)
    if seen.verdict == Verdict.REFUTED:
        return Judgement(seen.verdict, (seen,))
    proof = _proved(left, right, rules, domain, zero_test)
    if proof is not None and seen.verdict.holds:
        return Judgement(Verdict.PROVED, (proof, seen))
    if seen.verdict.holds and any(has_undefined(c) for _, c in (*left.terms, *right.terms)):
        reason = "holds for the functions tried, but is not proved for every function"
        seen = Evidence(_METHOD, Verdict.UNDECIDED, reason, seen.seconds, digits, seen.points)
    return Judgement(seen.verdict, (seen,))


def _proved(
    left: MatrixWord,
    right: MatrixWord,
    rules: Sequence[Rule],
    domain: Domain,
    zero_test: ZeroTest,
) -> Evidence | None:
    start = perf_counter()
    rest = reduced(left - right, *rules)
    if any(zero_test(coefficient, domain) is None for _, coefficient in rest.terms):
        return None
    told = "; ".join(map(str, rules[:_SHOWN_RULES])) + ("; ..." * (len(rules) > _SHOWN_RULES))
    detail = "normal form of words" + (f" modulo {told}" if rules else "")
    return Evidence("normal form of words", Verdict.PROVED, detail, perf_counter() - start)


def _seen(
    name: str,
    left: MatrixWord,
    right: MatrixWord,
    rules: Sequence[Rule],
    conditions: Sequence[Boolean],
    digits: int,
    seed: int,
    points: int,
) -> Evidence:
    """What explicit matrices say."""
    start = perf_counter()
    left, right = _concrete(left, right)
    agreed, unclear = 0, ""
    places = matrix_points(
        (left, right), rules, conditions, points=points, digits=digits, seed=seed
    )
    for place in places:
        found = _compared(left, right, place, digits)
        if found.outcome == Outcome.DIFFER:
            return _refutation(name, place, found, agreed, digits, perf_counter() - start)
        if found.outcome == Outcome.UNCLEAR:
            unclear = unclear or found.reason
        agreed += found.outcome == Outcome.AGREE
    seconds = perf_counter() - start
    if not agreed and not unclear:
        raise DomainError(
            f"no sample gives both sides of {left} = {right} a finite value; restrict the domain"
        )
    if unclear:
        return Evidence(_METHOD, Verdict.UNDECIDED, unclear, seconds, 0, agreed)
    detail = f"{agreed} sets of matrices, {digits} digits"
    return Evidence(_METHOD, Verdict.ENCLOSED, detail, seconds, digits, agreed)


@dataclass(frozen=True)
class _Entries:
    """How two sides compare in the entry that tells most, and which entry that is."""

    outcome: Outcome
    left: str = ""
    right: str = ""
    entry: tuple[int, int] = (0, 0)
    is_rigorous: bool = False
    reason: str = ""


def _compared(left: MatrixWord, right: MatrixWord, place: MatrixPoint, digits: int) -> _Entries:
    numbers = {**place.sizes, **place.scalars}
    size = int(left.rows.xreplace(place.sizes))
    ours, theirs = (
        [(c.xreplace(numbers), m) for c, m in products(side, place.matrices, EXACT, size)]
        for side in (left, right)
    )
    shape = size, int(left.columns.xreplace(place.sizes))
    if place.is_exact and not all(c.is_Rational for c, _ in (*ours, *theirs)):
        return _by_entries(ours, theirs, shape, digits)
    one, two = _fractions(ours, digits), _fractions(theirs, digits)
    if place.is_exact:
        return _exactly(one, two, shape)
    return _within_error(one, two, shape, digits)


Fractions = list[fmpq_mat]
Terms = list[tuple[Expr, fmpq_mat]]


def _fractions(terms: Terms, digits: int) -> Fractions:
    return [m * rational(c, digits + 2 * GUARD_DIGITS) for c, m in terms]


def _exactly(left: Fractions, right: Fractions, shape: tuple[int, int]) -> _Entries:
    zero = fmpq_mat(*shape)
    one, two = sum_of([zero, *left]), sum_of([zero, *right])
    for i in range(shape[0]):
        for j in range(shape[1]):
            if one[i, j] != two[i, j]:
                texts = entry_text(one[i, j], True), entry_text(two[i, j], True)
                return _Entries(Outcome.DIFFER, *texts, (i, j), True)
    return _Entries(Outcome.AGREE)


def _within_error(
    left: Fractions, right: Fractions, shape: tuple[int, int], digits: int
) -> _Entries:
    """Entries at matrices that satisfy the rules to more digits than are asked for."""
    zero = fmpq_mat(*shape)
    one, two = sum_of([zero, *left]), sum_of([zero, *right])
    scale = max((abs(x) for m in (*left, *right) for x in m.entries()), default=fmpq(0))
    apart = [(abs(one[i, j] - two[i, j]), i, j) for i in range(shape[0]) for j in range(shape[1])]
    worst, i, j = max(apart)
    if worst <= scale / 10**digits:
        return _Entries(Outcome.AGREE)
    texts = entry_text(one[i, j], False), entry_text(two[i, j], False)
    if worst > scale / 10 ** (digits // 2):
        return _Entries(Outcome.DIFFER, *texts, (i, j))
    return _Entries(Outcome.UNCLEAR, *texts, (i, j), reason="entries agree to half the digits")


def _by_entries(left: Terms, right: Terms, shape: tuple[int, int], digits: int) -> _Entries:
    """Entries with coefficients that are no fractions, compared as scalars are."""
    outcome = Outcome.NO_VALUE
    for i in range(shape[0]):
        for j in range(shape[1]):
            found = compare(_entry(left, i, j), _entry(right, i, j), {}, digits)
            if found.outcome != Outcome.AGREE:
                told = found.left, found.right, (i, j), found.is_rigorous, found.reason
                return _Entries(found.outcome, *told)
            outcome = found.outcome
    return _Entries(outcome)


def _entry(terms: Terms, i: int, j: int) -> Expr:
    return sum((c * Rational(int(m[i, j].p), int(m[i, j].q)) for c, m in terms), S.Zero)


def _concrete(left: MatrixWord, right: MatrixWord) -> tuple[MatrixWord, MatrixWord]:
    """The sides with the same stand-ins for undefined functions."""
    every = Tuple(*(c for _, c in (*left.terms, *right.terms)))
    if not has_undefined(every):
        return left, right
    values: Mapping[Expr, Expr] = dict(zip(every, stand_in(every), strict=True))
    return left.apply(lambda c: values[c]), right.apply(lambda c: values[c])


def _refutation(
    name: str, place: MatrixPoint, found: _Entries, agreed: int, digits: int, seconds: float
) -> Evidence:
    example = Counterexample(place.text(), found.left, found.right, found.is_rigorous)
    entry = f"entry ({found.entry[0] + 1}, {found.entry[1] + 1})"
    detail = f"the sides differ{' in ' + name if name else ''} in {entry} at {example}"
    return Evidence(_METHOD, Verdict.REFUTED, detail, seconds, digits, agreed + 1, example)
