"""Faults in the source of a kernel over vectors show in its certificate.

The core of such a module is the functions `term0_near` and `term0_far` of lengths and angle, in
pairs of doubles, and `term0`, which puts their results together. What is changed far behind the
last bit of a double (a low word, a late coefficient of a series) shows nowhere and is no fault.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import symdyn.library.tian2017 as tian2017

from symdyn.kernels.certify import certify
from symdyn.kernels.certify.modules import EmittedVectorKernel, emitted
from symdyn.kernels.certify.subjects import subject_of_arrays
from symdyn.kernels.patterns.vector_kernel import VectorKernel
from symdyn.kernels.ranges import Ranges
from tests.kernels.certify.source_mutants import kind, mutants

POINTS = 60
UNITS = 8  # of 2^-53: a change of the result by more than that is a fault
KINDS = {"up", "exchanged", "first term alone", "second term alone", "swapped"}


@cache
def sound() -> EmittedVectorKernel:
    gate = VectorKernel("gate", tian2017.gate(), (tian2017.e, tian2017.w), Ranges.of([]))
    found = emitted(gate.source, subject_of_arrays(gate))
    assert isinstance(found, EmittedVectorKernel)
    return found


@cache
def every_mutant() -> list[tuple[str, str]]:
    return list(mutants(sound().source, "term0_near", "term0_far", "term0"))


def error(source: str) -> float:
    return certify(replace(sound(), source=source), points=POINTS).error


def moved(source: str) -> float:
    """The largest change of the result at points that no certificate has drawn."""
    rng, largest = np.random.default_rng(99), 0.0
    for k in range(40):
        e, w = rng.normal(size=(2, 3))
        if k % 2:
            w = np.sign(k % 4 - 2) * e + 10.0 ** -(k % 5) * w
        right, found = sound()(e, w), replace(sound(), source=source)(e, w)
        change = np.linalg.norm(found - right) / np.linalg.norm(right)
        largest = np.inf if np.isnan(change) else max(largest, float(change) * 2.0**53)
    return largest


def first_of_each_kind() -> dict[str, str]:
    """One mutant of every kind, and every swapped branch."""
    found: dict[str, str] = {}
    for what, source in every_mutant():
        name = what if kind(what) == "swapped" else kind(what)
        found.setdefault(name, source)
    return found


def test_the_sound_kernel_is_good() -> None:
    assert error(sound().source) < 4


def test_mutants_are_many_and_of_every_kind() -> None:
    assert len(every_mutant()) > 60 and {kind(what) for what, _ in every_mutant()} == KINDS


QUICK = ("up", "first term alone", "pair_select")  # the others take as long each


@pytest.mark.parametrize("start", QUICK)
def test_a_fault_in_the_source_is_caught(start: str) -> None:
    faults = [source for name, source in first_of_each_kind().items() if name.startswith(start)]
    assert faults and all(error(source) > 2 * UNITS for source in faults)


@pytest.mark.slow
def test_a_fault_of_every_kind_is_caught() -> None:
    others = {n: source for n, source in first_of_each_kind().items() if not n.startswith(QUICK)}
    assert [name for name, source in others.items() if error(source) <= 2 * UNITS] == []


@pytest.mark.slow
def test_each_fault_that_moves_the_result_is_caught() -> None:
    faults = [(what, source) for what, source in every_mutant() if moved(source) > UNITS]
    assert len(faults) > 20 and {kind(what) for what, _ in faults} == KINDS
    assert [what for what, source in faults if error(source) <= error(sound().source) + 1] == []
