"""Compiled code that is not what its text says is told apart from code that is.

Truth is arithmetic of fractions, rounded once, and texts that were compiled with other options, or
changed after they were compiled.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import sympy as sp

from symdyn.errors import UnsupportedError
from symdyn.kernels.arithmetic.definitions import has_pairs
from symdyn.kernels.certify import Certificate, certify
from symdyn.kernels.certify.certificate import rows
from symdyn.kernels.certify.compiled_code import calls_in, flags_in, look_at
from symdyn.kernels.certify.machine_code import MachineCode, machine_code
from symdyn.kernels.certify.modules import EmittedKernel
from symdyn.kernels.certify.plain_code import bits, double, fma, in_plain_python
from symdyn.kernels.emission import Plan, module_text
from symdyn.kernels.kernel import kernel
from symdyn.kernels.loading import digest, load
from symdyn.kernels.program import build
from tests.kernels.certify.plain import plain

x = sp.Symbol("x", real=True)
y = sp.Symbol("y", real=True)
p = sp.Symbol("p", positive=True)

RNG = np.random.default_rng(0)
POINTS = np.concatenate(
    [
        RNG.uniform(-3, 3, 83),
        RNG.choice([-1.0, 1.0], 60) * 10.0 ** RNG.uniform(-308, 308, 60),
        [0.0, -0.0, 5e-324, -5e-324, 1.0, 709.7827128933841, -745.1332191019412],
    ]
)[:, None]


def rewritten(f: EmittedKernel, old: str, new: str) -> EmittedKernel:
    """The kernel of a changed text, which carries its own digest as if symdyn had written it."""
    assert old in f.source
    code = f.source.split('"""\n\n', 1)[1].removesuffix("\n")
    changed = code.replace(old, new)
    text = f.source.replace(code, changed).replace(digest(code), digest(changed))
    return replace(f, source=text)


def with_options(f: EmittedKernel, options: str) -> EmittedKernel:
    return rewritten(f, '"parallel": False}', f'"parallel": False, "fastmath": {options}}}')


def in_pairs(expr: sp.Expr, symbol: sp.Symbol) -> EmittedKernel:
    f, program = plain(expr, symbol), build(expr, (symbol,))
    types = {
        k: "pair"
        for k, node in enumerate(program.nodes)
        if node.args and node.type == "f64" and has_pairs(node.op)
    }
    text = module_text(Plan(program.retyped(types), f.domain.ranges), ["A test."])
    return replace(f, source=text)


# --- what is right


EXPRESSIONS = [
    sp.exp(x) + 1 / x,
    sp.cosh(x) * sp.atan(x) - x**5 / 3,
    sp.log(p) - sp.sqrt(p),
    sp.floor(x) * sp.sign(x) + sp.Max(x, 1) - sp.Min(x, -1) + sp.Abs(x),
    sp.Piecewise((x**2, x < 1), (sp.asinh(x), True)),
    sp.sin(x) + sp.erf(x) + sp.gamma(x) + sp.loggamma(p).subs(p, sp.Abs(x) + 1) + sp.Mod(x, 3),
]


@pytest.mark.parametrize("expr", EXPRESSIONS, ids=str)
def test_compiled_code_has_the_bits_of_its_text(expr: sp.Expr) -> None:
    found = machine_code(plain(expr, *expr.free_symbols), POINTS)
    assert found.agrees and found.points == len(POINTS) + 3 and not f"{found}"
    assert set(found.calls) <= {"sin", "erf", "numba_gamma", "lgamma"} and not found.unnamed


@pytest.mark.parametrize("expr", [sp.exp(x) - 1 / x, sp.sin(x)], ids=str)
def test_code_in_pairs_has_the_bits_of_its_text(expr: sp.Expr) -> None:
    found = machine_code(in_pairs(expr, x), POINTS)
    assert found.agrees and found.flags == found.calls == ()


