"""Sound proofs of signs on a whole domain; an empty-handed answer means nothing.

search         rules, polynomials and comparisons of squares, tried in turn
rules          the sign of a function value, one rule per function
polynomials    rational expressions in parts of known range, under polynomial conditions
coefficients   a polynomial on a box, by the signs of its coefficients
ranges         ranges of parts, and the inequalities among conditions
"""

from symdyn.proof.signs.search import is_nonnegative, is_nonzero, is_positive, is_real, signs_on

__all__ = ["is_nonnegative", "is_nonzero", "is_positive", "is_real", "signs_on"]
