"""Workers: limits on time and memory, crashes, and what is left behind."""

import os
import time
from contextlib import suppress

import pytest

from symdyn.proof.deadline import deadline
from symdyn.proof.workers import Failure, guarded_map


def outcome(task, **limits):
    return dict(guarded_map(task, [0], jobs=1, **{"timeout": 20, **limits}))[0]


def endless(_):
    while True:
        pass


def test_results_come_with_their_index():
    squares = dict(guarded_map(lambda n: n * n, range(5), jobs=2, timeout=20))
    assert squares == {0: 0, 1: 1, 2: 4, 3: 9, 4: 16}


def test_a_task_that_takes_too_long_is_ended():
    start = time.monotonic()
    assert outcome(endless, timeout=0.5) == Failure("not decided within 0.5 s")
    assert time.monotonic() - start < 5


def test_a_task_that_swallows_every_exception_is_ended():
    def stubborn(_):
        while True:
            with suppress(Exception):
                endless(None)

    assert isinstance(outcome(stubborn, timeout=0.5), Failure)


def test_a_task_that_blocks_outside_python_is_killed():
    def blocked(_):
        (3**10_000_000) ** 60  # one long operation that nothing interrupts

    assert isinstance(outcome(blocked, timeout=0.5), Failure)


def test_a_task_that_needs_too_much_memory_is_ended():
    failure = outcome(lambda _: len(bytearray(8 * 2**30)), memory=2 * 2**30)
    assert failure == Failure("needs more than 2.0 GiB of memory")


def test_a_crash_is_a_failure():
    assert outcome(lambda _: os._exit(7)) == Failure("its process ended with status 7")


def test_an_exception_is_a_failure_that_names_it():
    assert outcome(lambda _: 1 / 0) == Failure("ZeroDivisionError: division by zero")


def test_the_other_tasks_go_on():
    def mixed(n):
        return endless(n) if n == 0 else n

    results = dict(guarded_map(mixed, range(4), jobs=2, timeout=0.5))
    assert [results[n] for n in (1, 2, 3)] == [1, 2, 3]


def test_stopping_early_ends_the_children():
    def slow(n):
        time.sleep(n)
        return os.getpid()

    results = guarded_map(slow, [0, 60], jobs=2, timeout=90)
    start = time.monotonic()
    next(results)
    results.close()
    assert time.monotonic() - start < 5


def test_deadlines_nest():
    with pytest.raises(TimeoutError, match=r"0\.2 s"), deadline(0.2), deadline(5):
        endless(None)
    with deadline(5), pytest.raises(TimeoutError, match=r"0\.2 s"), deadline(0.2):
        endless(None)
    with deadline(0.2):
        pass
