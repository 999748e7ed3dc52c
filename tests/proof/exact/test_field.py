"""Arithmetic of quotients modulo relations."""

from __future__ import annotations

import pytest
from sympy import sqrt
from sympy.abc import x, y

from symdyn.proof.exact.field import Field, Unwieldy
from symdyn.proof.exact.span import coordinates


def test_root_squares_to_its_radicand() -> None:
    field = Field(5.0)
    letter = field.generator(x)
    root = field.generator(sqrt(x + 1))
    field.bind(root, 2, letter + field.one)
    assert (root * root - letter).is_equal(field.one)
    assert (letter / root * root).is_equal(letter)
    assert not root.is_equal(-root)


def test_eliminated_letter_is_replaced_everywhere() -> None:
    field = Field(5.0)
    old = field.generator(x)
    product = old * old
    new = field.refinement(field.owner(old), y)
    field.bind(old, 1, new**3)
    assert product.renewed().is_equal(new**6)


def test_ring_grows_while_it_is_used() -> None:
    field = Field(5.0)
    letters = [field.generator(x**k) for k in range(30)]
    total = sum(letters[1:], letters[0])
    assert (total - letters[29]).is_equal(sum(letters[1:29], letters[0]))


def test_division_by_zero_and_outgrown_products_are_refused() -> None:
    field = Field(5.0)
    letters = [field.generator(x**k) for k in range(12)]
    with pytest.raises(Unwieldy, match="zero"):
        (letters[0] - letters[0]).inverse()
    with pytest.raises(Unwieldy, match="terms"):
        sum(letters[1:], letters[0]) ** 30


def test_dependence_is_seen_across_denominators() -> None:
    field = Field(5.0)
    letter = field.generator(x)
    after = (letter + field.one).inverse()
    product = (letter * (letter + field.one)).inverse()
    assert coordinates(product, [letter.inverse(), after]) == [1, -1]
    assert coordinates(letter, [letter.inverse(), after]) is None
