"""Pieces of a function as the arrays on which compiled sums work.

A table reaches from |z| = 2^lowest to 2^highest. Towards zero it ends with a panel that touches
zero, for each power of two; where no polynomial fits there, it goes down until what is left out
does not matter.
"""

from __future__ import annotations

from math import ceil, log2

import numpy as np
from flint import arb

from symdyn.kernels.duals.expectations import Table
from symdyn.kernels.duals.pieces import Panel, Pieces
from symdyn.kernels.duals.sums import Doubles

LEFT_OUT = 56  # bits
NEAR = (30, 31)  # bits; nearer than 52 a rounded place is not that place any more
EDGES = range(-6, 7)  # powers of two at which pieces end without having been cut there
TOP = 0  # the widest panel at zero ends at 2^TOP


def table(pieces: Pieces, lowest: int, highest: int) -> Table:
    """The table of a function between two powers of two, and around zero."""
    sides = {side: _side(pieces, side, lowest, highest) for side in (-1, 1)}
    main = sorted((p for panels, _ in sides.values() for p in panels), key=lambda p: p.low)
    endings = {side: endings for side, (_, endings) in sides.items()}
    levels = TOP - lowest + 1
    at_zero = np.full((2, levels), -1, np.int64)
    every = list(main)
    for row, side in enumerate((-1, 1)):
        for level, panel in enumerate(endings[side]):
            if panel is not None:
                at_zero[row, level] = len(every)
                every.append(panel)
    low = np.array([p.low for p in every])
    high = np.array([p.high for p in every])
    coefficients = np.array([p.coefficients for p in every])
    ends, largest = _running_maximum(every)
    arrays = (low, high, coefficients, len(main), at_zero, TOP)
    return Table(arrays, _bends(pieces, main, endings), 2.0**highest, ends, largest)


def _side(
    pieces: Pieces, side: int, lowest: int, highest: int
) -> tuple[list[Panel], list[Panel | None]]:
    endings = [pieces.to_zero(side, TOP - level) for level in range(TOP - lowest + 1)]
    floor = lowest if endings[-1] is not None else lowest - left_out(pieces, side)
    panels = [p for k in range(floor, highest) for p in pieces.octave(side, k)]
    return panels, endings


def left_out(pieces: Pieces, side: int, bits: int = LEFT_OUT) -> int:
    """Octaves after which a singular place at zero adds nothing to the integral of f^2."""
    return ceil(bits / max(1 + 2 * exponent_at(pieces, 0.0, side), 0.05))


def exponent_at(pieces: Pieces, place: float, side: int) -> float:
    """a with f(place + side x) ~ x^a for small x, from two points that are near."""
    scale = 0 if place == 0 else int(log2(abs(place)))
    near, nearer = (abs(pieces.values.near(place, side, bits - scale)) for bits in NEAR)
    ratio = (near / nearer).log() / arb(2).log()
    return max(float(ratio), -9.0) if ratio.is_finite() else 0.0


def _running_maximum(panels: list[Panel]) -> tuple[Doubles, Doubles]:
    """Distances from zero, and the largest |f| up to there."""
    places = sorted((max(abs(p.low), abs(p.high)), _size(p)) for p in panels)
    sizes = np.maximum.accumulate([size for _, size in places])
    return np.array([place for place, _ in places]), sizes


def _size(panel: Panel) -> float:
    grid = np.linspace(-1, 1, 9)
    return float(abs(np.polynomial.polynomial.polyval(grid, panel.coefficients)).max())


def _bends(pieces: Pieces, main: list[Panel], endings: dict[int, list[Panel | None]]) -> Doubles:
    """Known kinks, those at edges, and where only a makeshift is."""
    found = set(pieces.kinks)
    found |= {p.low for p in main if not p.fits}
    found |= {e for k in EDGES for e in (2.0**k, -(2.0**k)) if not pieces.is_smooth(e, 2.0**k)}
    widths = [panel.high - panel.low for row in endings.values() for panel in row if panel]
    if any(row[-1] is None for row in endings.values()) or not pieces.is_smooth(0.0, max(widths)):
        found.add(0.0)
    return np.array(sorted(found))
