"""The root bound separates algebraic numbers from zero, and does not separate zero."""

from __future__ import annotations

from fractions import Fraction

from symdyn.proof.exact.algebraic import AlgebraicNumber, Terms, is_zero_sum


def rational(value: Fraction | int) -> Terms:
    return ((Fraction(value), ()),)


def root(radicand: Terms, degree: int) -> AlgebraicNumber:
    return AlgebraicNumber.root(radicand, rational(1), degree, is_positive=True)


TWO, THREE = root(rational(2), 2), root(rational(3), 2)


def test_nested_root_equals_its_denested_form() -> None:
    nested = root(((Fraction(5), ()), (Fraction(2), ((TWO, 1), (THREE, 1)))), 2)
    denested = ((Fraction(-1), ((TWO, 1),)), (Fraction(-1), ((THREE, 1),)))
    assert is_zero_sum(((Fraction(1), ((nested, 1),)), *denested))


def test_number_below_any_float_is_told_from_zero() -> None:
    tiny = Fraction(1, 10**300)
    square = ((Fraction(1), ((TWO, 2),)), (Fraction(-2), ()))
    assert is_zero_sum(square)
    assert not is_zero_sum((*square, (tiny, ())))


def test_cosines_of_sevenths_of_a_half_turn_add_up_to_a_half() -> None:
    cosines = [AlgebraicNumber.cosine(Fraction(k, 7)) for k in (1, 2, 3)]
    terms = tuple((Fraction(s), ((n, 1),)) for s, n in zip((1, -1, 1), cosines, strict=True))
    assert is_zero_sum((*terms, (Fraction(-1, 2), ())))
    assert not is_zero_sum((*terms, (Fraction(-1, 3), ())))
