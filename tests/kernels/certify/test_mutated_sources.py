"""Faults in the source of a kernel show in its certificate.

The core of emitted modules is changed systematically: a constant's last bits, a dropped term, a
branch swapped, an operation exchanged. Each change must make the certified error clearly worse.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
import sympy as sp

from symdyn.kernels.certify import certify, code_digest
from symdyn.kernels.certify.modules import EmittedKernel
from tests.kernels.certify.plain import plain
from tests.kernels.certify.source_mutants import kind, mutants

x = sp.Symbol("x", real=True)
p, q = sp.symbols("p q", positive=True)
POINTS = 600

KERNELS = {
    "curve": plain(p / (2 + sp.sqrt(p + sp.Rational(1, 3))), p, domain={p: (0, 7)}),
    "pieces": plain(
        sp.Piecewise((x**2 + sp.pi, x < 1), (3 * x + sp.exp(-x), x < 5), (sp.sqrt(x), True)),
        x,
        domain={x: (-2, 9)},
    ),
    "two": plain(
        sp.log(p) / 7 + sp.Max(p, 3 * q) + sp.atan(q), p, q, domain={p: (1, 5), q: (1, 2)}
    ),
}
MUTANTS = [
    (name, *mutant)
    for name, kernel in KERNELS.items()
    for mutant in mutants(kernel.source, "scalar")
]


@cache
def error(name: str) -> float:
    return certify(KERNELS[name], points=POINTS).error


def is_caught(name: str, source: str) -> bool:
    kernel: EmittedKernel = replace(KERNELS[name], source=source)
    return certify(kernel, points=POINTS).error > error(name) + 0.05


def test_the_sound_kernels_are_good() -> None:
    assert max(error(name) for name in KERNELS) < 3


def test_mutants_are_many_and_of_every_kind() -> None:
    kinds = {kind(what) for _, what, _ in MUTANTS}
    assert len(MUTANTS) > 40
    assert kinds == {"up", "exchanged", "first term alone", "second term alone", "swapped"}


@pytest.mark.parametrize(
    ("name", "source"),
    [pytest.param(name, source, id=f"{name}: {what}") for name, what, source in MUTANTS[::4]],
)
def test_a_fault_in_the_source_is_caught(name: str, source: str) -> None:
    assert is_caught(name, source)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "source"),
    [pytest.param(n, s, id=f"{n}: {w}") for k, (n, w, s) in enumerate(MUTANTS) if k % 4],
)
def test_each_fault_in_the_source_is_caught(name: str, source: str) -> None:
    assert is_caught(name, source)


def test_the_digest_tells_a_changed_source() -> None:
    source = KERNELS["curve"].source
    assert code_digest(source) != code_digest(source.replace("2.0", "3.0"))
    assert code_digest(source) == code_digest(source.replace("A test.", "Certified."))
