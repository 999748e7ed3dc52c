"""Judge one identity that is typed as text.

The text is read by `symdyn.proof.grammar`, which refuses what is no identity before SymPy is even
imported. Everything after that runs in a child process with a limit on time and memory: SymPy's
rewriting and the judging of the two sides. What SymPy made of the text is compared with the text
itself at points (`symdyn.proof.reading`), so that no verdict rests on a rewriting alone.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from symdyn.errors import DomainError, InputError, SymdynError
from symdyn.proof.grammar import read
from symdyn.proof.verdict import Evidence, Judgement, Verdict, weakest

if TYPE_CHECKING:
    from symdyn.proof.parse import Identity


@dataclass(frozen=True)
class _Question:
    text: str
    where: str
    digits: int
    seed: int


def check(
    text: str, *, where: str = "", digits: int = 50, seed: int = 0, timeout: float = 30.0
) -> Judgement:
    """Judge an identity typed as text, on the domain that its conditions describe.

    >>> check("sin(2*x) = 2*sin(x)*cos(x)").verdict
    <Verdict.PROVED: 'PROVED'>
    >>> check("sqrt(x**2) = x").verdict, check("sqrt(x**2) = x", where="x >= 0").verdict
    (<Verdict.REFUTED: 'REFUTED'>, <Verdict.PROVED: 'PROVED'>)

    Raises InputError where the text or the conditions cannot be read, DomainError where the
    conditions contradict each other or no sample gives both sides a finite value.
    """
    read(text, where)
    # After refusals, which are quick, and before the child is forked: it finds them in memory.
    for module in ("evidence", "parse", "reading"):
        import_module(f"symdyn.proof.{module}")
    from symdyn.proof.workers import Failure, guarded_map

    question = _Question(text, where, digits, seed)
    ((_, answer),) = guarded_map(_answer, [question], jobs=1, timeout=timeout)
    if isinstance(answer, SymdynError):
        raise answer
    if isinstance(answer, Failure):
        return Judgement(Verdict.UNDECIDED, (_no_answer(answer.reason),))
    return answer


def _answer(question: _Question) -> Judgement | SymdynError:
    """What the child process finds out; errors that a user can act on are handed over."""
    from symdyn.proof.parse import parse_identity

    sys.set_int_max_str_digits(0)  # long integers are printed in full by this process only
    try:
        return _judged(parse_identity(question.text, question.where), question)
    except (InputError, DomainError) as error:
        return error
    except SymdynError as error:
        return Judgement(Verdict.UNDECIDED, (_no_answer(str(error)),))
    except Exception as error:  # SymPy raises anything; an answer that failed is no answer
        reason = f"{type(error).__name__} while judging: {error}"
        return Judgement(Verdict.UNDECIDED, (_no_answer(reason),))


def _judged(identity: Identity, question: _Question) -> Judgement:
    from symdyn.proof.evidence import judge
    from symdyn.proof.reading import confirm
    from symdyn.proof.statements import Equal

    judgement = judge(
        Equal(identity.left, identity.right),
        identity.conditions,
        digits=question.digits,
        seed=question.seed,
    )
    doubts = confirm(identity, seed=question.seed)
    if judgement.verdict == Verdict.REFUTED and not doubts:
        return judgement
    verdict = weakest([judgement.verdict, *(doubt.verdict for doubt in doubts)])
    return Judgement(verdict, (*doubts, *judgement.evidence))


def _no_answer(reason: str) -> Evidence:
    return Evidence("limits of one check", Verdict.UNDECIDED, reason)
