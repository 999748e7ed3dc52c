"""Records made by hand: the exporters need no judge."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from sympy import exp, symbols

from symdyn.calculus.flows import Flow
from symdyn.calculus.obligations import Obligation
from symdyn.proof.record import Claim, Location, Record
from symdyn.proof.statements import AbstractStatement, Conserved, Equal
from symdyn.proof.verdict import Counterexample, Evidence, Judgement, Verdict

a, b = symbols("a b", real=True)
s, tau, t, u, u0 = symbols("s tau t u u0", positive=True)
FILE = Path("saxe2013.py")

PROVED = Judgement(
    Verdict.PROVED,
    (
        Evidence("normal form", Verdict.PROVED, "both sides are the same polynomial", 0.25),
        Evidence("points", Verdict.ENCLOSED, "balls agree", 0.5, digits=50, points=40),
    ),
)
POINT = Counterexample({"s": "2.5644", "u": "1.3776"}, "1.40802580147", "4.67686367469")
REFUTED = Judgement(
    Verdict.REFUTED,
    (Evidence("points", Verdict.REFUTED, "the sides differ", 0.5, 50, 3, POINT),),
)
UNDECIDED = Judgement(
    Verdict.UNDECIDED, (Evidence("judge", Verdict.UNDECIDED, "no answer within 60 s"),)
)


def claim(statement: AbstractStatement, because: str = "multiply out", **others: Any) -> Claim:
    place = Location(FILE, others.pop("line", 38))
    return Claim(statement, because, place, **{"judgement": PROVED, **others})


def record(name: str, *claims: Claim, **others: Any) -> Record:
    file = others.pop("file", FILE)
    made = Record(
        id=f"{file.name}::{name}",
        name=name,
        doc="A docstring.",
        source=f"def {name}():\n    ...\n",
        location=Location(file, 30),
        claims=claims,
    )
    return replace(made, **others)


def family() -> list[Record]:
    """A flow, what it conserves, and a curve, each with a statement of its own kind."""
    flow = Flow({a: b * (s - a * b) / tau, b: a * (s - a * b) / tau})
    first = record(
        "mode_flow",
        claim(Equal(flow[a], b * (s - a * b) / tau), "steps are infinitesimal"),
        doc="A mode trains its two weights.",
        defined=(("loss", (s - a * b) ** 2 / 2),),
        result=flow,
    )
    second = record("imbalance", claim(Conserved(a**2 - b**2, flow)), premises=(first,))
    curve = s / (1 + (s / u0 - 1) * exp(-2 * s * t / tau))
    third = record(
        "learning_curve",
        claim(Equal(curve, curve), eq="(12)", where=(u0 < s,)),
        given=(u0 < s,),
        premises=(first, second),
        obligations=(Obligation(curve, curve, "an antiderivative of 1/u"),),
        obligation_judgements=(PROVED,),
        facts=("odd functions",),
        result=curve,
    )
    return [first, second, third]


def refuted_record() -> Record:
    wrong = claim(Equal(2 * s * u, 2 * u * (s + u)), "set b = a", judgement=REFUTED)
    return record("wrong_curve", wrong)
