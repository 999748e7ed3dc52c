"""Results on population gradients agree with integrals and trajectories found numerically.

The values below come from quadrature in polar coordinates split at the kinks (130 digits), from
line integrals, and from extrapolated integration of the flow (60 digits); none uses a closed form.
"""

from __future__ import annotations

import pytest
import symdyn.library.tian2017 as tian2017
from mpmath import mp, mpf, nstr, quad
from sympy import Expr, Matrix, Rational, Symbol, eye, sqrt

from symdyn.calculus.equivariant import Vector
from symdyn.calculus.polar_invariants import polar
from tests.calculus.coordinates import matrix_in, scalar_in, vector_in

W, W_STAR = tian2017.w, tian2017.w_star
DIGITS = 40


def column(*entries: str) -> Matrix:
    return Matrix([Rational(entry) for entry in entries])


def close(value: Expr, expected: str, digits: int = DIGITS - 2) -> bool:
    value = value.evalf(DIGITS + 20)
    return abs(value - Rational(expected)) <= Rational(1, 10**digits) * (1 + abs(value))


TILTED = column("0.6", "0.8")
STUDENT = column("0.5", "-0.25", "2", "1")
TEACHER = column("1", "1", "-0.5", "0.125")


def test_gate_in_five_dimensions():
    columns = {
        tian2017.e: column("0", "1", "0", "0", "0"),
        W: column(
            "0.299999999999999988897769753748434595763683319091796875",
            "-1.6999999999999999555910790149937383830547332763671875",
            "0.25",
            "4",
            "-0.125",
        ),
    }
    expected = (
        "0.0559017585965950392944934428147010817152818",
        "0.323179140306716726123038145557597113616081",
        "0.0465847988304958678027284109838368162511685",
        "0.745356781287933884843654575741389060018696",
        "-0.0232923994152479339013642054919184081255843",
    )
    gated = vector_in(columns, tian2017.gate())
    assert all(close(value, digits) for value, digits in zip(gated, expected, strict=True))


def test_loss_and_gradient_of_one_node():
    columns = {W: STUDENT, W_STAR: TEACHER}
    expected = (
        "-0.0222882841202350605323342552813021135401185",
        "-0.320611892383612501323431407091457800803861",
        "0.906114966850249852639458583071118118561287",
        "0.370118474814192418422329657852531844887163",
    )
    slopes = vector_in(columns, tian2017.single_gradient())
    assert all(close(value, digits) for value, digits in zip(slopes, expected, strict=True))
    loss = scalar_in(columns, tian2017.single_loss())
    assert close(loss, "1.48963848955047771876593754812698147544064")


STUDENTS = (
    ("0.5", "1.25", "-0.75", "0.125"),
    ("1", "-0.5", "0.25", "2"),
    ("-1.5", "0.375", "0.0625", "-0.25"),
)
FIRST_ROW = (
    "-0.0702796713787953299944386141346899208939611",
    "0.372392963347109608740224109695539988943859",
    "-0.580036358754218111807593904088550195710824",
    "0.518936738069572372698644540780366002643563",
)


def test_loss_and_gradient_of_three_nodes_and_three_teachers():
    ours = [(Vector(f"s_{i}"), 1) for i in range(3)]
    theirs = [(Vector(f"t_{i}"), 1) for i in range(3)]
    members = {tian2017.students: ours, tian2017.teachers: theirs}
    columns = {v: column(*row) for (v, _), row in zip(ours, STUDENTS, strict=True)}
    columns |= {v: eye(4)[:, i] for i, (v, _) in enumerate(theirs)}
    loss = scalar_in(columns, tian2017.loss().expanded(members))
    assert close(loss, "1.69018224078727141695022944466987281054800")
    slopes = vector_in(columns, tian2017.gradient().expanded(ours[0], members))
    assert all(close(value, digits) for value, digits in zip(slopes, FIRST_ROW, strict=True))


def test_hessian_blocks_against_line_integrals():
    """Components along n and outside the plane for A, and e e, e n, n n, outside for B."""
    columns = {W: column("0.6", "0.8", "0"), W_STAR: column("1", "0", "0")}
    along, across, outside = columns[W], column("0.8", "-0.6", "0"), column("0", "0", "1")
    same = matrix_in(columns, tian2017.printed_same(W, W_STAR))
    mixed = matrix_in(columns, tian2017.printed_mixed(W, W_STAR))
    expected = (
        (same, across, across, "0.25464790894703254"),
        (same, outside, outside, "0.12732395447351627"),
        (same, along, along, "0"),
        (mixed, along, along, "0.42881075503367647"),
        (mixed, along, across, "0.10185916357881302"),
        (mixed, across, across, "0.27602200966545695"),
        (mixed, outside, outside, "0.35241638234956671"),
    )
    for matrix, left, right, digits in expected:
        assert close((left.T * matrix * right)[0], digits, digits=15)