def test_several_arguments_results_and_single_precision() -> None:
    two = np.concatenate([POINTS, POINTS[::-1]], axis=1)
    assert machine_code(plain((x * y, x - y), x, y), two).agrees
    roots = sp.sqrt(p + 1) - sp.sqrt(p)
    f = plain(roots, p)
    text = module_text(Plan(build(roots, (p,)), f.domain.ranges, dtype="float32"), ["A test."])
    assert machine_code(replace(f, source=text, dtype="float32"), np.abs(POINTS)).agrees


@pytest.mark.slow
def test_both_ways_of_a_mask_have_the_bits_of_their_text() -> None:
    f = kernel(sp.exp(p) / (1 + sp.exp(p)) ** 2, p)
    found = machine_code(f, np.abs(POINTS))
    assert found.agrees


# --- what is wrong


ROOTS = plain(x**2 - 2 + x / 3, x)


def test_flags_that_allow_other_arithmetic_are_seen() -> None:
    assert machine_code(ROOTS, POINTS).agrees
    found = machine_code(with_options(ROOTS, "True"), POINTS)
    assert found.agrees is False and "fast" in found.flags and "fast" in f"{found}"


def test_fused_products_and_sums_are_seen_by_their_flag() -> None:
    found = machine_code(with_options(ROOTS, '{"contract"}'), POINTS)
    assert found.agrees is False and found.flags == ("contract",)


def test_fast_code_has_other_bits() -> None:
    """An error-free sum whose correction is dropped, since it is zero in real numbers."""
    f = in_pairs(sp.exp(x) - 1, x)
    fast = f
    for old in ("(forceinline=True, ", '(inline="always", '):
        fast = rewritten(fast, old, f"{old}fastmath=True, ")
    found = machine_code(with_options(fast, "True"), POINTS)
    assert found.mismatches > 0 and len(found.first) == 1 and "differs from its text" in f"{found}"
    assert machine_code(f, POINTS).mismatches == 0


def test_a_text_that_was_changed_after_it_was_compiled_is_seen() -> None:
    class Stale:
        """Runs the code that it was made with, and shows another text."""

        source = rewritten(ROOTS, "2.0", repr(math.nextafter(2.0, 3.0))).source

        def __call__(self, values: np.ndarray) -> Any:
            return ROOTS(values)

    found = machine_code(Stale(), POINTS)
    assert found.agrees is False and found.mismatches > 20


def test_a_fault_after_the_last_whole_vector_is_seen() -> None:
    class Remainder:
        source = ROOTS.source

        def __call__(self, values: np.ndarray) -> np.ndarray:
            found = ROOTS(values)
            if len(values) % 4:
                found[-1] = np.nextafter(found[-1], np.inf)
            return found

    assert machine_code(Remainder(), POINTS).mismatches > 0


def test_a_call_that_the_text_does_not_name_is_seen() -> None:
    power = plain(p**sp.pi, p)
    hidden = rewritten(power, "math.pow(x0, 3.141592653589793)", "x0**3.141592653589793")
    assert machine_code(power, np.abs(POINTS)).calls == ("pow",)
    found = machine_code(hidden, np.abs(POINTS))
    assert found.unnamed == ("pow",) and found.agrees is False and "does not name" in f"{found}"


def test_text_that_symdyn_did_not_write_is_not_run() -> None:
    touched = replace(ROOTS, source=ROOTS.source.replace("2.0", "3.0"))
    with pytest.raises(UnsupportedError, match="not as symdyn wrote it"):
        in_plain_python(touched.source)
    found = machine_code(touched, POINTS)
    assert found.agrees is None and "not as symdyn wrote it" in found.remark
    assert "not compared" in dict(found.rows())["machine code"]


def test_plain_text_reaches_neither_files_nor_modules() -> None:
    for line in ("open('/dev/null')", "__import__('os')", "os.getpid()", "eval('1')"):
        sly = rewritten(ROOTS, "ARGUMENTS = 1", f"import os\n{line}\nARGUMENTS = 1")
        assert "NameError" in machine_code(sly, POINTS).remark


# --- stand-ins


