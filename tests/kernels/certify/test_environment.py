"""A process that flushes subnormal numbers to zero certifies nothing."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from symdyn.kernels.certify.environment import environment, refuse_flush_to_zero
from symdyn.numerics.machine import platform_key

# Sets bits of the control register of SSE arithmetic by way of the C library's fenv_t, in which it
# stands at byte 28: 0x8000 flushes results, 0x0040 reads subnormal arguments as zero.
FLUSH = """
import ctypes, ctypes.util
library = ctypes.CDLL(ctypes.util.find_library("m"))
state = (ctypes.c_ubyte * 32)()
library.fegetenv(state)
register = ctypes.cast(ctypes.byref(state, 28), ctypes.POINTER(ctypes.c_uint32))
import symdyn.kernels.certify.environment as environment
register[0] |= {bits}
library.fesetenv(state)
try:
    environment.refuse_flush_to_zero()
except environment.ResourceError as problem:
    print(problem.exit_status, problem)
"""


def test_this_process_keeps_subnormal_numbers() -> None:
    refuse_flush_to_zero()
    assert dict(environment())["platform"] == platform_key()


@pytest.mark.skipif(
    platform.machine() != "x86_64" or platform.libc_ver()[0] != "glibc",
    reason="the place of the control register is that of glibc on x86-64",
)
@pytest.mark.parametrize(
    ("bits", "lost"),
    [(0x8000, "results"), (0x0040, "arguments"), (0x8040, "results and arguments")],
)
def test_flushing_to_zero_is_refused(bits: int, lost: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FLUSH.format(bits=bits)], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("4 ") and f"subnormal {lost} to zero" in done.stdout
