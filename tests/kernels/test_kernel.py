"""Kernels take what arrays hold, say what they refuse, and travel."""

from __future__ import annotations

import json
import math
import pickle
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy as sp
from numba import njit
from sympy import Symbol, oo

from symdyn.errors import (
    DomainError,
    InputError,
    RefutedError,
    SymdynError,
    UndecidedError,
    UnsupportedError,
)
from symdyn.kernels.certify import Certificate
from symdyn.kernels.kernel import Kernel, kernel
from symdyn.proof.cache import Cache

ROOT = Path(__file__).resolve().parents[2]
ANY = math.inf  # a target that the first rung meets

x, y = sp.symbols("x y")
s, t, u0 = sp.symbols("s t u0", positive=True)
CURVE = s / (1 + (s / u0 - 1) * sp.exp(-2 * s * t))

KERNELS = {
    "arccos": lambda: kernel("cho2009::arccos", degree=1, target=ANY),
    "arccos_derivative": lambda: kernel("cho2009::arccos_derivative", degree=0, target=ANY),
    "curve": lambda: kernel(CURVE, (t, u0, s), target=ANY),
    "several": lambda: kernel((sp.sin(x) / x, sp.exp(x * y)), (x, y), target=ANY),
    "pieces": lambda: kernel(sp.Piecewise((1, x > 0), (0, True)), x, target=ANY),
    "careful": lambda: kernel(sp.sqrt(x**2 + 1) - 1, x),
}
MADE: dict[str, Kernel] = {}


@pytest.fixture(params=KERNELS)
def f(request: pytest.FixtureRequest) -> Kernel:
    """Each kernel is made once."""
    if request.param not in MADE:
        MADE[request.param] = KERNELS[request.param]()
    return MADE[request.param]


def first(result: Any) -> Any:
    return result[0] if isinstance(result, tuple) else result


def arguments(f: Kernel, value: Any) -> list[Any]:
    """The value as first argument, 1/2 for the others."""
    return [value, *[0.5] * (len(f.args) - 1)]


GRID = np.array([[0.0, 0.125, 0.25], [0.5, 0.75, 1.0]])


def test_numbers_give_numbers(f: Kernel) -> None:
    value = first(f(*arguments(f, 0.25)))
    assert isinstance(value, np.float64)
    assert value == first(f(*arguments(f, np.array(0.25))))


def test_arrays_broadcast(f: Kernel) -> None:
    value = first(f(*arguments(f, GRID)))
    assert value.shape == GRID.shape
    assert value.dtype == np.float64
    assert value[1, 0] == first(f(*arguments(f, 0.5)))
    if len(f.args) > 1:
        assert first(f(GRID, *[np.full((4, 1, 1), 0.5)] * (len(f.args) - 1))).shape == (4, 2, 3)


@pytest.mark.parametrize("shape", [(0,), (3, 0), (0, 2)])
def test_empty_arrays_give_empty_arrays(f: Kernel, shape: tuple[int, ...]) -> None:
    assert first(f(*arguments(f, np.empty(shape)))).shape == shape


@pytest.mark.parametrize(
    "values",
    [GRID[:, ::2], GRID.T, GRID[::-1], np.asfortranarray(GRID), GRID.astype(">f8")],
    ids=["strided", "transposed", "reversed", "fortran", "swapped bytes"],
)
def test_any_layout_is_taken(f: Kernel, values: np.ndarray) -> None:
    plain = np.array(values, dtype=float, order="C")
    np.testing.assert_array_equal(first(f(*arguments(f, values))), first(f(*arguments(f, plain))))


def test_unaligned_arrays_are_taken(f: Kernel) -> None:
    raw = b"\0" + GRID.tobytes()
    unaligned = np.frombuffer(raw, dtype=np.uint8)[1:].view(np.float64)
    assert not unaligned.flags.aligned
    expected = first(f(*arguments(f, GRID.ravel())))
    np.testing.assert_array_equal(first(f(*arguments(f, unaligned))), expected)


