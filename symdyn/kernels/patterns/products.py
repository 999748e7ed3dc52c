"""Source text of the fast loops over nodes: Gram matrices, their angles, matrix products.

For each pair of populations G = W V^T holds all inner products. Every entry is replaced by the
coefficient on v_k, the coefficients on w_j are added up on a diagonal, and the sum over nodes is
one more product, G V. The angle is acos(c), c the rounded cosine: its error is large near 0 and pi,
but sine, cosine and angle are consistent: what is computed belongs to an inner product that is off
by some 2^-53 |w| |v|. Objects that are not Lipschitz in inner products cannot be computed so.

Nodes of unusual length (zero, below 1e-100, above 1e100, nan) are left to the loops in pairs; where
powers of lengths of several degrees are added, those below 1e-30 and above 1e30.
"""

from __future__ import annotations

from itertools import product

from sympy import Expr, Integer, S, pi

from symdyn.calculus.equivariant import EquivariantVector, length
from symdyn.kernels.patterns.cores import Core, double_core
from symdyn.kernels.patterns.layout import Layout, PairTerm
from symdyn.kernels.patterns.loops import item_parameters
from symdyn.kernels.patterns.terms import plain_symbols

ORDINARY = '''
def lengths_of(rows, out, least, ordinary):
    """Lengths of rows, rounded once or twice, and whether all of a sample are of ordinary size."""
    for b in range(rows.shape[0]):
        for j in range(rows.shape[1]):
            h = 0.0
            l = 0.0
            for i in range(rows.shape[2]):
                x = rows[b, j, i]
                p = x*x
                s = h + p
                z = s - h
                l += ((h - (s - z)) + (p - z)) + fma(x, x, -p)
                h = s
            out[b, j] = math.sqrt(h + l)
            if not least < out[b, j] < 1.0/least:
                ordinary[b] = False
'''

CIRCLE = """
def circle(c):
    # angle, sine and cosine, consistent
    c = min(max(c, -1.0), 1.0)
    return math.acos(c), math.sqrt((1.0 - c)*(1.0 + c)), c
"""


def is_lipschitz(found: Layout) -> bool:
    """Whether no coefficient is singular at the angles 0 and pi."""
    return found.kind in ("vector", "scalar") and all(
        not expr.subs(term.angle, end).has(S.NaN, S.ComplexInfinity, S.Infinity)
        for term in found.pairs
        for expr, end in product(coefficients(term), (Integer(0), pi))
    )


def coefficients(term: PairTerm) -> tuple[Expr, ...]:
    """Of a vector: its coefficients on u/|u| and v/|v|. Of a scalar: the scalar."""
    if isinstance(term.term, EquivariantVector):
        return tuple(term.term.coefficient(w) * length(w) for w in (term.u, term.v))
    return term.entries


def fast_cores(found: Layout) -> list[Core]:
    """The scalar cores of all terms, in doubles."""
    cores = [
        double_core(
            f"own{k}_fast", own.entries, None, [length(own.u), *plain_symbols(found, own.first)]
        )
        for k, own in enumerate(found.own)
    ]
    for k, term in enumerate(found.pairs):
        others = [*term.lengths, *plain_symbols(found, term.first, term.second)]
        cores.append(double_core(f"term{k}_fast", coefficients(term), term.angle, others))
    return cores


def fast_text(found: Layout) -> str:
    """The loop `fill` over Gram matrices, and the function `products` that calls it."""
    return "\n\n\n".join([_fill(found), _products(found)])


def _numbers(found: Layout) -> list[str]:
    return item_parameters(found)[len(found.populations) :]


def _plain(found: Layout, *places: tuple[int, str]) -> str:
    names = [f"s{i}[b]" for i in range(len(found.scalars))]
    names += [f"w{q}[b, {index}]" for q, index in places if found.weights[q] is not None]
    return "".join(f", {name}" for name in names)


def _grams(found: Layout) -> list[str]:
    return [f"g{k}" for k in range(len(found.pairs))]


def _fill(found: Layout) -> str:
    lengths = [f"l{k}" for k in range(len(found.populations))]
    parameters = ", ".join([*_grams(found), *lengths, *_numbers(found), "out"])
    body = _vector_fill(found) if found.kind == "vector" else _scalar_fill(found)
    lines = ["@compiled", f"def fill({parameters}):", "    for b in range(out.shape[0]):"]
    return "\n".join([*lines, *(f"        {line}" for line in body)])


