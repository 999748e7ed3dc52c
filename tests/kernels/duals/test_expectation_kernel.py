"""Kernels of Gaussian expectations: values, arguments, modules, and faults that are seen."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sympy import Expr, Matrix, Max, cos, exp, sin, symbols, tanh

from symdyn import dual_activation, kernel
from symdyn.calculus.gaussian import gaussian_integral
from symdyn.errors import DomainError, InputError, UnsupportedError
from symdyn.kernels.certify import certify
from symdyn.kernels.certify.modules import certify_module
from symdyn.kernels.certify.normwise import normwise_error
from symdyn.kernels.duals.expectation_kernel import ExpectationKernel
from symdyn.kernels.duals.law import law_of
from symdyn.kernels.loading import load

z, w = symbols("z w", real=True)
q, g = symbols("q g", positive=True)
c = symbols("c", real=True)
SLOPE = 1 - tanh(z) ** 2
LAW = Matrix([[q, c * q], [c * q, q]])


def product(f: Expr) -> Expr:
    return gaussian_integral(f * f.subs(z, w), (z, w), LAW)


@cache
def second(f: Expr) -> ExpectationKernel:
    made = kernel(gaussian_integral(f**2, z, q), q)
    assert isinstance(made, ExpectationKernel)
    return made


@cache
def dual(f: Expr) -> ExpectationKernel:
    made = kernel(product(f), (q, c))
    assert isinstance(made, ExpectationKernel)
    return made


def test_values_are_those_of_the_dual() -> None:
    found = dual_activation(tanh(z))
    variances = np.array([[1e-3], [2.0], [300.0]])
    correlations = np.array([-1.0, -0.7, 0.0, 0.3, 1.0])
    for ours, theirs in ((second(tanh(z)), found.V), (second(SLOPE), found.dV)):
        assert ours(variances) == pytest.approx(theirs(variances), rel=1e-14)
    for ours, theirs in ((dual(tanh(z)), found.W), (dual(SLOPE), found.dW)):
        assert ours(variances, correlations).shape == (3, 5)
        assert ours(variances, correlations) == pytest.approx(
            theirs(variances, correlations), rel=1e-13
        )


def test_any_function_has_kernels() -> None:
    """E[cos] = exp(-q/2), E[(e^-z^2)^2] = (1 + 4 q)^(-1/2), E[sin sin] = e^-q sinh(c q)."""
    mean = kernel(gaussian_integral(cos(z), z, q), q)
    assert mean([0.0, 2.0]) == pytest.approx([1.0, np.exp(-1.0)], rel=1e-13)
    assert second(exp(-(z**2)))([0.5, 3.0]) == pytest.approx([3**-0.5, 13**-0.5], rel=1e-14)
    assert dual(sin(z))(0.5, -0.8) == pytest.approx(-np.exp(-0.5) * np.sinh(0.4), rel=1e-13)
    odd = kernel(gaussian_integral(tanh(z), z, q), q)
    assert odd([0.0, 2.0]).tolist() == [0.0, 0.0]


def test_powers_of_arguments_are_factors() -> None:
    slope = kernel(g**2 * gaussian_integral(SLOPE**2, z, q), (q, g))
    assert slope([1.0, 4.0], 3.0) == pytest.approx(9 * second(SLOPE)([1.0, 4.0]), rel=1e-15)
    assert np.isnan(slope(1.0, -1.0))


def test_ends_and_what_is_outside() -> None:
    values = second(tanh(z))([0.0, 1e-300, 1e300, -1.0, np.inf, np.nan])
    assert (
        values[:3] == pytest.approx([0.0, 1e-300, 1.0], rel=1e-14, abs=0)
        and np.isnan(values[3:]).all()
    )
    both = dual(tanh(z))(1.0, [1.0, 1 + 2.0**-52, 1.1, np.nan])
    assert both[:2] == pytest.approx(second(tanh(z))(1.0), rel=1e-14) and np.isnan(both[2:]).all()
    assert dual(exp(z))([200.0, 1e4], 1.0).tolist()[1] == np.inf
    narrow = kernel(product(tanh(z)), (q, c), domain={c: (0, 1)})
    assert np.isnan(narrow(1.0, -0.5)) and narrow(1.0, 0.5) == dual(tanh(z))(1.0, 0.5)


def test_a_correlation_is_given_by_its_distance_from_an_end() -> None:
    f = Max(tanh(z), 0)
    near = dual(f)(2.0, one_plus_c=[1e-12, 1e-6])
    assert near[1] == pytest.approx(near[0] * 1e9, rel=1e-2, abs=0)  # as (1 + c)^(3/2)
    assert dual(f)(2.0, one_minus_c=0.75) == dual(f)(2.0, 0.25)


def test_results_are_written_where_they_are_wanted() -> None:
    out = np.empty((2, 1))
    assert second(tanh(z))([[1.0], [2.0]], out=out) is out
    assert out[1, 0] == second(tanh(z))(2.0)
    for wrong in (np.empty(2), np.empty((2, 1), np.float32), [0.0, 0.0]):
        with pytest.raises(ValueError, match="out="):
            second(tanh(z))([[1.0], [2.0]], out=wrong)


@pytest.mark.parametrize(
    ("arguments", "keywords", "error", "told"),
    [
        ((1.0,), {}, TypeError, "2 argument"),
        ((1.0, 0.5), {"one_minus_c": 0.5}, TypeError, "2 argument"),
        ((1.0,), {"one_minus_q": 0.5}, TypeError, "one_minus_c or one_plus_c"),
        ((1.0,), {"one_minus_c": 0.5, "one_plus_c": 1.5}, TypeError, "one_minus_c or one_plus_c"),
        ((1j, 0.5), {}, TypeError, "complex"),
        (([1.0, 2.0], [0.1, 0.2, 0.3]), {}, ValueError, "shape"),
    ],
)
def test_wrong_arguments_are_refused(
    arguments: Any, keywords: Any, error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        dual(tanh(z))(*arguments, **keywords)


@pytest.mark.parametrize(
    ("expr", "args", "error", "told"),
    [
        (
            gaussian_integral(tanh(z) * sin(w), (z, w), LAW),
            (q, c),
            UnsupportedError,
            "one function",
        ),
        (gaussian_integral(cos(z * w), (z, w), LAW), (q, c), UnsupportedError, "one function"),
        (g * product(tanh(z)), (q, c), UnsupportedError, "factor g"),
        (sin(g) * gaussian_integral(cos(z), z, q), (q, g), UnsupportedError, "no power"),
        (gaussian_integral(exp(z**4) ** 2, z, q), (q,), DomainError, "square-integrable"),
    ],
    ids=["two functions", "no product", "no argument", "no power", "growth"],
)
def test_other_expectations_are_refused(
    expr: Expr, args: Any, error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        kernel(expr, args)


@pytest.mark.parametrize(
    "expr",
    [
        tanh(q),
        gaussian_integral(tanh(z) ** 2, z, 1 + q),
        gaussian_integral(tanh(z * q), z, q),
        product(tanh(z)).diff(q),
    ],
    ids=["elementary", "another variance", "a parameter", "another density"],
)
def test_what_is_no_expectation_is_left_to_others(expr: Expr) -> None:
    assert law_of(expr, (q, c)) is None


def test_options_that_such_kernels_lack_are_refused() -> None:
    with pytest.raises(InputError, match="float64"):
        kernel(gaussian_integral(cos(z), z, q), q, dtype="float32")
    with pytest.raises(UnsupportedError, match="interval"):
        kernel(product(tanh(z)), (q, c), domain=[c < q])


def test_a_module_needs_no_symdyn_and_gives_the_same_bits(tmp_path: Path) -> None:
    made = dual(tanh(z))
    (tmp_path / "emitted.py").write_text(made.source)
    code = (
        "import sys; import numpy as np; sys.path.insert(0, '.'); import emitted\n"
        "c = np.linspace(-1, 1, 2100)\n"  # many: by way of a table
        "values = [*emitted.kernel([0.5, 30.0], 0.3), *emitted.kernel(2.0, c)]\n"
        "assert not any(name.startswith('symdyn') for name in sys.modules)\n"
        "print(*(float(x).hex() for x in values))"
    )
    found = subprocess.run(
        [sys.executable, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert found.returncode == 0, found.stderr
    ours = [*made([0.5, 30.0], 0.3), *made(2.0, np.linspace(-1, 1, 2100))]
    assert found.stdout.split() == [float(x).hex() for x in ours]
    assert len(made.source) < 120_000


def test_kernels_pickle() -> None:
    assert pickle.loads(pickle.dumps(second(tanh(z))))(2.0) == second(tanh(z))(2.0)


def errors(made: ExpectationKernel, count: int = 12) -> list[float]:
    points = [*made.draw(np.random.default_rng(3), count), *made.edges()[:1]]
    return [normwise_error(made, made.reference, point) for point in points]  # type: ignore[arg-type]


def test_errors_are_seen() -> None:
    """Against the definition: of right values few units, of wrong ones more than is allowed."""
    for made in (second(tanh(z)), second(SLOPE)):
        assert made.target is not None and max(errors(made)) < made.target
        other = replace(made, result=made.result * (1 + symbols("e").subs("e", 0)))
        function = made._function
        other.__dict__["_function"] = lambda *a, f=function, **k: f(*a, **k) * (1 + 2e-14)
        assert max(errors(other)) > made.target


FAULTS = {
    "a node": ("leggauss(ORDER)", "leggauss(ORDER) * np.array([[1 + 1e-12], [1]])"),
    "the height": ("HEIGHT = 1 / sqrt(2 * pi)", "HEIGHT = (1 + 1e-13) / sqrt(2 * pi)"),
    "the reach": ("LEAST_REACH = 8.7", "LEAST_REACH = 5.0"),
}


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_faults_in_a_module_are_seen(fault: str) -> None:
    right, wrong = FAULTS[fault]
    made = second(SLOPE)
    assert right in made.source
    module = load(made.source.replace(right, wrong))
    faulty = replace(made)
    faulty.__dict__["_function"] = module.kernel
    assert made.target is not None and max(errors(made)) < made.target < max(errors(faulty))


@pytest.mark.slow
def test_certificates_meet_and_can_be_repeated(tmp_path: Path) -> None:
    made = second(SLOPE)
    found = certify(made, points=20)
    assert found.meets and "against the definition" in str(found)
    assert certify_module(made.save(tmp_path), points=10).meets
    assert certify(dual(tanh(z)), points=10).meets


def test_points_to_look_at_come_near_both_ends() -> None:
    rng = np.random.default_rng(0)
    both = dual(tanh(z)).spread(rng, 60)
    correlations = np.array([float(point[1]) for point in both])
    assert 20 < len(both) <= 60 and (abs(correlations) < 1).all()
    for side in (-correlations, correlations):
        assert (1 - side < 0.1).sum() >= 4 and (1 - side).min() < 1e-8
    assert len(second(tanh(z)).spread(rng, 60)) == 60