@pytest.mark.parametrize(
    ("start", "time", "expected"),
    [
        (
            ("-0.5", "0.5"),
            1,
            (
                "-0.254781509108796450807704613775048681486393",
                "0.377096898788312204504575808721593604289956",
            ),
        ),
        (
            ("-1", "0.001000000000000000020816681711721685132943093776702880859375"),
            4,
            (
                "-0.135335283052564102143810345213658705313871",
                "0.000135611075166183374179686634285628061280179",
            ),
        ),
        (
            ("2", "1"),
            20,
            (
                "1.00004416734586018620409891883732446496255",
                "5.32593707397410338881612140294576408756538e-5",
            ),
        ),
    ],
)
def test_exact_flow_against_integrated_trajectories(start, time, expected):
    columns = {tian2017.w_0: column(*start), W_STAR: column("1", "0")}
    place = vector_in(columns, tian2017.single_flow().subs(tian2017.t, time))
    assert all(close(value, digits) for value, digits in zip(place, expected, strict=True))


def test_first_integral_keeps_its_value_along_the_exact_flow():
    columns = {tian2017.w_0: column("-0.5", "0.5"), W_STAR: column("1", "0")}
    flow = tian2017.single_flow()
    kept = tian2017.first_integral(tian2017.r, tian2017.theta)
    values = [
        scalar_in({W: vector_in(columns, flow.subs(tian2017.t, time)), **columns}, kept)
        for time in (0, 1, 5)
    ]
    assert all(close(values[0] - value, "0") for value in values)


def test_leaky_gradient_joins_the_relu_and_the_linear_network():
    slope = Symbol("a", real=True)
    leaky = tian2017.leaky_gradient()
    for value, expected in ((0, tian2017.single_gradient()), (1, W - W_STAR)):
        pairs = leaky.subs(slope, value).components(expected)
        assert all((left - right).expand() == 0 for _, left, right in pairs)


def test_erf_expectation_against_a_two_dimensional_sum():
    columns = {W: column("1", "0"), W_STAR: column("1/2", "1")}
    columns[W_STAR] = Matrix([Rational(1, 2), sqrt(3) / 2])
    value = scalar_in(columns, tian2017.erf_gradient())
    assert close(value, "0.160861246510332487541900386656968511168129")


@pytest.mark.parametrize(
    ("dimension", "radius", "expected"),
    [(3, "0.5", "0.40625"), (50, "0.125", "0.334643576945567301169975870927268729412474")],
)
def test_basin_probability_against_nested_quadrature(dimension, radius, expected):
    chance = tian2017.basin_probability().subs(
        {tian2017.dimension: dimension, tian2017.rho: Rational(radius)}
    )
    assert close(chance, expected)


def test_basin_probability_against_its_definition_in_ten_dimensions():
    """Average over lengths of the fraction of directions whose cosine is above length/2."""
    radius, d = mpf("0.25"), 10
    with mp.workdps(25):
        density = quad(lambda x: (1 - x**2) ** mpf(3.5), [-1, 1])

        def fraction(length):
            return quad(lambda x: (1 - x**2) ** mpf(3.5), [length / 2, 1]) / density

        direct = nstr(
            quad(lambda length: d * length**9 / radius**d * fraction(length), [0, radius]), 22
        )
    chance = tian2017.basin_probability().subs(
        {tian2017.dimension: d, tian2017.rho: Rational(1, 4)}
    )
    assert close(chance, direct, digits=20)


def test_theta_c_is_the_root_of_the_determinant():
    assert close(tian2017.lyapunov_angle(), "2.32761603487717753157105997643698813440", digits=37)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("activation", lambda z: z),
        ("activation", lambda z: 2 * tian2017.relu(z)),
        ("population_loss", lambda student, teacher: (student - 2 * teacher) ** 2 / 2),
        ("input_variance", 2),
    ],
)
def test_a_changed_definition_changes_what_is_derived(monkeypatch, name, other):
    before = polar(tian2017.one_node_loss())
    monkeypatch.setattr(tian2017, name, other)
    assert (polar(tian2017.one_node_loss()) - before).expand() != 0