@pytest.mark.parametrize("kind", ["int64", "int8", "uint32", "bool", "float32", "float16"])
def test_integers_and_short_floats_are_computed_in_doubles(f: Kernel, kind: str) -> None:
    values = np.array([0, 1, 1]).astype(kind)
    found = first(f(*arguments(f, values)))
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, first(f(*arguments(f, values.astype(float)))))


def test_lists_and_integers_are_taken(f: Kernel) -> None:
    np.testing.assert_array_equal(
        first(f(*arguments(f, [0, 1]))), first(f(*arguments(f, np.array([0.0, 1.0]))))
    )
    assert first(f(*arguments(f, 1))) == first(f(*arguments(f, 1.0)))


def test_read_only_arrays_stay_as_they_are(f: Kernel) -> None:
    values = GRID.copy()
    values.flags.writeable = False
    f(*arguments(f, values))
    np.testing.assert_array_equal(values, GRID)


def test_nan_gives_nan_in_every_argument(f: Kernel) -> None:
    for place in range(len(f.args)):
        given = [0.5] * len(f.args)
        given[place] = np.nan
        found = f(*given)
        assert all(np.isnan(v) for v in (found if isinstance(found, tuple) else (found,)))


def test_infinite_and_subnormal_arguments_do_no_harm(f: Kernel) -> None:
    with np.errstate(all="raise"):
        found = first(f(*arguments(f, np.array([np.inf, -np.inf, 5e-324, -5e-324, 1e308]))))
    assert found.shape == (5,)
    assert np.isfinite(found[2])


@pytest.mark.parametrize(
    "value", [1j, [1j], np.array([1.0], dtype=object), "1", None, np.datetime64("2020-01-01"), x]
)
def test_what_is_not_real_is_a_type_error(f: Kernel, value: Any) -> None:
    with pytest.raises(TypeError, match="argument 1 holds"):
        f(*arguments(f, value))


def test_wrong_shapes_and_numbers_of_arguments(f: Kernel) -> None:
    with pytest.raises(TypeError, match="needed"):
        f(*[0.5] * (len(f.args) + 1))
    with pytest.raises(TypeError, match=r"needed|keyword"):
        f()
    if len(f.args) > 1:
        with pytest.raises(ValueError, match="do not broadcast"):
            f(*arguments(f, np.zeros(3))[:-1], np.zeros(4))


def test_a_kernel_travels_as_its_description(f: Kernel) -> None:
    again = pickle.loads(pickle.dumps(f))
    assert again.source == f.source
    assert first(again(*arguments(f, 0.25))) == first(f(*arguments(f, 0.25)))


def test_the_scalar_core_works_in_compiled_functions(f: Kernel) -> None:
    core, several = f.scalar, len(f.results) > 1
    count = len(f.args)
    if count > 2:
        caller = njit(lambda v: core(v, 0.5, 0.5))
    else:
        caller = njit(lambda v: core(v, 0.5)) if count == 2 else njit(lambda v: core(v))
    found = caller(0.25)
    assert (found[0] if several else found) == first(f(*arguments(f, 0.25)))


def test_a_kernel_shows_itself(f: Kernel) -> None:
    assert "<kernel" in repr(f)
    assert "Domain" in f._repr_html_()
    assert f._repr_latex_().startswith("$")
    assert str(f.domain) in f.source


def test_kernels_run_in_spawned_workers() -> None:
    f = MADE.setdefault("arccos", KERNELS["arccos"]())
    code = "import sys, pickle; f = pickle.load(sys.stdin.buffer); print(repr(float(f(0.5))))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=pickle.dumps(f),
        capture_output=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert float(done.stdout) == f(0.5)


