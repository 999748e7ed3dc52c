"""Closed forms of V and W, derived, and handed out only after they were held against integrals.

Each of the four expectations is derived by `calculus.gaussian`, in a child process with a limit on
time and memory. What it owes (antiderivatives differentiated back, completed squares, ...) is
judged there, and the form is compared with the integral that it claims to be, to DIGITS digits by a
quadrature that shares nothing with the derivation. A form that is not finite, owes what is not
seen to hold, or differs, is withheld with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import DiracDelta, Expr, Matrix, Rational, Symbol, symbols

from symdyn.calculus.gaussian import gaussian_expectation, gaussian_integral
from symdyn.calculus.obligations import Debts, gathering
from symdyn.calculus.price import weak_derivative
from symdyn.errors import SymdynError, UnsupportedError
from symdyn.kernels.duals.activation import Activation
from symdyn.numerics.precision import evaluate
from symdyn.proof.evidence import judge
from symdyn.proof.statements import Equal
from symdyn.proof.verdict import Verdict
from symdyn.proof.workers import Failure, guarded_map

NAMES = ("V", "W", "dV", "dW")
SECONDS = 40.0  # for each of the four
DIGITS = 30
Q, C = Symbol("q", positive=True), Symbol("c", real=True)
VARIANCES = (Rational(3, 8), Rational(5, 2))
CORRELATIONS = (Rational(2, 5), Rational(-3, 4))


@dataclass(frozen=True)
class ClosedForm:
    """An expression in q and c, and the facts on which it rests."""

    expr: Expr
    facts: tuple[str, ...]


def closed_forms(activation: Activation) -> dict[str, ClosedForm | str]:
    """A closed form, or why there is none, for each of V, W, dV and dW."""
    tasks = [(name, activation) for name in NAMES]
    found: dict[str, ClosedForm | str] = {}
    for place, answer in guarded_map(_derived, tasks, jobs=2, timeout=SECONDS):
        found[NAMES[place]] = answer.reason if isinstance(answer, Failure) else answer
    return {name: found[name] for name in NAMES}


def _derived(task: tuple[str, Activation]) -> ClosedForm | str:
    name, activation = task
    try:
        return derive(name, activation)
    except SymdynError as problem:
        return str(problem)


def derive(name: str, activation: Activation) -> ClosedForm:
    """One closed form; UnsupportedError with the reason if there is none to hand out."""
    z, w = activation.z, Symbol(f"{activation.z.name}_", real=True)
    f = activation.f
    if name.startswith("d"):
        f = weak_derivative(f, z, (z,))
        if name == "dV" and f.has(DiracDelta):
            raise UnsupportedError(f"{activation.f} jumps, so its derivative has no variance")
    with gathering() as debts:
        if name.endswith("V"):
            form = gaussian_expectation(f**2, z, Q)
        else:
            form = gaussian_expectation(f * f.subs(z, w), (z, w), Matrix([[Q, C * Q], [C * Q, Q]]))
    _require_paid(debts)
    if not f.has(DiracDelta):
        _require_equal(form, f, z, w, name)
    return ClosedForm(form, tuple(debts.facts))


def _require_paid(debts: Debts) -> None:
    for owed in debts.obligations:
        verdict = judge(Equal(owed.left, owed.right), owed.where, points=4).verdict
        if verdict in (Verdict.REFUTED, Verdict.UNDECIDED):
            raise UnsupportedError(f"{owed.because}: {owed.left} = {owed.right} is {verdict}")


def _require_equal(form: Expr, f: Expr, z: Symbol, w: Symbol, name: str) -> None:
    for point, integral in _integrals(f, z, w, name):
        there = form.subs(point)
        first, second = (evaluate(side, {}, DIGITS) for side in (there, integral))
        if not abs(first - second) <= abs(second) * 10 ** (2 - DIGITS):
            raise UnsupportedError(
                f"the closed form {form} is {first} at {point}, but the integral is {second}"
            )


def _integrals(
    f: Expr, z: Symbol, w: Symbol, name: str
) -> Iterator[tuple[dict[Symbol, Expr], Expr]]:
    if name.endswith("V"):
        for q in VARIANCES:
            yield {Q: q}, gaussian_integral(f**2, z, q)
        return
    for q, c in zip(VARIANCES, CORRELATIONS, strict=True):
        law = Matrix([[q, c * q], [c * q, q]])
        yield {Q: q, C: c}, gaussian_integral(f * f.subs(z, w), (z, w), law)
