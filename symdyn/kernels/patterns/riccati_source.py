"""Source text of kernels of balanced matrix Riccati flows, in NumPy.

    P(t) = Y Y^T in the basis of the eigenvectors of F, with rates w; a step of length h is

    d = h (e^(2 w h) - 1)/(2 w h),  B = d^(1/2) Y,  L L^T = I + B^T B,  Y <- e^(w h)/d^(1/2) B L^-T

which is the solution in closed form, since P -> P' only asks for Q Q^T. Steps are so short that L
is well conditioned, however long the time; each row of Y keeps its relative accuracy, and with it
the modes that are small yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import sympy as sp
from sympy import Expr, Symbol

from symdyn.calculus.words.balanced import BalancedRiccati
from symdyn.calculus.words.letters import Letter
from symdyn.calculus.words.polynomials import Key, MatrixWord
from symdyn.errors import UnsupportedError
from symdyn.kernels.emission import docstring
from symdyn.kernels.loading import digest
from symdyn.kernels.patterns import stacks

Argument = Symbol | MatrixWord

TEXT = '''
RESULT = {result}
STEP = 1.0  # of a time, by the fastest rate
MOST = 50_000  # steps: who would have to wait for more gets nan
SMALL = 12  # half of a triangle that is not cut any more
BALANCED = 1e-10  # of the squared weights, that they may be off balance


def joined(blocks):
    """A matrix from its blocks, whose samples broadcast."""
    head = np.broadcast_shapes(*(block.shape[:-2] for row in blocks for block in row))
    rows = [[np.broadcast_to(b, head + b.shape[-2:]) for b in row] for row in blocks]
    return np.concatenate([np.concatenate(row, axis=-1) for row in rows], axis=-2)


def balance(excess, factor):
    """The number that the excess is times the identity."""
    size = excess.shape[-1]
    found = np.trace(excess, axis1=-2, axis2=-1)/size
    off = np.linalg.norm(excess - found[..., None, None]*np.eye(size), axis=(-2, -1))
    allowed = BALANCED*np.linalg.norm(factor, axis=(-2, -1))**2
    off, allowed, number = (part.ravel() for part in np.broadcast_arrays(off, allowed, found))
    if (bad := off > allowed).any():
        k = int(np.flatnonzero(bad)[0])
        raise ValueError(
            f"the weights are not balanced: {excess_name} is {{number[k]:.6g}} times the identity "
            f"up to {{off[k]:.3g}}, and {{allowed[k]:.3g}} is allowed; no solution is known then"
        )
    return found


def inverse(lower):
    """The inverse of a triangle, by halves."""
    half = len(lower)//2
    if half < SMALL:
        return np.linalg.inv(lower)
    found = np.zeros_like(lower)
    for part in (slice(half), slice(half, None)):
        found[part, part] = inverse(lower[part, part])
    found[half:, :half] = -found[half:, half:] @ (lower[half:, :half] @ found[:half, :half])
    return found


def factors_of_step(rates, length):
    """d^(1/2) and e^(w h)/d^(1/2)."""
    twice = 2.0*rates*length
    some = np.where(twice == 0.0, 1.0, twice)
    spread = np.sqrt(length*np.where(twice == 0.0, 1.0, np.expm1(some)/some))
    return spread[:, None], (np.exp(0.5*twice)/spread)[:, None]


def stepped(state, spread, weight):
    """Y after a step; the columns are turned, which P does not see."""
    inner = spread*state
    gram = inner.T @ inner
    gram.flat[::len(gram) + 1] += 1.0
    return weight*(inner @ inverse(np.linalg.cholesky(gram)).T)


def followed(rates, state, span, known):
    """Y after a time; `known` keeps the factors of the last step."""
    steps = np.abs(rates).max()*span/STEP
    if not steps <= MOST:
        return np.full_like(state, np.nan)
    count = max(math.ceil(steps), 1)
    length = span/count
    if length not in known:
        known.clear()
        known[length] = factors_of_step(rates, length)
    for _ in range(count):
        state = stepped(state, *known[length])
    return state


def result_at(places, times, drive, factor, sizes, out):
    """Results of one sample of weights at some places, which are sorted by their times."""
    rates, turn = np.linalg.eigh(drive)
    state, now, known = turn.T @ factor, 0.0, {{}}
    for place in places:
        if times[place] > now and np.isfinite(state).all():
            state = followed(rates, state, times[place] - now, known)
            now = times[place]
        out[place] = (turn[{rows}] @ state) @ (turn[{columns}] @ state).T


def kernel(*arguments):
    if len(arguments) != len(SIGNATURE):
        raise TypeError(f"{{len(SIGNATURE)}} argument(s) are needed, {{len(arguments)}} given")
    arrays = [doubles(value, k) for k, value in enumerate(arguments, 1)]
    sizes = measured(arrays)
    {names} = arrays
    with np.errstate(all="ignore"):  # what overflows becomes nan
        return products({names}, sizes)


def products({names}, sizes):
    """P for stacks of matrices that fit together."""
    arrays = {names}
    factor = joined({factors})
    {parameter} = balance({excess}, factor)[..., None, None]
    drive = joined({drive})
    try:
        head = np.broadcast_shapes(drive.shape[:-2], factor.shape[:-2])
        shape = np.broadcast_shapes(t.shape, head)
    except ValueError:
        shapes = ", ".join(str(a.shape[:a.ndim - len(s)]) for a, s in zip(arrays, SIGNATURE))
        raise ValueError(f"shapes {{shapes}} of the samples do not broadcast") from None
    drives = np.broadcast_to(drive, head + drive.shape[-2:]).reshape(-1, *drive.shape[-2:])
    factors = np.broadcast_to(factor, head + factor.shape[-2:]).reshape(-1, *factor.shape[-2:])
    times = np.broadcast_to(t, shape).ravel()
    numbers = np.broadcast_to(np.arange(len(drives)).reshape(head), shape).ravel()
    wanted = tuple(sizes[axis] for axis in RESULT)
    out = np.full((len(times), *wanted), np.nan)
    order = np.lexsort((times, numbers))
    order = order[(times[order] >= 0.0) & (times[order] < np.inf)]
    ends = np.searchsorted(numbers[order], np.arange(len(drives) + 1))
    for k, (first, last) in enumerate(zip(ends[:-1], ends[1:])):
        if first < last and np.isfinite(drives[k]).all() and np.isfinite(factors[k]).all():
            result_at(order[first:last], times, drives[k], factors[k], sizes, out)
    return out.reshape(shape + wanted)[()]


kernel.__doc__ = __doc__
'''


def riccati_text(
    result: BalancedRiccati, arguments: Sequence[Argument], notes: Sequence[str]
) -> str:
    """The module of a flow; its arguments are the time and matrices.

    Raises UnsupportedError for other arguments, and for words that depend on anything else.
    """
    time, *matrices = arguments
    if not isinstance(time, Symbol) or not all(isinstance(m, MatrixWord) for m in matrices):
        raise UnsupportedError(f"{arguments}: the arguments are the time, and then matrices")
    writer = _Writer(tuple(matrices), result.parameter)
    starts = list(accumulate((writer.size(f.rows) for f in result.factors), "{}+{}".format))
    blocks = [f"slice({low}, {high})" for low, high in pairwise(["0", *starts])]
    code = TEXT.format(
        excess_name=str(result.excess),
        rows=blocks[result.wanted[0]],
        columns=blocks[result.wanted[1]],
        names=", ".join(["t", *map(str, matrices)]),
        factors=f"[{', '.join(f'[{writer.word(f)}]' for f in result.factors)}]",
        parameter=writer.parameter,
        excess=writer.word(result.excess),
        drive=f"[{', '.join(map(writer.row, result.drive))}]",
        result=repr(writer.axes(result.result)),
    )
    signature = repr(((), *map(writer.axes, matrices)))
    reading = stacks.READING.format(signature=signature).strip("\n")
    code = "\n".join(["import math", "", "import numpy as np", "", reading, code.strip("\n")])
    return "\n\n".join([docstring([*notes, f"Digest of the code: {digest(code)}"]), code]) + "\n"


@dataclass(frozen=True)
class _Writer:
    """Words as text of NumPy, for matrices of these names."""

    matrices: tuple[MatrixWord, ...]
    symbol: Symbol
    parameter: str = "parameter"

    def axes(self, word: MatrixWord) -> tuple[str, ...]:
        """The names of its axes."""
        return tuple(str(side) for side in word.shape)

    def size(self, side: Expr) -> str:
        """The length of an axis."""
        return str(side) if side.is_Integer else f"sizes[{str(side)!r}]"

    def row(self, blocks: Sequence[MatrixWord]) -> str:
        """A row of blocks."""
        return f"[{', '.join(map(self.word, blocks))}]"

    def word(self, word: MatrixWord) -> str:
        """A sum of products."""
        if not word.terms:
            return f"np.zeros(({', '.join(map(self.size, word.shape))}))"
        return " + ".join(self._term(word, *term) for term in word.terms)

    def _term(self, whole: MatrixWord, key: Key, coefficient: Expr) -> str:
        traces, word = key
        if traces or coefficient.free_symbols - {self.symbol}:
            raise UnsupportedError(f"{whole}: only matrices and {self.symbol} can be in a block")
        number = sp.pycode(coefficient.subs(self.symbol, Symbol(self.parameter)))
        product = (
            " @ ".join(map(self._letter, word)) if word else f"np.eye({self.size(whole.rows)})"
        )
        return product if coefficient == 1 else f"({number})*({product})"

    def _letter(self, letter: Letter) -> str:
        name = letter.matrix.name
        if name not in map(str, self.matrices):
            raise UnsupportedError(f"{name} is no argument")
        return f"np.swapaxes({name}, -1, -2)" if letter.is_transposed else name