def test_a_saved_module_holds_the_certificate(tmp_path: Path) -> None:
    f = MADE.setdefault("careful", KERNELS["careful"]())
    file = f.save(tmp_path)
    known = json.loads(file.with_suffix(".json").read_text())
    assert known["target"] == 2.0
    assert Certificate.from_data(known["certificate"]).error == f.certificate.error
    assert "Certificate: " in file.read_text()
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import function; print(function.kernel(1e-9))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, str(tmp_path)], capture_output=True, text=True
    )
    assert float(done.stdout) == f(1e-9) == 5e-19


# ---------------------------------------------------------------------------------- limits, domain


def test_removable_singularities_take_the_limit() -> None:
    f = kernel((sp.exp(x) - 1) / x, x, target=ANY)
    np.testing.assert_array_equal(f([0.0, -np.inf, np.inf]), [1.0, 0.0, np.inf])
    g = kernel(sp.sqrt(x + 1) - sp.sqrt(x), x, domain={x: (0, oo)}, target=ANY)
    assert g(np.inf) == 0.0


def test_a_limit_may_depend_on_other_arguments() -> None:
    f = MADE.setdefault("curve", KERNELS["curve"]())
    assert f(2.0, 0.25, 0.0) == 0.25 / (1 + 2 * 2.0 * 0.25)
    assert f(2.0, 0.0, 1.0) == 0.0


def test_infinite_limits_give_infinity() -> None:
    f = MADE.setdefault("arccos_derivative", KERNELS["arccos_derivative"]())
    np.testing.assert_array_equal(f([-1.0, 1.0]), [np.inf, np.inf])


def test_the_domain_is_closed_clipped_and_nan_outside() -> None:
    f = MADE.setdefault("arccos", KERNELS["arccos"]())
    beyond = 1 + 2.0**-52 * np.array([1, 4, 5])
    np.testing.assert_array_equal(f(beyond), [0.5, 0.5, np.nan])
    np.testing.assert_array_equal(f(-beyond), [0.0, 0.0, np.nan])
    assert np.isnan(f(np.inf))


def test_conditions_between_arguments_make_nan() -> None:
    f = kernel(sp.sqrt(y - x), (x, y), domain=[x < y], target=ANY)
    np.testing.assert_array_equal(f([0.0, 1.0, 2.0], 1.0), [1.0, 0.0, np.nan])


def test_domains_can_be_written_in_several_ways() -> None:
    for domain in ({x: (0, 1)}, {"x": (0, 1)}, {x: sp.Interval(0, 1)}, [x >= 0, x <= 1]):
        assert np.isnan(kernel(x, x, domain=domain, target=ANY)(1.5))


@pytest.mark.parametrize(
    ("domain", "error"),
    [
        ({x: (1, 0)}, DomainError),
        ({y: (0, 1)}, InputError),
        ({x: 3}, InputError),
        ([x > 1, x < 0], DomainError),
        ([y > 1], SymdynError),
        ("x > 0", InputError),
    ],
)
def test_domains_that_make_no_sense_are_refused(domain: Any, error: type[SymdynError]) -> None:
    with pytest.raises(error):
        kernel(x**2, x, domain=domain, target=ANY)


# ------------------------------------------------------------------------------ fixed parameters


def test_parameters_are_fixed_exactly() -> None:
    a = Symbol("a", positive=True)
    f = kernel(a * x, x, a="1/3", target=ANY)
    assert f.expr == x / 3
    assert kernel(a * x, x, a=Fraction(1, 3), target=ANY).expr == x / 3
    assert kernel(a * x, x, a=0.5, target=ANY).expr == x / 2
    with pytest.raises(DomainError, match="a=-1"):
        kernel(a * x, x, a=-1, target=ANY)
    with pytest.raises(InputError, match="fixes nothing"):
        kernel(x, x, b=1, target=ANY)
    for value in ("three", [1], "oo", None):
        with pytest.raises(InputError, match="exact number"):
            kernel(a * x, x, a=value, target=ANY)


def test_arguments_must_be_named_where_there_are_several() -> None:
    with pytest.raises(InputError, match="in order"):
        kernel(x + y, target=ANY)
    with pytest.raises(UnsupportedError, match="besselj"):
        kernel(sp.besselj(0, x), x, target=ANY)


