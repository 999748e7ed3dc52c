"""Records: what a run of a derivation leaves behind."""

import pytest
from sympy import symbols

from symdyn.errors import InputError, RefutedError
from symdyn.proof.derivation import PremiseError, claim, define, derivation, given

x, y = symbols("x y", positive=True)


@derivation
def square():
    """The square of a sum."""
    define("S", (x + y) ** 2)
    given(x < y)
    return claim(((x + y) ** 2).expand(), x**2 + 2 * x * y + y**2, because="multiply out", eq="(1)")


@derivation
def difference():
    """Two claims: the first stands alone, the second is used."""
    claim(square() - x**2, 2 * x * y + y**2, because="subtract", where=y > 1)
    used = claim(y * (2 * x + y), 2 * x * y + y**2, because="factor")
    claim(used / y, 2 * x + y, because="divide")
    return used


@derivation(emit=({"degree": 1}, {"degree": 2}))
def power(degree: int = 1):
    """A power."""
    return claim(x**degree * x, x ** (degree + 1), because="count factors")


def test_a_record_holds_the_history_of_a_result():
    record = square.record()
    assert record.id == "test_derivation.py::square"
    assert record.doc == "The square of a sum."
    assert record.given == (x < y,)
    assert record.defined == (("S", (x + y) ** 2),)
    assert record.claims[0].eq == "(1)"
    assert "multiply out" in record.source
    assert record.result == x**2 + 2 * x * y + y**2


def test_calls_become_premises_and_hand_on_their_conditions():
    record = difference.record()
    assert [premise.id for premise in record.premises] == ["test_derivation.py::square"]
    assert record.claims[0].where == (x < y, y > 1)


def test_only_a_claim_whose_value_is_used_carries_what_follows():
    first, second, third = difference.record().claims
    assert (first.rests_on, second.rests_on, third.rests_on) == ((), (), (1,))


def test_parameters_are_part_of_the_id():
    assert power.record(degree=2).id == "test_derivation.py::power(degree=2)"
    assert power.record().id == "test_derivation.py::power(degree=1)"
    assert power(degree=2) == x**3


def test_a_default_that_is_not_listed_is_left_out_of_the_id():
    @derivation(emit=({}, {"degree": 3}))
    def free(degree: int = 1):
        """Free."""
        return x**degree

    assert free.record(degree=1).id == "test_derivation.py::free"
    assert free.record(degree=3).id == "test_derivation.py::free(degree=3)"
    assert free.record(degree=2).id == "test_derivation.py::free(degree=2)"
    assert free.record() is free.record(degree=1)


def test_a_body_runs_once_for_each_choice_of_parameters():
    assert power.record(degree=2) is power.record(degree=2)


def test_unknown_parameters_are_named():
    with pytest.raises(InputError, match="exponent"):
        power(exponent=3)


def test_a_body_that_raises_leaves_an_error_with_its_line():
    @derivation
    def broken():
        """Broken."""
        return 1 / 0

    record = broken.record()
    assert "ZeroDivisionError" in record.error and record.error.startswith("line ")
    with pytest.raises(PremiseError):
        broken()


def test_what_rests_on_a_broken_premise_is_blocked_by_it():
    @derivation
    def broken():
        """Broken."""
        raise ValueError("no")

    @derivation
    def rests():
        """Rests on it."""
        return broken() + 1

    assert rests.record().blocked_by == "test_derivation.py::broken"


def test_a_derivation_cannot_rest_on_itself():
    @derivation
    def circle():
        """Circular."""
        return circle()

    assert "calls itself" in circle.record().error


def test_outside_a_derivation_a_claim_is_judged_at_once():
    assert claim(x + x, 2 * x, because="add") == 2 * x
    with pytest.raises(RefutedError, match="refuted: add wrongly"):
        claim(x + x, 3 * x, because="add wrongly")


def test_a_claim_needs_two_sides_and_a_reason():
    with pytest.raises(InputError, match="stated side is missing"):
        claim(x, because="why")
    with pytest.raises(InputError, match="because"):
        claim(x, x, because=" ")


def test_sides_of_different_shape_are_refused():
    with pytest.raises(InputError, match="different parts"):
        claim((x, y), (x, y, x), because="count")


def test_given_outside_a_derivation_names_the_way_out():
    with pytest.raises(InputError, match="where="):
        given(x < y)


def test_a_condition_must_be_a_relation():
    @derivation
    def strange():
        """Strange."""
        given(x + y)

    assert "not a relation" in strange.record().error


def test_an_open_claim_leaves_a_record_open():
    @derivation
    def conjecture():
        """Conjectured."""
        claim.open(x, y, because="it looks like it")

    assert not conjecture.record().closed
    assert square.record().closed
