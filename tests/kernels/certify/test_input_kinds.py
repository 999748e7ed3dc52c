"""The certificate says what a kernel does with inputs that are no arrays of doubles."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy as sp

from symdyn.kernels.certify import certify
from symdyn.kernels.certify.box import Box
from symdyn.kernels.certify.certificate import rows
from symdyn.kernels.certify.input_kinds import REFUSED, TAKEN, input_kinds
from tests.kernels.certify.plain import plain

x, y = sp.symbols("x y", real=True)
SLOPE = plain(sp.atan(x) / x, x)


class Changed:
    """A kernel behind a function that changes how it is called."""

    def __init__(self, call: Callable[..., Any]) -> None:
        self.call = call

    def __getattr__(self, name: str) -> Any:
        return getattr(SLOPE, name)

    def __call__(self, values: Any) -> Any:
        return self.call(values)


def errors(kernel: Any) -> dict[str, float | None]:
    return {row.input: row.error for row in input_kinds(kernel, Box.of(SLOPE.domain))}


def test_emitted_kernels_take_and_refuse_what_they_should() -> None:
    assert set(errors(SLOPE)) == {name for name, _ in (*TAKEN, *REFUSED)}
    assert set(errors(SLOPE).values()) == {0.0}
    two = plain((x * y, x - y), x, y)
    assert {row.error for row in input_kinds(two, Box.of(two.domain))} == {0.0}


def short(values: Any) -> Any:
    found = SLOPE(values)
    return found.astype(np.float32).astype(np.float64) if _is(values, np.float32) else found


def _is(values: Any, kind: type) -> bool:
    return np.asarray(values).dtype == kind


def off_by_one(values: Any) -> Any:
    found = np.array(SLOPE(values))
    if found.size and not np.asarray(values).flags.contiguous:
        found[0] = found[-1]
    return found


def without_shape(values: Any) -> Any:
    return np.atleast_1d(SLOPE(values))


def no_empty(values: Any) -> Any:
    if np.size(values) == 0:
        raise ValueError("nothing to do")
    return SLOPE(values)


def in_place(values: Any) -> Any:
    if not np.asarray(values).flags.writeable:
        raise ValueError("cannot be written to")
    return SLOPE(values)


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (short, "single precision"),
        (off_by_one, "strided array"),
        (without_shape, "0-d array"),
        (no_empty, "empty array"),
        (in_place, "read-only array"),
        (lambda v: np.full(np.shape(v), np.nan) if _is(v, np.int64) else SLOPE(v), "whole numbers"),
        (lambda v: SLOPE(v.real if _is(v, complex) else v), "complex numbers"),
        (lambda v: SLOPE(np.asarray(v, float) if _is(v, object) else v), "objects"),
    ],
)
def test_each_promise_can_be_broken(call: Callable[..., Any], kind: str) -> None:
    found = errors(Changed(call))
    assert found.pop(kind) == math.inf and set(found.values()) == {0.0}


def test_the_table_of_a_certificate_shows_them() -> None:
    shown = dict(rows(certify(SLOPE, points=200)))
    assert shown["x = complex numbers"] == "TypeError (TypeError)"
    assert shown["x = strided array"] == "the same bits (the same bits)"
    broken = certify(Changed(no_empty), points=200)
    assert broken.error == math.inf and broken.meets is False
