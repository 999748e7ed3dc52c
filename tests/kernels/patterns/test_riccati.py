"""The matrix Riccati kernel follows the layers, at all times, and refuses what has no solution."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flint import ctx

from symdyn import kernel, simulate
from symdyn.calculus.words.balanced import BalancedRiccati
from symdyn.errors import InputError
from symdyn.kernels.certify import certify
from symdyn.kernels.certify.modules import certify_module
from symdyn.kernels.certify.normwise import normwise_error
from symdyn.kernels.certify.spelling import read_expression, spelled
from symdyn.kernels.loading import load
from symdyn.kernels.patterns.riccati import RiccatiKernel
from symdyn.library import saxe2013

ENTRIES = json.loads((Path(__file__).parents[2] / "reference/saxe2013.json").read_text())["entries"]
SHAPES = (
    (1, 1, 1),
    (3, 2, 4),
    (2, 4, 3),
    (4, 4, 4),
    (2, 3, 1),
    (5, 2, 2),
)  # inputs, hidden, outputs


@pytest.fixture(scope="module")
def riccati() -> RiccatiKernel:
    made = kernel("saxe2013::riccati")
    assert isinstance(made, RiccatiKernel)
    return made


def weights(sizes: tuple[int, int, int], size: float, seed: int) -> list[np.ndarray]:
    """Balanced layers, and data that share nothing with them."""
    inputs, hidden, outputs = sizes
    rng = np.random.default_rng(seed)
    turn, below, above = (
        np.linalg.qr(rng.normal(size=(n, n)))[0] for n in (hidden, inputs, outputs)
    )
    p = size * rng.uniform(0.5, 2.0, hidden)
    q = np.sqrt(p**2 + size**2) if hidden <= outputs else p
    p[inputs:], q[outputs:] = 0.0, 0.0
    if hidden > inputs or hidden > outputs:  # idle units have no weights
        p[min(inputs, outputs) :] = q[min(inputs, outputs) :] = 0.0
        q = p.copy()
    one, two = np.zeros((hidden, inputs)), np.zeros((outputs, hidden))
    for k in range(min(sizes)):
        one[k, k], two[k, k] = p[k], q[k]
    return [turn @ one @ below, above @ two @ turn.T, rng.normal(size=(outputs, inputs))]


@pytest.mark.parametrize("sizes", SHAPES, ids=str)
@pytest.mark.parametrize("size", [1e-3, 1.0])
def test_it_leads_where_the_layers_go(
    riccati: RiccatiKernel, sizes: tuple[int, int, int], size: float
) -> None:
    inner, outer, data = weights(sizes, size, seed=3)
    times = [0.0, 0.3, 2.0, 5.0]
    flow = riccati.result.flow
    found = simulate(
        flow,
        {saxe2013.W21: inner, saxe2013.W32: outer},
        times,
        values={saxe2013.Sigma31: data},
        tolerance=1e-14,
    )
    whole = found[saxe2013.W32] @ found[saxe2013.W21]
    ours = riccati(times, inner, outer, data)
    assert np.linalg.norm(ours - whole) <= 1e-10 * np.linalg.norm(whole)


EXAMPLES = {
    "lam=0": ([[0.3, 0.1], [-0.1, 0.2]], lambda w: [[0.6, 0.8], [-0.8, 0.6]] @ w.T),
    "lam=.16": (
        np.diag([0.3, 0.75]) @ np.array([[5, 12], [-12, 5]]) / 13,
        lambda _: np.array([[0.6, 0.8], [-0.8, 0.6]]) @ np.diag([0.5, 0.85]),
    ),
}


def test_reference_values_are_met(riccati: RiccatiKernel) -> None:
    entries = [entry for entry in ENTRIES if entry["quantity"] == "matrix_product_W2W1"]
    assert len(entries) == 4
    for entry in entries:
        inputs = entry["inputs"]
        first, second = EXAMPLES[inputs["example"].partition(":")[0]]
        inner = np.asarray(first)
        found = riccati(float(inputs["t"]), inner, second(inner), [[1, 0.5], [-0.2, 0.7]])
        value = float(entry["value"])
        assert abs(found[int(inputs["i"]), int(inputs["j"])] - value) <= 2e-15 * abs(value) * 4


def test_in_the_end_the_data_are_learned_as_far_as_hidden_units_go(riccati: RiccatiKernel) -> None:
    """The largest modes win, where there are fewer hidden units than modes."""
    inner, outer, _ = weights((4, 2, 5), 0.1, seed=0)
    turns = [np.linalg.qr(np.random.default_rng(n).normal(size=(n, n)))[0] for n in (5, 4)]
    strengths = np.array([3.0, 2.0, 0.5, 0.25])
    data, best = (turns[0][:, :k] * strengths[:k] @ turns[1][:k] for k in (4, 2))
    assert np.linalg.norm(riccati(1000.0, inner, outer, data) - best) <= 1e-12 * 4
    full = weights((4, 4, 4), 0.1, seed=4)
    settled = riccati(1000.0, *full)
    assert np.linalg.norm(settled - full[2]) <= 1e-12 * np.linalg.norm(full[2])


def test_samples_and_times_broadcast_in_any_order(riccati: RiccatiKernel) -> None:
    several = [
        np.stack(parts)
        for parts in zip(*(weights((3, 2, 2), 0.5, k) for k in range(3)), strict=True)
    ]
    times = np.array([[2.0], [0.0], [5.0], [0.5]])
    found = riccati(times, *several)
    assert found.shape == (4, 3, 2, 3)
    for i in range(4):
        for k in range(3):
            one = riccati(times[i, 0], *(part[k] for part in several))
            assert np.allclose(found[i, k], one, rtol=1e-12, atol=1e-14)
    assert np.array_equal(found[1], several[1] @ several[0]) or np.allclose(
        found[1], several[1] @ several[0], rtol=1e-14
    )


def test_later_starts_go_on_where_earlier_ones_lead(riccati: RiccatiKernel) -> None:
    layers = weights((2, 2, 2), 0.5, seed=8)
    flow, data = riccati.result.flow, {saxe2013.Sigma31: layers[2]}
    start = {saxe2013.W21: layers[0], saxe2013.W32: layers[1]}
    middle = simulate(flow, start, [1.0], values=data, tolerance=1e-15)
    later = riccati(1.5, middle[saxe2013.W21][0], middle[saxe2013.W32][0], layers[2])
    assert np.allclose(later, riccati(2.5, *layers), rtol=1e-11)


def test_what_is_not_in_the_domain_is_nan(riccati: RiccatiKernel) -> None:
    layers = weights((2, 2, 2), 0.5, seed=8)
    found = riccati([-1.0, 1.0, math.inf, math.nan], *layers)
    assert np.isnan(found[[0, 2, 3]]).all() and np.isfinite(found[1]).all()
    layers[2][0, 0] = math.nan
    assert np.isnan(riccati(1.0, *layers)).all()


def test_weights_out_of_balance_are_refused_with_both_numbers(riccati: RiccatiKernel) -> None:
    inner, outer, data = weights((3, 2, 2), 0.5, seed=1)
    with pytest.raises(
        ValueError, match=r"not balanced: .* is .* times the identity up to .*, and .*"
    ):
        riccati(1.0, inner, outer + 1e-4, data)
    riccati(1.0, inner, outer * (1 + 1e-14), data)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda a: [a[0], a[1], a[2][:1]], ValueError, "argument 4 has shape"),
        (lambda a: [a[0], a[1][:, :1], a[2]], ValueError, "argument 3 has shape"),
        (lambda a: [a[0], a[1]], TypeError, "4 argument"),
        (lambda a: [a[0], a[1] + 0j, a[2]], TypeError, "real numbers"),
        (lambda a: [a[0][0], a[1], a[2]], ValueError, "last axes"),
    ],
)
def test_shapes_that_do_not_fit_are_named(
    riccati: RiccatiKernel, change: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        riccati(1.0, *change(weights((3, 2, 2), 0.5, seed=1)))


def test_options_of_loops_are_refused() -> None:
    with pytest.raises(InputError, match="NumPy multiplies"):
        kernel("saxe2013::riccati", dtype="float32")


FAULTS = {
    "a long step": ("STEP = 1.0", "STEP = 60.0"),
    "growth without its square": ("np.expm1(some)/some", "np.expm1(some)/some*(1 + 1e-13)"),
    "a rate that is off": ("np.exp(0.5*twice)", "np.exp(0.5*twice*(1 - 1e-13))"),
    "no unit in the inverse": ("+= 1.0", "+= 1.0 + 2e-14"),
    "a triangle upside down": ("-found[half:", "found[half:"),
    "the other block": ("slice(sizes['N1'], sizes['N1']+sizes['N3'])", "slice(0, sizes['N3'])"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_seen(riccati: RiccatiKernel, fault: str) -> None:
    """At least one of some points shows it; none does without."""
    right, wrong = FAULTS[fault]
    assert right in riccati.source
    module = load(riccati.source.replace(right, wrong))

    class Faulty:
        def __getattr__(self, name: str) -> Any:
            return getattr(riccati, name)

        def __call__(self, *arguments: Any) -> Any:
            return module.kernel(*arguments)

    points = [*riccati.draw(np.random.default_rng(2), 30), riccati.edges()[-1]]
    shares = [
        [normwise_error(one, riccati.reference, p) / riccati.allowed(p) for p in points]  # type: ignore[arg-type]
        for one in (riccati, Faulty())
    ]
    assert max(shares[0]) <= 1.0 < max(shares[1])


def test_the_definition_shares_nothing_with_the_solution(riccati: RiccatiKernel) -> None:
    for point in riccati.draw(np.random.default_rng(4), 10):
        with ctx.workprec(256):
            one, two = riccati.reference(point, 256), riccati.definition_at(point, 256)
            assert one is not None and two is not None
            assert all(a.overlaps(b) for a, b in zip(one, two, strict=True))
            off = riccati.norm(point, one) * 2.0**-55
            assert not any(a.overlaps(b + off) for a, b in zip(one, two, strict=True))


@pytest.mark.slow
def test_the_certificate_meets_and_can_be_repeated(riccati: RiccatiKernel, tmp_path: Path) -> None:
    found = certify(riccati, points=60)
    assert found.meets and "closed form" in str(found) and "definition" in str(found)
    assert certify_module(riccati.save(tmp_path), points=20).meets


def test_the_flow_can_be_spelled_and_read(riccati: RiccatiKernel) -> None:
    assert read_expression(spelled(riccati.result)) == riccati.result


def test_a_drive_that_is_not_symmetric_is_refused(riccati: RiccatiKernel) -> None:
    whole: BalancedRiccati = riccati.result
    (a, b), (c, d) = whole.drive
    with pytest.raises(InputError, match="not symmetric"):
        replace(whole, drive=((a, b), (2 * c, d)))
    with pytest.raises(InputError, match="does not fit"):
        replace(whole, drive=((d, b), (c, a)))
