"""An error on record may only improve."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import sympy as sp

from symdyn.errors import InputError
from symdyn.kernels.certify import Certificate, certify
from symdyn.kernels.certify.stored import TOLERANCE, keep, stored, worsened
from symdyn.numerics.machine import platform_key
from tests.kernels.certify.plain import plain

p = sp.Symbol("p", positive=True)
KERNEL = plain(sp.exp(-p) + sp.sqrt(p), p, domain={p: (0, 20)})


@pytest.fixture(scope="module")
def on_record() -> Certificate:
    return certify(KERNEL, points=400)


def test_the_same_kernel_is_not_worse(on_record: Certificate) -> None:
    assert worsened(KERNEL, on_record) == ()


def test_a_worse_kernel_is_seen_at_the_inputs_on_record_and_overall(on_record: Certificate) -> None:
    wrong = sp.exp(-p) + sp.sqrt(p) * (1 + 2**-51)
    worse = plain(sp.exp(-p) + sp.sqrt(p), p, domain={p: (0, 20)}, computed=wrong)
    complaints = worsened(worse, on_record)
    assert any(" at p = " in text for text in complaints)
    assert any("at most" in text for text in complaints)


def test_less_than_the_tolerance_is_nothing_and_more_is_something(on_record: Certificate) -> None:
    def recorded(change: float) -> tuple[str, ...]:
        worst = tuple(replace(w, error=w.error - change) for w in on_record.worst)
        return worsened(KERNEL, replace(on_record, worst=worst))

    assert recorded(0.9 * TOLERANCE) == ()
    assert len(recorded(1.1 * TOLERANCE)) == len(on_record.worst)


def test_what_is_better_than_on_record_passes(on_record: Certificate) -> None:
    worst = tuple(replace(w, error=w.error + 3) for w in on_record.worst)
    assert worsened(KERNEL, replace(on_record, worst=worst)) == ()


def test_certificates_of_other_platforms_stay(tmp_path: Path, on_record: Certificate) -> None:
    file = tmp_path / "kernel.json"
    file.write_text(json.dumps({"other-libm": on_record.data()}))
    keep(file, on_record)
    assert stored(file) == {"other-libm": on_record, platform_key(): on_record}
    assert stored(tmp_path / "missing.json") == {}


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "kernel.json"
    file.write_text("]")
    with pytest.raises(InputError, match="not JSON"):
        stored(file)
