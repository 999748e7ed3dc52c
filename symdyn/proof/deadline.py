"""A time limit for a block of Python that may run away.

Works in the main thread of a process, where the operating system can interrupt Python; elsewhere
the block runs without a limit (the workers of `symdyn.proof.workers` are killed from outside too).
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class DeadlineExceeded(BaseException):
    """Not an Exception: code that catches everything it can must not swallow a deadline."""


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise TimeoutError inside the block after some seconds.

    Deadlines nest: an outer one that is due earlier stays in force.
    """
    if threading.current_thread() is not threading.main_thread() or seconds <= 0:
        yield
        return
    due = signal.getitimer(signal.ITIMER_REAL)[0]
    if due and due <= seconds:
        yield
        return

    def expire(signum: int, frame: FrameType | None) -> None:
        raise DeadlineExceeded

    previous = signal.signal(signal.SIGALRM, expire)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except DeadlineExceeded:
        raise TimeoutError(f"not done after {seconds:g} s") from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
        if due:
            signal.setitimer(signal.ITIMER_REAL, max(due - seconds, 0.01))
