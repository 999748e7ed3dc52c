"""Which invariants are generators, and in what form they are listed."""

from __future__ import annotations

from itertools import pairwise

from sympy import I, Matrix, expand, symbols

from symdyn import Flow, first_integrals
from symdyn.calculus.conservation.fields import letters_ring
from symdyn.calculus.conservation.invariants_of_fields import monomials_up_to
from symdyn.calculus.conservation.short_combinations import primitive, shorter

x, y, z, t, k, m = symbols("x y z t k m", real=True)


def test_products_of_generators_are_left_out():
    """Resonant oscillators: two energies, and the real and imaginary part of a product."""
    alike = Flow({x: y, y: -x, z: t, t: -z})
    kept = {x**2 + y**2, z**2 + t**2, x * z + y * t, x * t - y * z}
    assert set(first_integrals(alike, 4)) == kept


def test_a_resonance_of_higher_order_adds_generators_of_that_degree():
    """Frequencies 1 and 2: the square of one amplitude turns like the other."""
    double = Flow({x: y, y: -x, z: 2 * t, t: -2 * z})
    energies = {x**2 + y**2, z**2 + t**2}
    square = expand((x - I * y) ** 2 * (z + I * t))
    assert set(first_integrals(double, 2)) == energies
    assert set(first_integrals(double, 4)) == {*energies, *map(expand, square.as_real_imag())}


def test_symbolic_frequencies_have_no_resonance():
    assert set(first_integrals(Flow({x: k * y, y: -k * x, z: m * t, t: -m * z}), 4)) == {
        x**2 + y**2,
        z**2 + t**2,
    }


def test_monomials_come_by_degree():
    powers = monomials_up_to(3, 4)
    assert len(powers) == len(set(powers)) == 34
    assert powers == sorted(powers, key=lambda p: (sum(p), p))


def test_short_combinations_span_the_same():
    letters = letters_ring(4).gens()
    differences = [u * u - v * v for u, v in pairwise(letters)]
    mixing = ((1, 5, 7), (0, 1, -9), (0, 0, 1))
    wild = [sum(c * d for c, d in zip(row, differences, strict=True)) for row in mixing]
    found = shorter(wild, 4)
    assert all(len(polynomial) == 2 for polynomial in found)
    assert square_coefficients([*wild, *found]).rank() == len(found) == 3


def square_coefficients(polynomials):
    squares = [tuple(2 * (i == j) for i in range(4)) for j in range(4)]
    terms = [polynomial.to_dict() for polynomial in polynomials]
    return Matrix([[int(own.get(square, 0)) for square in squares] for own in terms])


def test_factors_free_of_variables_are_taken_out():
    a, b, c = letters_ring(3).gens()
    assert primitive(-4 * a * c**2 + 6 * b * c, 2) == 2 * a * c - 3 * b
    assert primitive(b - a * a, 2) == a * a - b
