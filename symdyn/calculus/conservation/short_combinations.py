"""Polynomials replaced by short combinations of them.

The span over the rational numbers stays the same. Polynomials in reduced echelon form share few
leading monomials, but have more terms and larger coefficients than need be: a^2 - b^2 and
b^2 - c^2 may be found as a^2 - c^2 and b^2 - c^2. Lattice reduction (LLL) of the coefficients finds
combinations that are short.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import reduce

from flint import fmpz, fmpz_mat, fmpz_mpoly

from symdyn.calculus.monomials import Powers

_MOST_ENTRIES = 100_000


def shorter(polynomials: Sequence[fmpz_mpoly], variables: int) -> list[fmpz_mpoly]:
    """Primitive polynomials with the same span, those with high leading monomials first.

    The first letters are variables, the others constants.

    >>> from symdyn.calculus.conservation.fields import letters_ring
    >>> a, b, c, d = letters_ring(4).gens()
    >>> [str(p) for p in shorter([a**2 + 2*b**2 - 3*c**2, 2*b**2 - 2*c**2], 4)]
    ['l0^2 - l1^2', 'l1^2 - l2^2']
    """
    own = [primitive(p, variables) for p in polynomials]
    terms = [polynomial.to_dict() for polynomial in own]
    powers = sorted({power for term in terms for power in term}, reverse=True)
    if len(own) > 1 and len(own) * len(powers) <= _MOST_ENTRIES:
        ring = own[0].context()
        reduced = fmpz_mat([[int(t.get(p, 0)) for p in powers] for t in terms]).lll().tolist()
        combined = (ring.from_dict(dict(zip(powers, row, strict=True))) for row in reduced)
        own = [primitive(polynomial, variables) for polynomial in combined]
    return sorted(own, key=lambda p: sorted(p.monoms(), reverse=True), reverse=True)


def primitive(polynomial: fmpz_mpoly, variables: int) -> fmpz_mpoly:
    """Without a factor that is free of the variables; the first coefficient is positive.

    >>> from symdyn.calculus.conservation.fields import letters_ring
    >>> x, y, k = letters_ring(3).gens()
    >>> str(primitive(-2*k*x - 2*k*y, 2))
    'l0 + l1'
    """
    ring = polynomial.context()
    by_power: defaultdict[Powers, dict[Powers, fmpz]] = defaultdict(dict)
    for powers, coefficient in polynomial.to_dict().items():
        by_power[powers[:variables]][(0,) * variables + powers[variables:]] = coefficient
    leading = max(by_power, key=lambda powers: (sum(powers), powers))
    common = reduce(lambda a, b: a.gcd(b), map(ring.from_dict, by_power.values()))
    is_negative = ring.from_dict(by_power[leading]).leading_coefficient() < 0
    return (polynomial // common) * (-1 if is_negative else 1)
