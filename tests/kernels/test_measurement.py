"""Programs are measured where they break: at extremes, about seams, and where a search leads."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from symdyn.errors import DomainError
from symdyn.kernels.lowering import on_programs
from symdyn.kernels.measurement import Errors, Measurement
from symdyn.kernels.program import build
from symdyn.kernels.ranges import Ranges

x = sp.Symbol("x", real=True)


def measured(expr: sp.Expr, exact: sp.Expr, **ends: object) -> Errors:
    domain = Ranges.of([x], {x: (ends.get("low", -sp.oo), ends.get("high", sp.oo))})
    return Measurement(domain, on_programs(build(exact, (x,))), target=2.0)(build(expr, (x,)))


def test_a_narrow_overflow_is_found() -> None:
    found = measured((sp.exp(x) - 1) / x, (sp.exp(x) - 1) / x, low=1)
    assert found.worst == np.inf and 709 < found.worst_point[0] < 717
    odd = found.odd(2.0)
    assert odd is not None and odd.size == 300
    ((low, high),) = odd.reach
    assert 300 < low < 709.7 and 716.3 < high < 716.5  # where the value leaves the doubles


def test_a_wrong_program_has_no_mask() -> None:
    found = measured(sp.exp(x) * (1 + sp.Rational(1, 10**9)), sp.exp(x))
    assert found.worst > 1e6 and found.odd(2.0) is None and found.misses(2.0) > 0.5


def test_a_search_goes_on_from_the_worst_points() -> None:
    domain = Ranges.of([x], {x: (1, 2)})
    program = build(sp.sqrt(x) * sp.sqrt(x + 1) * x, (x,))
    searched = Measurement(domain, on_programs(program), target=np.inf)(program)
    plain = Measurement(domain, on_programs(program), target=0.5)(program)
    assert len(searched.points) > len(plain.points) and searched.worst > plain.worst


def test_a_program_without_a_value_anywhere_is_refused() -> None:
    with pytest.raises(DomainError, match="no value"):
        measured(sp.log(x), sp.log(x), low=-3, high=-2)


def test_powers_that_leave_the_doubles_together_narrow_the_mask() -> None:
    """Random arguments are seldom all as small as a mask of 2^-300 leaves them."""
    p, q = sp.symbols("p q", positive=True)
    domain = Ranges.of([p, q])
    program = build(p + sp.sqrt(p**4 + q**4) / q, (p, q))
    found = Measurement(domain, on_programs(program), target=2.0)(program)
    odd = found.odd(2.0**20)
    assert odd is not None and odd.size == 100
