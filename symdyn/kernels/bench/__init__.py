"""Kernels beside what users would write instead: times as ratios, and errors.

    contest    times and errors of a kernel and its rivals
    racing     times of functions, measured in turn
    rivals     what takes part
    rows       what was found, as text and as plain data
    bars       how fast a kernel has to be beside which rival

The times are those of arguments as users have them (the certificate's "ordinary" values); the
errors are the largest at points of all strata, the same for every contestant, where textbook forms
lose their digits. A time without an error beside it says little.
"""

from __future__ import annotations

from symdyn.kernels.bench.contest import SIZES, bench
from symdyn.kernels.bench.racing import race
from symdyn.kernels.bench.rivals import PEERS, RIVALS
from symdyn.kernels.bench.rows import Row, bench_data, table

__all__ = ["PEERS", "RIVALS", "SIZES", "Row", "bench", "bench_data", "race", "table"]
