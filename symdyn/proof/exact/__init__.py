"""Exact arithmetic with expressions: a tower of generators over the rational numbers.

    field           quotients of polynomials in generators, reduced modulo their relations
    algebraic       zero test of algebraic numbers by a root bound
    span            rational-linear relations between exponents or angles
    powers          exponentials, logarithms, roots, symbolic powers
    circular        sines, cosines; angles, inverses and hyperbolic functions beside them
    gammas, bessel, hypergeometric, pieces, integrals      the other functions
    translation     from a SymPy expression to a quotient; one rule per function

`symdyn.proof.normal_form` is the way in.
"""
