"""Sample points: exact, awkward ones first, within their ranges, the same for the same seed."""

from sympy import Interval, Rational, S, oo, pi, symbols

from symdyn.numerics.sampling import Range, sample

x, y, n = symbols("x y n")


def drawn(ranges, points=60, seed=0, is_wanted=lambda point: True):
    return list(sample(ranges, is_wanted, points=points, seed=seed))


def test_awkward_values_come_first():
    values = [point[x] for point in drawn({x: Range(Interval(-oo, oo))}, points=8)]
    assert values[:5] == [0, 1, -1, Rational(1, 2), -2]


def test_closed_edges_are_points_and_open_edges_are_not():
    closed = {point[x] for point in drawn({x: Range(Interval(2, 5))})}
    opened = {point[x] for point in drawn({x: Range(Interval.open(2, 5))})}
    assert {2, 5} <= closed
    assert not {2, 5} & opened
    assert all(2 < value < 5 for value in opened)


def test_points_come_close_to_an_open_edge():
    values = [point[x] for point in drawn({x: Range(Interval.open(0, 1))})]
    assert any(1 - value < Rational(1, 10**9) for value in values)


def test_magnitudes_are_spread_over_many_decades():
    values = [point[x] for point in drawn({x: Range(Interval.open(0, oo))}, points=100)]
    assert min(values) < Rational(1, 10**4) and max(values) > 10**4


def test_integers_stay_integers():
    values = [point[n] for point in drawn({n: Range(Interval(1, oo), is_integer=True)}, points=20)]
    assert all(value.is_Integer and value >= 1 for value in values)


def test_complex_numbers_leave_the_real_line():
    values = [p[x] for p in drawn({x: Range(Interval(-oo, oo), is_complex=True)})]
    assert any(not value.is_real for value in values)


def test_irrational_edges_give_rational_points_inside():
    values = [point[x] for point in drawn({x: Range(Interval.open(0, pi))})]
    assert all(value.is_Rational and (value < pi) == S.true for value in values)


def test_same_seed_same_points_and_other_seed_other_points():
    ranges = {x: Range(Interval(-oo, oo)), y: Range(Interval.open(0, oo))}
    assert drawn(ranges, seed=3) == drawn(ranges, seed=3)
    assert drawn(ranges, seed=3) != drawn(ranges, seed=4)


def test_a_condition_that_no_point_meets_gives_no_point():
    assert drawn({x: Range(Interval(0, 1))}, points=3, is_wanted=lambda point: False) == []


def test_without_symbols_there_is_one_point():
    assert drawn({}) == [{}]


def test_pairs_of_awkward_values_meet():
    ranges = {x: Range(Interval(-oo, oo)), y: Range(Interval(-oo, oo))}
    pairs = {(point[x], point[y]) for point in drawn(ranges, points=12)}
    assert {(a, b) for a in (0, 1, -1) for b in (0, 1, -1)} <= pairs


def test_generic_points_are_among_the_first():
    ranges = {s: Range(Interval(-oo, oo), is_complex=True) for s in (x, y)}
    generic = [
        p for p in drawn(ranges, points=40) if all(not value.is_real for value in p.values())
    ]
    assert len(generic) >= 5
