"""The file that `symdyn new` writes: a small derivation that holds as it stands, with comments."""

from __future__ import annotations

import keyword
import re

from symdyn.errors import InputError

_TEXT = '''"""Title of the paper, in one sentence.

First Author and Second Author, "Title as it is printed", journal or arXiv number, section 1.

What else a reader should know. The name of this file is the key of the paper in a bibliography.
Judge it with `symdyn verify {paper}.py`, then make pages of it with
`symdyn export {paper}.py --format html -o pages`.
"""

from sympy import exp, symbols

from symdyn import (
    Conserved,
    Solves,
    claim,
    define,
    derivation,
    derivative_along,
    given,
    gradient_flow,
)

# The letters of the paper, with what is assumed of them. Samples are drawn from that domain.
a, b = symbols("a b", real=True)  # two weights
s, t = symbols("s t", positive=True)  # strength of the signal, time
a0 = symbols("a0", real=True)  # a weight at time 0


# A docstring is a theorem, a body its proof. Ordinary SymPy derives; claim(derived, stated) states
# what the paper prints. The stated side is never used to get there.
@derivation
def descent():
    """Two weights learn the product s by gradient descent."""
    loss = define("loss", (s - a * b) ** 2 / 2)  # a name for the document
    flow = gradient_flow(loss, (a, b))
    claim(flow[a], b * (s - a * b), because="differentiate the loss")
    return flow


# Calling another derivation makes it a premise: if it falls, this one is blocked.
@derivation
def balance():
    """The difference of the squared weights is conserved."""
    difference = a**2 - b**2
    claim(Conserved(difference, descent()), because="the loss depends on a*b only")
    return difference


# given(...) restricts the domain beyond the symbols' assumptions; eq= is the paper's number.
@derivation
def growth():
    """Below the signal, the product of the weights grows."""
    given(a * b < s)
    rate = derivative_along(descent(), a * b)
    return claim(rate, (a**2 + b**2) * (s - a * b), because="product rule", eq="(1)")


# A curve is claimed to solve its flow and to start where it should.
@derivation
def decay():
    """A weight alone with weight decay vanishes exponentially."""
    flow = gradient_flow(a**2 / 2, (a,))
    curve = a0 * exp(-t)
    claim(Solves(flow, {{a: curve}}, t, {{a: a0}}), because="differentiate, and set t = 0")
    return curve
'''
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z", re.ASCII)


def starting_file(paper: str) -> str:
    """A commented derivation file for a paper, which verifies as it is.

    >>> starting_file("author2025").splitlines()[0]
    '\"\"\"Title of the paper, in one sentence.'

    Raises InputError where the name is no bibliography key that Python can import.
    """
    if not _KEY.match(paper) or keyword.iskeyword(paper) or len(paper) > 80:
        raise InputError(
            f"new: {paper!r} cannot name a paper; use its bibliography key, letters, digits and _ "
            "beginning with a letter, such as author2025"
        )
    return _TEXT.format(paper=paper)