def exactly(a: float, b: float, c: float) -> float:
    value = Fraction(a) * Fraction(b) + Fraction(c)
    try:
        return value.numerator / value.denominator
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def test_fma_rounds_once() -> None:
    rng = np.random.default_rng(3)
    for _ in range(3000):
        a, b, c = (float(v) for v in rng.uniform(-2, 2, 3) * 2.0 ** rng.integers(-560, 540, 3))
        for third in (c, -a * b, -a * b * (1 + 2.0**-52)):
            if math.isfinite(third):
                assert float(fma(a, b, third)) == exactly(a, b, third)


@pytest.mark.parametrize(
    ("a", "b", "c", "right"),
    [
        (1e308, 10.0, -math.inf, -math.inf),
        (math.inf, 0.0, 1.0, math.nan),
        (0.0, -1.0, -0.0, -0.0),
        (0.0, 1.0, -0.0, 0.0),
        (3.0, 2.0, -6.0, 0.0),
        (-5e-324, 0.5, 0.0, -0.0),
        (5e-324, 0.5, 5e-324, 1e-323),
    ],
)
def test_fma_of_zeros_and_extremes(a: float, b: float, c: float, right: float) -> None:
    with np.errstate(invalid="ignore"):
        found = float(fma(a, b, c))
    assert math.isnan(found) if math.isnan(right) else bits(found) == bits(right)


def test_bits_and_doubles_are_each_other_s_inverse() -> None:
    for value in (0.0, -0.0, 1.5, -5e-324, math.inf, 1.7976931348623157e308):
        assert bits(double(bits(value))) == bits(value)
    assert bits(-0.0) == -(2**63) and float(double((3 + 1023) << 52)) == 8.0


# --- what code is looked at


def test_flags_and_calls_are_read_from_code() -> None:
    assert flags_in("%2 = tail call fast <4 x double> @llvm.pow.v4f64(%1)") == {"fast"}
    assert flags_in('attributes #0 = { "unsafe-fp-math"="true" }') == {"unsafe-fp-math"}
    assert flags_in("%2 = select i1 %1, double %fast, double %nsz") == set()
    assert calls_in('\t.asciz "exp of it"\n\tbl\t_atan2\n\tmovz x8, #:abs_g0_nc:log\n') == {
        "atan2",
        "log",
    }
    assert calls_in("vmulpd $exponent, %sinus, %xmm0; _ZN3exp4log") == set()


def test_code_without_a_text_is_compiled_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symdyn.kernels.certify.compiled_code.read_entry", lambda *_: None)
    f = with_options(ROOTS, '{"arcp"}')
    f(np.zeros(4))
    module = load(f.source)

    class Cached:
        """A compiled function as it comes from the cache."""

        def __getattr__(self, name: str) -> Any:
            return getattr(module.loop, name)

        def inspect_llvm(self, signature: Any) -> str:
            return "No text"

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = look_at(SimpleNamespace(loop=Cached()), f.source)  # type: ignore[arg-type]
    assert found == look_at(module, f.source) and found.flags == ("arcp",)
    long = f.source + "\n" * 1000
    assert "lines" in look_at(SimpleNamespace(loop=Cached()), long).remark  # type: ignore[arg-type]


def test_what_was_seen_is_kept_by_the_text() -> None:
    f = plain(sp.erf(x) / 7, x)
    f(np.zeros(4))
    found = look_at(load(f.source), f.source)
    assert found.calls == ("erf",)
    assert look_at(SimpleNamespace(), f.source) == found  # type: ignore[arg-type]


def test_certificates_hold_it() -> None:
    found = certify(ROOTS, points=200)
    assert found.machine_code is not None and found.machine_code.agrees
    assert found.machine_code.points > 200
    assert Certificate.from_json(found.to_json()) == found
    shown = dict(rows(found))
    assert shown["flags"] == shown["calls"] == "none" and "machine code" not in f"{found}"
    wrong = replace(found, machine_code=MachineCode(9, 2, ("0x1p+0",)))
    assert "machine code differs from its text at 2 of 9 points" in f"{wrong}"
