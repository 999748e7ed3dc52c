"""Kernels of judged results are made once, kept at once, and never of what does not hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import symdyn.kernels.finished as finished_module
from symdyn.errors import ResourceError
from symdyn.kernels.certify import certify_module, code_digest
from symdyn.kernels.finished import FinishedKernel, Refusal, key, recall, remember
from symdyn.kernels.making import make_kernels
from symdyn.proof.record import Record
from symdyn.proof.verify import verify

PAPER = '''"""A paper."""
from sympy import sqrt, symbols

from symdyn import claim, derivation

x, y = symbols("x y", positive=True)


@derivation(kernel=(x,))
def difference():
    """The difference of two roots."""
    return claim(1 / (sqrt(x + 1) + sqrt(x)), sqrt(x + 1) - sqrt(x), because="rationalise")


@derivation(kernel=(x,))
def inverse():
    """An inverse."""
    return claim(1 / x - 1 / (x + 1), 1 / (x * (x + 1)), because="one fraction")


@derivation(kernel=(x,))
def wrong():
    """A wrong sum."""
    return claim((x + 1)**2, x**2 + 2 * x, because="it looks right")


@derivation(kernel=(x,))
def blocked():
    """What rests on the wrong sum."""
    return claim(wrong() - x**2, 2 * x, because="subtract")


@derivation(kernel=(x,))
def free():
    """With a symbol too many."""
    return claim(x + y, y + x, because="order does not matter")
'''


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> list[Record]:
    file = tmp_path_factory.mktemp("papers") / "roots.py"
    file.write_text(PAPER)
    return verify(file)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def cache(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All tests share one cache: what one makes another looks up."""
    monkeypatch.setenv("SYMDYN_CACHE", str(kept))


def made_now(records: list[Record], **options: bool) -> tuple[list[str], list[FinishedKernel]]:
    """What had to be made, and all kernels."""
    told: list[str] = []
    made = make_kernels(records, jobs=1, progress=lambda k, n, id: told.append(id), **options)
    return told, [one for one in made if isinstance(one, FinishedKernel)]


def test_what_is_finished_outlives_an_interruption(records: list[Record]) -> None:
    def interrupt(done: int, total: int, id: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_kernels(records[:2], jobs=1, progress=interrupt)
    told, made = made_now(records[:2])
    assert told == ["roots.py::inverse"] and [one.name for one in made] == [
        "roots_difference",
        "roots_inverse",
    ]


def test_a_kernel_is_made_once(records: list[Record]) -> None:
    _, before = made_now(records[:2])
    told, after = made_now(records[:2])
    assert told == [] and after == before


def test_a_finished_kernel_is_the_module_that_its_certificate_is_about(
    records: list[Record], tmp_path: Path
) -> None:
    _, (made, _) = made_now(records[:2])
    module = made.save(tmp_path)
    assert code_digest(module.read_text()) == made.certificate.subject.digest
    again = certify_module(module, points=300)
    assert again.subject == made.certificate.subject and again.error <= made.certificate.error
    assert made.profile.errors and max(made.profile.errors) <= made.certificate.error


def test_results_that_do_not_hold_get_no_kernel(records: list[Record]) -> None:
    wrong, blocked = make_kernels(records[2:4])
    assert isinstance(wrong, Refusal) and "REFUTED" in wrong.reason and wrong.exit_status == 1
    assert isinstance(blocked, Refusal) and "roots.py::wrong" in blocked.reason


def test_what_cannot_be_compiled_says_why_and_is_not_tried_again(records: list[Record]) -> None:
    (first,) = make_kernels(records[4:])
    assert isinstance(first, Refusal) and "roots.py::free: y in the expression" in first.reason
    assert made_now(records[4:])[0] == []


def test_a_failure_of_the_machine_is_no_answer(records: list[Record]) -> None:
    name = "of a machine without memory"
    remember(name, Refusal("id", "name", "no memory", ResourceError.exit_status))
    assert recall(name) is None


def test_all_that_a_kernel_depends_on_is_in_its_key(
    records: list[Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = records[:2]
    keys = {
        key(one, 2.0),
        key(one, 1.0),
        key(replace(one, result=other.result), 2.0),
        key(replace(one, claims=()), 2.0),  # another definition
        key(replace(one, given=(one.kernel[0] < 1,)), 2.0),
        key(replace(one, doc="Another title."), 2.0),
        key(replace(one, fixed={"n": 1}), 2.0),
    }
    assert key(one, 2.0) in keys and len(keys) == 7
    monkeypatch.setattr(finished_module, "_code", lambda: "another source")
    assert key(one, 2.0) not in keys


def test_a_damaged_entry_is_made_anew(records: list[Record], kept: Path) -> None:
    made_now(records[:1])
    place = key(records[0], 2.0)
    file = kept / "certified" / place[:2] / f"{place[2:]}.json"
    whole = file.read_text()
    file.write_text(whole.replace("sqrt", "sqr", 1))
    assert made_now(records[:1])[0] == ["roots.py::difference"]
    assert recall(place) is not None
