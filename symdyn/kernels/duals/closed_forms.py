"""Closed forms of V and W, derived, and handed out only after they were held against integrals.

Each of the four expectations is derived by `calculus.gaussian`, in a child process with a limit on
time and memory. What it owes (antiderivatives differentiated back, completed squares, ...) is
judged there, and the form is compared with the integral that it claims to be, to DIGITS digits by a
quadrature that shares nothing with the derivation. A form that is not finite, owes what is not
seen to hold, or differs, is withheld with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb, ctx
from mpmath import mpf, workdps
from sympy import DiracDelta, Expr, Matrix, Rational, Symbol

from symdyn.calculus.gaussian import gaussian_expectation
from symdyn.calculus.obligations import Debts, gathering
from symdyn.calculus.price import weak_derivative
from symdyn.errors import DomainError, SymdynError, UnsupportedError
from symdyn.kernels.duals.activation import Activation
from symdyn.kernels.duals.definition import BITS, Definition
from symdyn.kernels.duals.moments import Moments
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
CORRELATIONS = (Rational(2, 5), Rational(-3, 5))


@dataclass(frozen=True)
class ClosedForm:
    """An expression in q and c, and the facts on which it rests."""

    expr: Expr
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Task:
    """One expectation that may have a closed form, with its function as it is computed."""

    name: str
    activation: Activation
    moments: Moments | SymdynError


def closed_forms(
    activation: Activation, moments: Moments, slope: Moments | SymdynError
) -> dict[str, ClosedForm | str]:
    """A closed form, or why there is none, for each of V, W, dV and dW.

    `moments` and `slope` are those of the activation and of its derivative.
    """
    tasks = [Task(n, activation, slope if n.startswith("d") else moments) for n in NAMES]
    found: dict[str, ClosedForm | str] = {}
    for place, answer in guarded_map(_derived, tasks, jobs=2, timeout=SECONDS):
        found[NAMES[place]] = answer.reason if isinstance(answer, Failure) else answer
    return {name: found[name] for name in NAMES}


def _derived(task: Task) -> ClosedForm | str:
    try:
        return derive(task)
    except SymdynError as problem:
        return str(problem)


def derive(task: Task) -> ClosedForm:
    """One closed form; a SymdynError with the reason if there is none to hand out."""
    z, f = task.activation.z, task.activation.f
    if task.name.startswith("d"):
        f = weak_derivative(f, z, (z,))
    if isinstance(task.moments, SymdynError):
        raise task.moments
    with gathering() as debts:
        if task.name.endswith("V"):
            form = _second(f, z, task)
        else:
            w = Symbol(f"{z.name}_", real=True)
            form = gaussian_expectation(f * f.subs(z, w), (z, w), Matrix([[Q, C * Q], [C * Q, Q]]))
    _require_right(form, task.name, Definition(task.moments))
    _require_paid(debts)
    return ClosedForm(form, tuple(debts.facts))


def _second(f: Expr, z: Symbol, task: Task) -> Expr:
    if f.has(DiracDelta):
        raise DomainError(f"{task.activation.f} jumps, so the square of its slope is infinite")
    return gaussian_expectation(f**2, z, Q)


def _require_right(form: Expr, name: str, definition: Definition) -> None:
    """V against quadrature, W against Mehler's series, whose coefficients are quadratures."""
    for q, c in zip(VARIANCES, CORRELATIONS, strict=True):
        with ctx.workprec(BITS):
            variance, correlation = (arb(x.p) / arb(x.q) for x in (q, c))
            if name.endswith("V"):
                integral = definition.second(variance)
            else:
                integral = definition.product(variance, variance, correlation)
            digits = integral.mid().str(DIGITS + 5, radius=False)
        point = {Q: q, C: c}
        value = evaluate(form.subs(point), {}, DIGITS + 2)
        with workdps(DIGITS + 5):
            _require_equal(value, mpf(digits), form, point)


def _require_equal(value: mpf, integral: mpf, form: Expr, point: dict[Symbol, Rational]) -> None:
    if not abs(value - integral) <= abs(integral) * mpf(10) ** -DIGITS:
        raise UnsupportedError(
            f"the closed form {form} is {value} at {point}, but the integral is {integral}"
        )


def _require_paid(debts: Debts) -> None:
    for owed in debts.obligations:
        verdict = judge(Equal(owed.left, owed.right), owed.where, points=4).verdict
        if verdict in (Verdict.REFUTED, Verdict.UNDECIDED):
            raise UnsupportedError(f"{owed.because}: {owed.left} = {owed.right} is {verdict}")