# ------------------------------------------------------------------------------- results, keywords


def test_a_correlation_may_be_given_by_its_distance_from_an_end() -> None:
    f = MADE.setdefault("arccos", KERNELS["arccos"]())
    d = np.array([0.0, 0.25, 1.0, 2.0])
    np.testing.assert_allclose(f(one_minus_c=d), f(1 - d), rtol=1e-15, atol=1e-16)
    np.testing.assert_allclose(f(one_plus_c=d), f(d - 1), rtol=1e-15, atol=1e-16)
    with pytest.raises(TypeError, match="both are given"):
        f(0.5, one_minus_c=0.5)
    with pytest.raises(TypeError, match="takes one of"):
        f(one_plus_d=0.5)
    with pytest.raises(TypeError, match="takes one of"):
        f(one_minus_c=0.5, one_plus_c=0.5)


@pytest.mark.parametrize(
    ("claimed", "error"),
    [("x + 1", RefutedError), ("x", None)],
)
def test_only_results_that_hold_become_kernels(
    tmp_path: Path, claimed: str, error: type[SymdynError] | None
) -> None:
    file = tmp_path / f"paper_{'good' if error is None else 'bad'}.py"
    file.write_text(
        '"""A paper."""\n'
        "from sympy import symbols\n"
        "from symdyn import claim, derivation\n"
        'x = symbols("x", real=True)\n'
        "@derivation\n"
        "def result():\n"
        '    """A result."""\n'
        f'    return claim((x**2 - 1)/(x - 1) - 1, {claimed}, because="cancel")\n'
        "@derivation\n"
        "def resting():\n"
        '    """What rests on it."""\n'
        '    return claim(2*result(), 2*result(), because="double")\n'
    )
    if error is None:
        assert kernel(f"{file}::result", target=ANY)(2.0) == 2.0
        return
    with pytest.raises(error, match="no kernel is made of it"):
        kernel(f"{file}::result", target=ANY)
    with pytest.raises(UndecidedError, match="rests on"):
        kernel(f"{file}::resting", target=ANY)


def test_ids_and_kinds_of_results_are_checked() -> None:
    with pytest.raises(InputError, match="is no id"):
        kernel("cho2009", target=ANY)
    with pytest.raises(InputError, match="not both"):
        kernel("cho2009::arccos(degree=1)", degree=1, target=ANY)
    with pytest.raises(InputError, match="degree"):
        kernel("cho2009::arccos", order=1, target=ANY)


def test_programs_are_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from symdyn.kernels import lowering
    from symdyn.kernels.ranges import Ranges

    monkeypatch.setenv("SYMDYN_CACHE", str(tmp_path))
    domain = Ranges.of([x], {x: (0, oo)})
    made = lowering.lowered([sp.sin(x) / x], domain, ANY)
    monkeypatch.setattr(lowering, "_made", lambda *_: pytest.fail("found again"))
    assert lowering.lowered([sp.sin(x) / x], domain, ANY) == made
    assert lowering.lowered([sp.sin(y) / y], Ranges.of([y], {y: (0, oo)}), ANY).limits != ()
    for file in tmp_path.rglob("programs/*/*.json"):
        file.write_text(file.read_text().replace("sin", "cos"))
    monkeypatch.undo()
    monkeypatch.setenv("SYMDYN_CACHE", str(tmp_path))
    assert lowering.lowered([sp.sin(x) / x], domain, ANY) == made


def test_verification_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    from symdyn.kernels import origin

    seen: list[str] = []
    plain = origin.verify
    monkeypatch.setattr(
        origin,
        "verify",
        lambda *a, **k: seen.append(a[0]) or plain(*a, **{**k, "cache": Cache(None)}),
    )
    kernel("cho2009::arccos", degree=0, target=ANY)
    assert seen == ["cho2009::arccos(degree=0)"]
