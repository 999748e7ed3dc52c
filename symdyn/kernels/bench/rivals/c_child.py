"""The process in which compiled C runs: `python -P c_child.py LIBRARY ARGUMENTS RESULTS`.

It reads one request a line from its standard input and answers each with a line, both in JSON:

    {"take": FILES}                      load columns                 {}
    {"time": COUNT, "cores": NUMBERS}    call on them, so often       {"seconds": ALL TOGETHER}
    {"give": FILES}                      call once, save the results  {}

It ends when its input does: with the process that started it, however that ended.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from collections.abc import Callable, Sequence
from time import process_time
from typing import Any

import numpy as np


def main() -> None:
    """Answer requests until there are no more."""
    library, arguments, results = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    loop = ctypes.CDLL(library).loop
    loop.restype = None
    loop.argtypes = [ctypes.c_ssize_t, *[ctypes.c_void_p] * (arguments + results)]
    call: Callable[[], list[np.ndarray]] = list
    for line in sys.stdin:
        request, answer = json.loads(line), {}
        if "take" in request:
            call = calling(loop, [np.load(file) for file in request["take"]], results)
        elif "time" in request:
            stay_on(request["cores"])
            answer["seconds"] = seconds(call, request["time"])
        else:
            for file, result in zip(request["give"], call(), strict=True):
                np.save(file, result)
        print(json.dumps(answer), flush=True)


def calling(loop: Any, columns: Sequence[np.ndarray], results: int) -> Callable[[], Any]:
    """A call of the library on columns, which gives new arrays."""
    size = len(columns[0])
    given = [column.ctypes.data for column in columns]

    def call() -> list[np.ndarray]:
        made = [np.empty(size) for _ in range(results)]
        loop(size, *given, *[array.ctypes.data for array in made])
        return made

    call.columns = columns  # type: ignore[attr-defined]  # pointers do not keep arrays
    return call


def seconds(call: Callable[[], Any], count: int) -> float:
    """The processor's time of some calls together; before several, one call fills the caches."""
    if count > 1:
        call()
    start = process_time()
    for _ in range(count):
        call()
    return process_time() - start


def stay_on(cores: Sequence[int]) -> None:
    """Run on some cores only, where the system lets us choose."""
    if cores and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores)


if __name__ == "__main__":
    main()
