"""Bounds on a whole domain, by boxes that cover it.

search         branch and bound over boxes; refutation at a point
bounds         a function is positive on one box
boxes          products of intervals, of which ends may be infinite
anchors        exact zeros of a function and its derivatives (Taylor's argument)
real_domain    expressions rewritten so that balls at an edge stay real
"""

from symdyn.proof.covering.search import cover, positive

__all__ = ["cover", "positive"]
