"""Kernels over vectors: errors against exact values, edges, inputs, emitted modules."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import symdyn.library.tian2017 as tian2017
from mpmath import mp, mpf
from sympy import S, Symbol, cos

from symdyn.calculus.equivariant import Vector, angle, inner, length, norm
from symdyn.calculus.node_sums import NodeSum
from symdyn.calculus.polar_invariants import polar
from symdyn.errors import InputError, UnsupportedError
from symdyn.kernels.certify import certify
from symdyn.kernels.patterns.pairwise import Options
from symdyn.kernels.patterns.vector_kernel import VectorKernel
from symdyn.kernels.ranges import Ranges
from tests.kernels.patterns import exact

W, W_STAR = tian2017.w, tian2017.w_star
STUDENTS, TEACHERS = tian2017.students, tian2017.teachers
ARGUMENTS = {
    "gate": (tian2017.e, W),
    "loss": (STUDENTS, TEACHERS),
    "gradient": (STUDENTS, TEACHERS),
    "hessian": (STUDENTS, TEACHERS),
    "single_flow": (tian2017.t, tian2017.w_0, W_STAR),
}


@cache
def kernel(name: str, accurate: bool = False) -> VectorKernel:
    arguments = ARGUMENTS[name]
    numbers = [a for a in arguments if isinstance(a, Symbol)]
    result = getattr(tian2017, name)()
    options = Options(accurate=accurate)
    return VectorKernel(f"{name}_{accurate}", result, arguments, Ranges.of(numbers), options)


@pytest.fixture(autouse=True)
def many_digits():
    with mp.workdps(exact.DIGITS):
        yield


def pairs(count: int = 6):
    """Any vectors, at angles 1e-12 from 0 and pi, parallel, antiparallel, long and short ones."""
    rng = np.random.default_rng(7)
    for _ in range(count):
        u, v = rng.normal(size=(2, int(rng.integers(2, 7))))
        yield u, v
        for sign in (1, -1):
            yield u, sign * u + 1e-12 * v
            yield u, sign * 0.7 * u + 1e-12 * v
            yield 1e150 * u, sign * 1e-150 * (u + 1e-12 * v)
            yield 1e-150 * u, sign * 1e150 * (u + 1e-12 * v)
            yield u, sign * u
            yield u, sign * 4 * u
        yield u * 1e-150, v * 1e-150
        yield u * 1e150, v * 1e150


@cache
def single_node() -> tuple[Callable, Callable]:
    members = {STUDENTS: [(W, S.One)], TEACHERS: [(W_STAR, S.One)]}
    slopes = polar(tian2017.gradient().expanded((W, S.One), members))
    loss = polar(tian2017.loss().expanded(members))
    return (
        exact.vector_function(slopes, (W, W_STAR)),
        exact.function(loss, (W, W_STAR)),
    )


def test_gate_is_within_two_units_for_all_angles_and_lengths() -> None:
    reference = exact.vector_function(tian2017.gate(), (tian2017.e, W))
    for e, w in pairs():
        columns = {tian2017.e: exact.column(e), W: exact.column(w)}
        assert exact.error(kernel("gate")(e, w), reference(columns)) < 2


def test_gradient_and_loss_of_one_node_are_within_two_units() -> None:
    slopes, loss = single_node()
    for w, w_star in pairs():
        columns = {W: exact.column(w), W_STAR: exact.column(w_star)}
        given = w[None], w_star[None]
        assert exact.error(kernel("gradient")(*given), slopes(columns)) < 2
        assert exact.error(kernel("loss")(*given), [loss(columns)]) < 2


@pytest.mark.parametrize("t", [0.0, 1e-20, 0.3, 30.0, 1e4])
def test_single_flow_is_within_two_units_at_all_times(t: float) -> None:
    reference = exact.vector_function(tian2017.single_flow(), (tian2017.w_0, W_STAR), (tian2017.t,))
    for w, w_star in pairs(2):
        columns = {tian2017.w_0: exact.column(w), W_STAR: exact.column(w_star)}
        w_0, star = columns.values()
        decay = mp.exp(-mpf(t) / 2)
        if np.array_equal(w_star / w_star[0], w / w[0]):  # on a ray or its opposite
            share = 1 - decay if w_star[0] * w[0] > 0 else 0
            expected = [decay * x + share * y for x, y in zip(w_0, star, strict=True)]
        else:
            expected = reference(columns, mpf(t))
        assert exact.error(kernel("single_flow")(t, w, w_star), expected) < 2


def many_nodes(rng: np.random.Generator, closeness: float | None):
    count, d = int(rng.integers(2, 5)), int(rng.integers(2, 9))
    students = rng.normal(size=(count, d))
    if closeness is None:
        return students, rng.normal(size=(int(rng.integers(1, 4)), d))
    return students, students + closeness * rng.normal(size=(count, d))


def exact_gradient(students: np.ndarray, teachers: np.ndarray) -> list[mpf]:
    slopes = tian2017.gradient()
    own = exact.vector_function(slopes.own, (W,))
    terms = dict(slopes.others)
    among = exact.vector_function(terms[STUDENTS], (W, STUDENTS.second))
    towards = exact.vector_function(terms[TEACHERS], (W, W_STAR))
    ours, theirs = map(exact.column, students), map(exact.column, teachers)
    ours, theirs = list(ours), list(theirs)
    result: list[mpf] = []
    for j, w in enumerate(ours):
        parts = [own({W: w})]
        parts += [among({W: w, STUDENTS.second: v}) for k, v in enumerate(ours) if k != j]
        parts += [towards({W: w, W_STAR: v}) for v in theirs]
        result += [mp.fsum(entry) for entry in zip(*parts, strict=True)]
    return result


@pytest.mark.parametrize("closeness", [None, 1e-3, 1e-12])
def test_gradient_of_many_nodes_is_good_to_their_lengths_or_to_itself(closeness) -> None:
    rng = np.random.default_rng(11)
    for _ in range(3):
        students, teachers = many_nodes(rng, closeness)
        expected = exact_gradient(students, teachers)
        size = np.linalg.norm(students, axis=1).sum() + np.linalg.norm(teachers, axis=1).sum()
        bound = 4 + students.shape[1] ** 0.5 / 2
        fast, slow = (
            kernel("gradient")(students, teachers),
            kernel("gradient", True)(students, teachers),
        )
        assert exact.error(fast, expected, mpf(float(size))) < bound
        assert exact.error(slow, expected) < 2


def test_values_from_quadrature_are_met() -> None:
    w, w_star = [0.5, -0.25, 2.0, 1.0], [1.0, 1.0, -0.5, 0.125]
    slopes = [
        -0.0222882841202350605323342553,
        -0.320611892383612501323431407,
        0.906114966850249852639458583,
        0.370118474814192418422329658,
    ]
    assert np.allclose(kernel("gradient")([w], [w_star])[0], slopes, rtol=2e-13, atol=0)
    assert abs(kernel("loss")([w], [w_star]) / 1.48963848955047771876593755 - 1) < 2e-13
    gated = kernel("gate")([1.0, 0.0], [0.6, 0.8])
    assert np.allclose(gated, [0.338773783883256299, 0.281933105879653391], rtol=2e-13, atol=0)


def test_hessian_is_the_derivative_of_the_gradient() -> None:
    rng = np.random.default_rng(5)
    students, teachers = rng.normal(size=(3, 4)), rng.normal(size=(2, 4))
    found = kernel("hessian")(students, teachers)
    slopes, step = kernel("gradient", True), 1e-5
    for place in np.ndindex(students.shape):
        moved = np.zeros_like(students)
        moved[place] = step
        ahead, behind = slopes(students + moved, teachers), slopes(students - moved, teachers)
        assert np.allclose(found[:, :, *place], (ahead - behind) / (2 * step), atol=1e-8)


def test_certificate_of_a_sound_kernel_meets_its_target() -> None:
    found = certify(kernel("hessian"), points=40)
    assert found.meets and found.sampled.undecided <= 2


def test_certificate_rejects_a_wrong_sign() -> None:
    e, w = tian2017.e, W
    right = tian2017.gate()
    wrong = right.coefficient(w) * w - right.coefficient(e) * e

    class Mutant(VectorKernel):
        def reference(self, point, bits):
            return kernel("gate").reference(point, bits)

    assert certify(Mutant("mutant", wrong, (e, w), Ranges.of([])), points=20).error > 1e9


# Edges


def test_a_gate_without_direction_is_nan_and_of_a_zero_vector_is_zero() -> None:
    assert np.isnan(kernel("gate")([0.0, 0.0], [1.0, 2.0])).all()
    assert kernel("gate")([1.0, 2.0], [0.0, 0.0]).tolist() == [0.0, 0.0]
    assert kernel("gate")([1.0, 2.0], [-1.0, -2.0]).tolist() == [0.0, 0.0]


def test_gradient_and_hessian_on_the_ray_of_the_teacher() -> None:
    w = np.array([[1.0, 2.0, -0.5]])
    assert (kernel("gradient")(w, w) == 0).all()
    assert (kernel("gradient")(-3 * w, w) == -1.5 * w).all()
    for factor in (1.0, -3.0):
        assert np.allclose(kernel("hessian")(factor * w, w).reshape(3, 3), np.eye(3) / 2)


def test_a_zero_teacher_adds_nothing_and_a_zero_student_has_no_gradient() -> None:
    w, nothing = np.array([[1.0, 2.0]]), np.zeros((1, 2))
    assert (kernel("gradient")(w, nothing) == w / 2).all()
    assert np.isnan(kernel("gradient")(nothing, w)).all()
    assert kernel("loss")(nothing, w) == 5 / 4
    both = np.concatenate([nothing, w])
    slopes = kernel("gradient")(both, w)
    assert np.isnan(slopes[0]).all() and (slopes[1] == 0).all()
    assert kernel("single_flow")(1.0, w[0], nothing[0]) == pytest.approx(w[0] * np.exp(-0.5))


def test_flow_starts_at_its_start_and_ends_at_the_teacher_or_at_zero() -> None:
    w, w_star = np.array([-1.0, -2.0]), np.array([1.0, 2.0])
    flow = kernel("single_flow")
    assert (flow(0.0, w, w_star) == w).all()
    assert (flow(1e4, w, w_star) == 0).all()
    assert (flow(1e4, np.array([-1.0, -2.0 + 1e-12]), w_star) == w_star).all()
    assert np.isnan(flow(-1.0, w, w_star)).all()


# Inputs


def test_samples_broadcast() -> None:
    flow, slopes = kernel("single_flow"), kernel("gradient")
    rng = np.random.default_rng(2)
    assert flow(np.ones((3, 1)), rng.normal(size=(2, 4)), np.ones(4)).shape == (3, 2, 4)
    assert slopes(rng.normal(size=(5, 1, 3, 2)), np.ones((4, 2, 2))).shape == (5, 4, 3, 2)
    assert kernel("loss")(np.ones((0, 3, 2)), np.ones((4, 2))).shape == (0,)
    students, teachers = rng.normal(size=(6, 3, 4)), rng.normal(size=(6, 2, 4))
    each = [slopes(w, v) for w, v in zip(students, teachers, strict=True)]
    assert np.allclose(slopes(students, teachers), each, rtol=1e-14)


def test_strided_integer_single_and_read_only_arrays_are_taken() -> None:
    gate = kernel("gate")
    e, w = np.array([1.0, 2.0, 3.0]), np.array([3.0, -1.0, 2.0])
    expected = gate(e, w).tolist()
    assert gate(np.repeat(e, 2)[::2], w.astype(np.float32)).tolist() == expected
    w.flags.writeable = False
    assert gate(e.astype(int), w).tolist() == expected
    assert gate([1, 2, 3], [3, -1, 2]).tolist() == expected


def test_nan_and_infinity_give_nan() -> None:
    for bad in (np.nan, np.inf):
        assert np.isnan(kernel("gate")([1.0, bad], [1.0, 1.0])).all()
        assert np.isnan(kernel("gate")([1.0, 1.0], [1.0, bad])).all()
        assert np.isnan(kernel("gradient")([[1.0, bad], [1.0, 1.0]], [[1.0, 1.0]])[0]).all()


def test_wrong_arguments_are_refused_by_name() -> None:
    gate, slopes = kernel("gate"), kernel("gradient")
    with pytest.raises(ValueError, match="axis d has length 1, and 2"):
        gate([1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match="last axes are"):
        slopes([1.0, 2.0], [[1.0, 2.0]])
    with pytest.raises(TypeError, match="complex"):
        gate([1j], [1.0])
    with pytest.raises(TypeError, match="2 argument"):
        gate([1.0])


def test_objects_in_three_vectors_and_loose_symbols_are_refused() -> None:
    u, v, x = Vector("u"), Vector("v"), Vector("x")
    with pytest.raises(UnsupportedError, match="one vector or two"):
        _ = VectorKernel("three", u + v + x, (u, v, x), Ranges.of([])).source
    with pytest.raises(InputError, match="neither an argument"):
        _ = VectorKernel("loose", Symbol("a") * u, (u,), Ranges.of([])).source


# Other objects, and the emitted module


def test_objects_of_no_paper_are_lowered_alike() -> None:
    u, v = Vector("u"), Vector("v")
    apart = VectorKernel("apart", norm(u - v), (u, v), Ranges.of([]))
    one = np.array([1.0, 1.0])
    assert apart(one, np.array([1.0, 1.0 + 2.0**-52])) == 2.0**-52
    between = VectorKernel("between", u / length(u) - v / length(v), (u, v), Ranges.of([]))
    assert certify(between, points=20).meets
    turned = VectorKernel("turned", angle(u, v) * inner(u, v), (u, v), Ranges.of([]))
    assert turned([0.0, 1.0], [0.0, -2.0]) == -2 * np.pi


def test_output_weights_are_arguments() -> None:
    found = weighted()
    rng = np.random.default_rng(4)
    students, teachers = rng.normal(size=(3, 4)), rng.normal(size=(2, 4))
    plain = kernel("gradient")(students, teachers)
    assert np.allclose(found(students, teachers, np.ones(3), np.ones(2)), plain, atol=1e-15)
    doubled = found(students, teachers, 2 * np.ones(3), 2 * np.ones(2))
    assert np.allclose(doubled, 4 * plain, atol=1e-14)
    mixed = found(students, teachers, [1.0, 0.0, 1.0], [1.0, 0.0])
    expected = kernel("gradient")(students[[0, 2]], teachers[:1])
    assert np.allclose(mixed[[0, 2]], expected, atol=1e-15) and (mixed[1] == 0).all()


def weighted() -> VectorKernel:
    arguments = (
        tian2017.weighted_students,
        tian2017.weighted_teachers,
        tian2017.a,
        tian2017.a_star,
    )
    return VectorKernel("weighted", tian2017.weighted_gradient(), arguments, Ranges.of([]))


def test_errors_of_sums_are_relative_to_lengths_by_their_weights() -> None:
    students, teachers = np.array([[3.0, 4.0], [0.0, 2.0]]), np.array([[1.0, 0.0]])

    def scale(*weights: float) -> float:
        a, b, c = weights
        point = (students, teachers, np.array([a, b]), np.array([c]))
        return float(weighted().norm(point, []))

    assert scale(1, 1, 1) == pytest.approx(5 + 2 + 1)
    assert scale(1, -1, 1) == pytest.approx(5 + 2 + 1)
    assert scale(3, -2, 7) == pytest.approx(3 * (3 * 5 + 2 * 2 + 7 * 1))
    assert scale(0, 2, 7) == pytest.approx(2 * (2 * 2 + 7 * 1))
    assert scale(0, 0, 7) == 0


def test_weights_that_are_no_factors_give_errors_no_scale() -> None:
    a, ours = tian2017.a, tian2017.weighted_students
    odd = NodeSum(ours, cos(a * length(W)) * W, ())
    found = VectorKernel("odd", odd, (ours, a), Ranges.of([]))
    with pytest.raises(UnsupportedError, match="accurate=True"):
        found.norm((np.ones((2, 2)), np.ones(2)), [])


def test_sums_may_have_half_the_root_of_d_more_than_single_nodes() -> None:
    one, two = np.ones((1, 9)), np.ones((2, 9))
    assert kernel("gradient").allowed((one, one)) == 4
    assert kernel("gradient").allowed((one, two)) == 4 + 1.5
    assert kernel("gradient", True).allowed((two, two)) == 4
    assert kernel("gate").allowed((one[0], one[0])) == 4
    assert "sqrt(d)/2" in kernel("loss").allowance and kernel("gate").allowance == ""


def test_a_certificate_of_weighted_sums_meets_its_target() -> None:
    found = certify(weighted(), points=40)
    assert found.meets and found.share is not None and found.share < 0.7
    assert "sqrt(d)/2 more" in found.target_text


def test_kernels_pickle() -> None:
    again = pickle.loads(pickle.dumps(kernel("gate")))
    assert again([1.0, 0.0], [0.6, 0.8]).tolist() == kernel("gate")([1.0, 0.0], [0.6, 0.8]).tolist()


def test_the_module_runs_with_numpy_and_numba_alone(tmp_path: Path) -> None:
    file = tmp_path / "gate_module.py"
    file.write_text(kernel("gate").source)
    code = (
        "import sys; sys.modules.update(symdyn=None, sympy=None, mpmath=None, flint=None)\n"
        "import gate_module; print(gate_module.kernel([1.0, 0.0], [0.6, 0.8]).tolist())"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == str(kernel("gate")([1.0, 0.0], [0.6, 0.8]).tolist())
