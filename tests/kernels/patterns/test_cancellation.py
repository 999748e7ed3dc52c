"""Kernels over vectors where terms cancel, and where numbers leave the range of doubles."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
import symdyn.library.tian2017 as tian2017
from flint import arb, ctx
from sympy import Symbol, erf, sqrt

from symdyn.calculus.gaussian_input import expectation
from symdyn.calculus.pair_sums import expected_quadratic
from symdyn.calculus.polar_invariants import polar
from symdyn.calculus.vector_calculus import gradient
from symdyn.kernels.certify import certify
from symdyn.kernels.patterns.exact import exact_value, sample_of
from symdyn.kernels.patterns.pairwise import Options, pairwise_text
from symdyn.kernels.patterns.vector_kernel import VectorKernel
from symdyn.kernels.ranges import Ranges

BITS = 3000
PLAIN = (tian2017.students, tian2017.teachers)
WEIGHTED = (
    tian2017.weighted_students,
    tian2017.weighted_teachers,
    tian2017.a,
    tian2017.a_star,
)


@cache
def kernel(name: str) -> VectorKernel:
    arguments = WEIGHTED if name.startswith("weighted") else PLAIN
    result = getattr(tian2017, name)()
    return VectorKernel(f"{name}_True", result, arguments, Ranges.of([]), Options(accurate=True))


def error(found: VectorKernel, *point: Any) -> float:
    """The largest error of a row, in units of 2^-53 of its own norm."""
    values = np.asarray(found(*point))
    rows = values.shape[0] if values.ndim else 1
    with ctx.workprec(BITS):
        exact, _ = exact_value(found.layout, sample_of(found.layout, point), BITS)
        size = len(exact) // rows
        return max(
            unit(values.ravel()[k : k + size], exact[k : k + size])
            for k in range(0, len(exact), size)
        )


def unit(values: np.ndarray, exact: list[arb]) -> float:
    if not np.isfinite(values).all():
        return float("inf")
    differences = [x - y for x, y in zip(exact, values.tolist(), strict=True)]
    off = sum((x * x for x in differences), arb(0))
    norm = max(float(abs(x).upper()) for x in exact)
    scale = arb(max(norm, 2.0**-1022))
    return float((off.abs_upper().sqrt() / scale * arb(2) ** 53).abs_upper())


def near_the_optimum(rng: np.random.Generator, closeness: float, count: int = 3):
    students = rng.normal(size=(count, 4))
    teachers = students[rng.permutation(count)]
    return students, teachers + closeness * rng.normal(size=teachers.shape)


CLOSENESS = [1e-3, 1e-6, 1e-7, 1e-9, 1e-11, 1e-12, 1e-15]


@pytest.mark.parametrize(
    "name", ["loss", "gradient", pytest.param("hessian", marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("scale", [1.0, 1e-150, 1e150])
def test_errors_are_relative_to_the_result_near_the_optimum(name: str, scale: float) -> None:
    rng = np.random.default_rng(3)
    for closeness in CLOSENESS if scale == 1.0 else CLOSENESS[::3]:
        students, teachers = near_the_optimum(rng, closeness)
        assert error(kernel(name), scale * students, scale * teachers) < 2


@pytest.mark.slow
@pytest.mark.parametrize("name", ["weighted_gradient", "weighted_hessian"])
def test_output_weights_may_cancel_too(name: str) -> None:
    rng = np.random.default_rng(4)
    for closeness in (1e-6, 1e-13):
        students, teachers = near_the_optimum(rng, closeness)
        ours = rng.normal(size=3)
        order = [np.abs(students - v).sum(axis=1).argmin() for v in teachers]
        assert error(kernel(name), students, teachers, ours, ours[order]) < 2
        assert error(kernel(name), students, teachers, 1e-80 * ours, 1e-80 * ours[order]) < 2


@pytest.mark.parametrize("scale", [1.0, 1e-150, 1e140])
def test_loss_and_gradient_of_the_teachers_themselves_are_exactly_zero(scale: float) -> None:
    rng = np.random.default_rng(5)
    students, teachers = near_the_optimum(rng, 0.0)
    for name in ("loss", "gradient"):
        assert (kernel(name)(scale * students, scale * teachers) == 0).all()


@pytest.mark.slow
def test_equal_weights_leave_a_gradient_of_exactly_zero() -> None:
    ours = np.array([1.5, -0.5, 2.0])
    students, _ = near_the_optimum(np.random.default_rng(5), 0.0)
    assert (kernel("weighted_gradient")(students, students, ours, ours) == 0).all()


def test_a_teacher_split_in_parallel_students_leaves_no_loss() -> None:
    teacher = np.array([[3.0, 4.0, 0.5]])
    students = np.concatenate([0.25 * teacher, 0.75 * teacher])
    assert kernel("loss")(students, teacher) == 0
    assert (kernel("gradient")(students, teacher) == 0).all()
    opposed = np.concatenate([students, -teacher])
    assert error(kernel("loss"), opposed, teacher) < 2
    assert error(kernel("gradient"), opposed, teacher) < 2


def test_only_rows_that_cancel_are_computed_again() -> None:
    calls: list[np.ndarray] = []
    module = kernel("gradient")._module
    wide = module.WIDE

    class Watched:
        def fill(self, doubt: np.ndarray, *rest: Any) -> None:
            calls.append(doubt.copy())
            wide.fill(doubt, *rest)

    rng = np.random.default_rng(6)
    try:
        module.WIDE = Watched()
        kernel("gradient")(rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 2, 4)))
        assert calls == []
        students = np.stack([rng.normal(size=(2, 4)), np.eye(2, 4)])
        kernel("gradient")(students, np.stack([rng.normal(size=(2, 4)), np.eye(2, 4)]))
        assert [doubt.tolist() for doubt in calls] == [[True, True]]
    finally:
        module.WIDE = wide


def test_a_zero_node_keeps_its_meaning_beside_sums_that_cancel() -> None:
    students = np.array([[1.0, 2.0, 0.5], [0.0, 0.0, 0.0], [-1.0, 0.5, 3.0]])
    teachers = students[[2, 0]]
    slopes = kernel("gradient")(students, teachers)
    assert (slopes[[0, 2]] == 0).all() and np.isnan(slopes[1]).all()
    assert kernel("loss")(students, teachers) == 0
    students[0, 0] = np.inf
    assert np.isnan(kernel("loss")(students, teachers))


# Objects that are not homogeneous: lengths cannot be scaled


def erf_objects() -> dict[str, tuple[Any, Any]]:
    z, y = tian2017.z, tian2017.y
    kernel_of_two = expectation(
        erf(z / sqrt(2)) * erf(y / sqrt(2)),
        {z: tian2017.w, y: tian2017.w_star},
        variance=1,
    )
    single_node = polar(gradient(kernel_of_two, tian2017.w)), (tian2017.w, tian2017.w_star)

    def pair(one: Any, two: Any) -> Any:
        return expectation(erf(z / sqrt(2)) * erf(y / sqrt(2)), {z: one, y: two}, variance=1)

    def single(one: Any) -> Any:
        return expectation(erf(z / sqrt(2)) ** 2, {z: one}, variance=1)

    form = tian2017.population_loss(tian2017.student, tian2017.teacher)
    outputs = {tian2017.student: PLAIN[0], tian2017.teacher: PLAIN[1]}
    loss = polar(expected_quadratic(form, outputs, one=single, two=pair))
    return {
        "single": single_node,
        "loss": (loss, PLAIN),
        "gradient": (polar(loss.gradient(PLAIN[0])), PLAIN),
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", ["single", "loss", "gradient"])
def test_nodes_that_are_not_homogeneous_keep_their_digits_at_all_lengths(name: str) -> None:
    result, arguments = erf_objects()[name]
    found = VectorKernel(f"erf_{name}", result, arguments, Ranges.of([]), Options(accurate=True))
    rng = np.random.default_rng(7)
    scales = [(1, 1), (1e145, 1e145), (1e-149, 1e-149), (1e150, 1e-150), (1e90, 1e40), (1e300, 1)]
    for one, two in scales:
        for closeness in (1.0, 1e-12):
            students, teachers = near_the_optimum(rng, closeness, 2)
            point = one * students, two * teachers
            if name == "single":
                point = one * students[0], two * teachers[0]
            assert error(found, *point) < 2


def test_results_stay_finite_without_being_asked_for_accuracy() -> None:
    result, arguments = erf_objects()["gradient"]
    found = VectorKernel("erf_plain", result, arguments, Ranges.of([]))
    rng = np.random.default_rng(8)
    for scale in (1e145, 1e300, 1e-149):
        students, teachers = scale * rng.normal(size=(2, 3, 4))
        assert np.isfinite(found(students, teachers)).all()
        assert error(found, students, teachers) < 2


# What it rests on


def test_certificate_of_an_accurate_kernel_covers_sums_that_cancel() -> None:
    found = certify(kernel("gradient"), points=60)
    assert found.meets and found.error < 2 and found.sampled.undecided == 0


@pytest.mark.slow
def test_a_kernel_that_trusts_its_pairs_is_caught() -> None:
    sound = kernel("gradient")

    class Trusting(VectorKernel):
        def _text(self, notes: Any) -> str:
            return super()._text(notes).replace("return size*(16.0", "return 0.0*(16.0")

    blind = Trusting("blind", sound.result, sound.args, Ranges.of([]), Options(accurate=True))
    rng = np.random.default_rng(9)
    students, _ = near_the_optimum(rng, 0.0)
    assert error(blind, students, students[[1, 2, 0]]) > 1e6


def test_operations_that_balls_lack_leave_a_kernel_in_pairs() -> None:
    u = tian2017.w
    size = Symbol("s", real=True)
    text = pairwise_text(erf(size) * u / 3 + u, (u, size))
    assert "WIDE" not in text