def _vector_fill(found: Layout) -> list[str]:
    """`out` collects the coefficients on the node itself, over its length."""
    lines: list[str] = []
    for k, own in enumerate(found.own):
        call = f"own{k}_fast(l{own.first}[b, j]{_plain(found, (own.first, 'j'))})"
        lines += [
            f"for j in range(l{own.first}.shape[1]):",
            f"    a, = {call}",
            "    out[b, j] += a",
        ]
    for i, term in enumerate(found.pairs):
        q, r = term.first, term.second
        lines += _pair_loop(term)
        lines += [f"        {line}" for line in _measured(i, q, r)]
        lines += [
            f"        a, e = {_fast(found, i, 'j', 'k')}",
            "        out[b, j] += a",
            f"        g{i}[b, j, k] = e/l{r}[b, k]",
        ]
        if q == r:
            lines += [
                f"        a, e = {_fast(found, i, 'k', 'j')}",
                "        out[b, k] += a",
                f"        g{i}[b, k, j] = e/l{r}[b, j]",
            ]
    first = found.pairs[0].first
    lines += [f"for j in range(l{first}.shape[1]):", f"    out[b, j] /= l{first}[b, j]"]
    return lines


def _pair_loop(term: PairTerm) -> list[str]:
    last = "j" if term.first == term.second else f"l{term.second}.shape[1]"
    return [f"for j in range(l{term.first}.shape[1]):", f"    for k in range({last}):"]


def _measured(i: int, q: int, r: int) -> list[str]:
    return [f"x, s, c = circle(g{i}[b, j, k]/(l{q}[b, j]*l{r}[b, k]))"]


def _fast(found: Layout, i: int, j: str, k: str) -> str:
    term = found.pairs[i]
    q, r = term.first, term.second
    lengths = f"l{q}[b, {j}], l{r}[b, {k}]"
    return f"term{i}_fast(x, s, c, {lengths}{_plain(found, (q, j), (r, k))})"


def _scalar_fill(found: Layout) -> list[str]:
    lines = ["h = 0.0", "l = 0.0"]
    add = ["h, f = pair_add_ff(h, e)", "l += f"]
    for k, own in enumerate(found.own):
        call = f"own{k}_fast(l{own.first}[b, j]{_plain(found, (own.first, 'j'))})"
        lines += [f"for j in range(l{own.first}.shape[1]):", f"    e, = {call}"]
        lines += [f"    {line}" for line in add]
    for i, term in enumerate(found.pairs):
        lines += _pair_loop(term)
        body = [*_measured(i, term.first, term.second), f"e, = {_fast(found, i, 'j', 'k')}", *add]
        if term.first == term.second:
            body += [f"e, = {_fast(found, i, 'k', 'j')}", *add]
        lines += [f"        {line}" for line in body]
    return [*lines, "out[b, 0] = h + l"]


def _least(found: Layout) -> str:
    """The least length from which on numbers stay within the range of doubles."""
    return "1e-100" if found.degree is not None else "1e-30"


def _products(found: Layout) -> str:
    rows = [f"r{k}" for k in range(len(found.populations))]
    lengths = [f"l{k}" for k in range(len(found.populations))]
    lines = [f"def products({', '.join(item_parameters(found))}, out):"]
    lines.append('    """Fill the results of all samples of ordinary size; which ones."""')
    lines.append("    ordinary = np.ones(out.shape[0], np.bool_)")
    for row, name in zip(rows, lengths, strict=True):
        lines += [
            f"    {name} = np.empty({row}.shape[:2])",
            f"    lengths_of({row}, {name}, {_least(found)}, ordinary)",
        ]
    lines.append('    with np.errstate(all="ignore"):')
    for i, term in enumerate(found.pairs):
        lines.append(f"        g{i} = np.matmul(r{term.first}, r{term.second}.transpose(0, 2, 1))")
    arguments = ", ".join([*_grams(found), *lengths, *_numbers(found)])
    if found.kind == "scalar":
        lines.append(f"    fill({arguments}, out)")
        return "\n".join([*lines, "    return ordinary"])
    first = found.pairs[0].first
    lines += [f"    diagonal = np.zeros(r{first}.shape[:2])", f"    fill({arguments}, diagonal)"]
    same = [i for i, term in enumerate(found.pairs) if term.first == term.second]
    for i in same[:1]:
        lines += [
            f"    place = np.arange(r{first}.shape[1])",
            f"    g{i}[:, place, place] = diagonal",
        ]
    lines.append('    with np.errstate(all="ignore"):')
    for place, i in enumerate([*same, *(i for i in range(len(found.pairs)) if i not in same)]):
        product = f"np.matmul(g{i}, r{found.pairs[i].second}"
        lines.append(f"        {product}, out=out)" if place == 0 else f"        out += {product})")
    if not same:
        lines.append(f"    out += diagonal[:, :, None]*r{first}")
    return "\n".join([*lines, "    return ordinary"])
