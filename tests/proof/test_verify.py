"""Verification as a whole: what is judged, what blocks what, what is kept, what survives a kill."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from symdyn.errors import InputError, NothingCollected
from symdyn.export.data import verification_data
from symdyn.proof.cache import Cache
from symdyn.proof.collect import BrokenFile, collect
from symdyn.proof.verdict import Verdict
from symdyn.proof.verify import causes, verify

HEADER = '''"""A paper.

Somebody, "A paper", 2025.
"""
from sympy import sqrt, symbols

from symdyn import claim, derivation, given

x, y = symbols("x y", positive=True)

'''

RIGHT = '''
@derivation
def square():
    """A square."""
    return claim(((x + 1)**2).expand(), x**2 + 2*x + 1, because="multiply out")
'''

WRONG = '''
@derivation
def dream():
    """Wrong."""
    claim(x + x, 2*x, because="add")
    root = claim(sqrt(x**2 + y**2), x + y, because="a freshman's dream")
    return claim(root**2, (x + y)**2, because="square it")


@derivation
def rests():
    """Rests on something wrong."""
    claim(dream() - x**2, 2*x*y + y**2, because="subtract")
'''

TWICE = '''
@derivation
def twice():
    """Twice."""
    claim(square() * 2, 2*x**2 + 4*x + 2, because="double")
'''


@pytest.fixture
def write(tmp_path, monkeypatch):
    """A function that writes a derivation file into an empty working directory."""
    monkeypatch.chdir(tmp_path)

    def writer(*parts: str, name: str = "paper.py") -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(HEADER + "\n".join(parts))
        return file

    return writer


def judged(*targets, **options):
    return {
        record.name: record for record in verify(*targets, cache=Cache(None), jobs=2, **options)
    }


def test_a_true_claim_is_proved(write):
    records = judged(write(RIGHT))
    assert records["square"].verdict == Verdict.PROVED
    assert records["square"].closed


def test_a_wrong_claim_is_refuted_once_and_blocks_what_rests_on_it(write):
    records = judged(write(WRONG))
    assert [claim.verdict for claim in records["dream"].claims] == ["PROVED", "REFUTED", "BLOCKED"]
    assert records["dream"].claims[1].judgement.counterexample.point.keys() == {"x", "y"}
    (blocked,) = records["rests"].claims
    assert blocked.verdict == Verdict.BLOCKED
    assert blocked.blocked_by == "paper.py::dream"


def test_a_blocked_claim_counts_as_its_cause(write):
    records = verify(f"{write(WRONG)}::rests", cache=Cache(None))
    assert Verdict.REFUTED in causes(records)


def test_a_refuted_obligation_refutes_the_claim_that_rests_on_it(write):
    body = '''
from symdyn.calculus.obligations import owe

@derivation
def owing():
    """Rests on a wrong step."""
    claim(x, x, because="before")
    owe(x**2, x**3, because="a wrong step")
    claim(x + x, 2*x, because="after")
'''
    before, after = judged(write(body))["owing"].claims
    assert before.verdict == Verdict.PROVED
    assert after.verdict == Verdict.REFUTED
    assert "owes" in after.judgement.evidence[0].detail


def test_an_open_claim_fails_nothing_and_leaves_the_record_open(write):
    body = '''
@derivation
def conjecture():
    """Conjectured."""
    claim.open(x, y, because="somebody said so")
'''
    record = judged(write(body))["conjecture"]
    assert record.verdict == Verdict.OPEN
    assert not record.closed
    assert set(causes([record])) == {Verdict.OPEN}


def test_a_claim_that_runs_away_is_undecided_and_the_others_are_judged(write):
    body = '''
@derivation
def hangs():
    """Runs away."""
    claim(sum(sqrt(x + k) for k in range(40))**40 - 1, 0*x, because="too long")
'''
    records = judged(write(RIGHT, body), timeout=3)
    assert records["square"].verdict == Verdict.PROVED
    assert records["hangs"].verdict in (Verdict.UNDECIDED, Verdict.REFUTED)


def test_a_body_that_raises_is_an_error_and_the_others_are_judged(write):
    body = '''
@derivation
def raises():
    """Raises."""
    return 1/0


@derivation
def rests():
    """Rests on it."""
    return raises()
'''
    records = judged(write(RIGHT, body))
    assert records["raises"].verdict == Verdict.ERROR
    assert records["rests"].verdict == Verdict.BLOCKED
    assert records["square"].verdict == Verdict.PROVED


def test_a_file_that_does_not_import_is_an_error_and_the_others_are_judged(write, tmp_path):
    write("import nothing_of_this_name\n", name="papers/broken.py")
    write(RIGHT, name="papers/fine.py")
    records = judged(tmp_path / "papers")
    assert records["broken"].verdict == Verdict.ERROR
    assert "nothing_of_this_name" in records["broken"].error
    assert records["square"].verdict == Verdict.PROVED


def test_a_domain_without_points_is_an_error(write):
    body = '''
@derivation
def nowhere():
    """Nowhere."""
    given(x < y, y < x)
    claim(x, x + y - y, because="vacuous")
'''
    assert judged(write(body))["nowhere"].claims[0].verdict == Verdict.ERROR


def test_collection_by_file_folder_and_id(write, tmp_path):
    file = write(RIGHT, WRONG, name="deep/er/paper.py")
    names = lambda *targets: [item.derivation.name for item in collect(*targets)]  # noqa: E731
    assert names(file) == ["square", "dream", "rests"]
    assert names(tmp_path) == ["square", "dream", "rests"]
    assert names(f"{file}::dream") == ["dream"]
    assert names("deep/er/paper::dream", "deep/er/paper.py") == ["dream", "square", "rests"]


def test_neighbours_are_imported_once(write, tmp_path):
    write(RIGHT, name="papers/first.py")
    write(
        "from first import square\n",
        TWICE,
        name="papers/second.py",
    )
    found = collect(tmp_path / "papers")
    assert [item.derivation.name for item in found] == ["square", "twice"]
    assert judged(tmp_path / "papers")["twice"].verdict == Verdict.PROVED


def test_files_that_do_not_use_symdyn_are_not_run(write, tmp_path):
    write(RIGHT, name="papers/fine.py")
    (tmp_path / "papers" / "script.py").write_text("raise SystemExit('must not run')\n")
    assert len(collect(tmp_path / "papers")) == 1


def test_a_file_that_exits_is_a_broken_file(write):
    (found,) = collect(write("raise SystemExit(3)\n"))
    assert isinstance(found, BrokenFile) and "sys.exit" in found.reason


def test_what_does_not_exist_is_named(write):
    with pytest.raises(InputError, match="nowhere"):
        collect("nowhere.py")
    with pytest.raises(InputError, match=r"no derivation 'cube'; there are square"):
        collect(f"{write(RIGHT)}::cube")
    with pytest.raises(InputError, match="degree=2"):
        collect(f"{write(RIGHT)}::square(2)")


def test_nothing_collected_is_an_error(tmp_path):
    with pytest.raises(NothingCollected):
        collect(tmp_path)


def test_judgements_are_kept_and_verified_before_use(write, tmp_path):
    file, folder = write(RIGHT), tmp_path / "cache"
    (first,) = verify(file, cache=Cache(folder))
    (again,) = verify(file, cache=Cache(folder))
    assert again.claims[0].judgement == first.claims[0].judgement
    (entry,) = folder.glob("??/*.json")
    entry.write_text(entry.read_text().replace("PROVED", "REFUTED"))
    (mended,) = verify(file, cache=Cache(folder))
    assert mended.verdict == Verdict.PROVED


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"digest": 1, "judgement": {}}'])
def test_a_damaged_entry_is_a_miss(write, tmp_path, damage):
    file, folder = write(RIGHT), tmp_path / "cache"
    verify(file, cache=Cache(folder))
    (entry,) = folder.glob("??/*.json")
    entry.write_text(damage)
    assert verify(file, cache=Cache(folder))[0].verdict == Verdict.PROVED


def test_without_a_writable_cache_there_is_one_warning(write, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.warns(UserWarning, match="memory only") as warned:
        records = verify(write(RIGHT, WRONG), cache=Cache(tmp_path / "file" / "cache"))
    assert len(warned) == 1
    assert records[0].verdict == Verdict.PROVED


def test_the_same_inputs_give_the_same_data(write):
    def data():
        found = verification_data(verify(write(RIGHT, WRONG), cache=Cache(None)))
        for claim in found["claims"]:
            del claim["seconds"]
        del found["summary"]["seconds"]
        return found

    assert data() == data()


def start(command: list[str], cache: Path, hash_seed: int = 0) -> subprocess.Popen:
    environment = {**os.environ, "SYMDYN_CACHE": str(cache), "PYTHONHASHSEED": str(hash_seed)}
    return subprocess.Popen(
        [sys.executable, "-m", "symdyn", *command],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def without_times(text: str) -> list[str]:
    return [line for line in text.splitlines() if "second" not in line and " s of " not in line]


def written(folder: Path) -> dict[str, list[str]]:
    """What a build has written, times aside; a kill may leave a temporary file, with a dot."""
    return {
        file.relative_to(folder).as_posix(): without_times(file.read_text())
        for file in folder.rglob("*")
        if file.is_file() and not file.name.startswith(".")
    }


@pytest.mark.slow
@pytest.mark.parametrize("command", ["verify", "build"])
def test_killing_at_random_moments_leaves_a_state_that_completes(write, tmp_path, command):
    other = RIGHT.replace("square", "again").replace("x**2 + 2*x + 1", "1 + x**2 + 2*x")
    arguments = [command, str(write(RIGHT, other))]
    if command == "verify":
        arguments += ["--json", "out.json"]
    else:
        arguments += ["-o", "out"]
    begun = time.monotonic()
    expected = without_times(start(arguments, tmp_path / "whole").communicate()[0])
    results = written(tmp_path / "out") or without_times((tmp_path / "out.json").read_text())
    whole = time.monotonic() - begun
    moments = random.Random(0)
    for _ in range(20):
        process = start(arguments, tmp_path / "killed")
        time.sleep(moments.uniform(0, whole))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    finished = start(arguments, tmp_path / "killed")
    assert without_times(finished.communicate()[0]) == expected
    assert finished.returncode == 0
    left = written(tmp_path / "out") or without_times((tmp_path / "out.json").read_text())
    assert left == results


def test_runs_at_the_same_time_share_a_cache(write, tmp_path):
    file = write(RIGHT)
    command = ["verify", str(file), "--json", "-"]
    runs = [start(command, tmp_path / "cache", hash_seed=seed) for seed in (1, 2)]
    outputs = [without_times(run.communicate()[0]) for run in runs]
    assert outputs[0] == outputs[1]
    assert all(run.returncode == 0 for run in runs)
