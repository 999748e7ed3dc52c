"""Source text of the loops over nodes: which terms are added up where, for one set of arrays.

Populations are the arrays r0, r1, ... with one row a node; w0, w1, ... are their output weights
where these are arguments, s0, s1, ... the numbers that are arguments. All lengths are divided by
one power of two first; results are multiplied by it again, to the degree of the object.
"""

from __future__ import annotations

from symdyn.kernels.patterns.layout import Layout, PairTerm
from symdyn.kernels.patterns.terms import JITTED

FINISH = '''
def restored(h, l, n):
    """A pair times 2^n, rounded."""
    n = min(max(n, -2040), 2040)
    h, l = scaled(h, l, n)
    return h + l


def relative(scales, lengths, start):
    """Scales relative to a common one, where anything below 2^-2000 is 0."""
    for j in range(scales.size):
        scales[j] = min(max(scales[j] - start, -2000), 1000) if lengths[j, 0] != 0.0 else 0


def far_off(scales, lengths):
    """Whether products of lengths may overflow, or lose digits."""
    for j in range(scales.size):
        if lengths[j, 0] > 0.0 and abs(scales[j]) > 100:
            return True
    return False


def far_numbers(numbers):
    """The same of output weights."""
    for x in numbers:
        if x != 0.0 and not 1e-60 < abs(x) < 1e60:
            return True
    return False


def lacking(size, largest, d):
    """Whether a sum of terms of a size may be off by more than half a unit of 2^-53.

    Pairs are off by less than 2^-98 of the size, with inner products of many elements by more.
    """
    return size*(16.0 + d)*2.0**-48 > largest


def unbounded(out):
    """Whether an element is not finite."""
    for x in out.flat:
        if x - x != 0.0:
            return True
    return False
'''


def item_text(found: Layout, name: str, prefix: str, accurate: bool) -> str:
    """The function that fills `out` from one row-array a population, and tells doubtful rows.

    A row is doubtful where it is not finite, where lengths are so far from 1 that numbers may have
    left the range of doubles, and, if `accurate`, where it is small beside its terms. `prefix`
    stands before the names of the functions that add the terms.
    """
    body = _pair_matrix if accurate and found.kind == "matrix" else _BODIES[found.kind]
    lines = [JITTED, f"def {name}_rows({', '.join(item_parameters(found))}, out, doubt):"]
    lines += [f"    {line}" for line in [*_prepared(found), *body(found, prefix, accurate)]]
    lines += ["", "", JITTED, f"def {name}({', '.join(item_parameters(found))}, out):"]
    lines += ["    doubt = np.zeros(out.shape[0], np.bool_)"]
    lines += [f"    {name}_rows({', '.join(item_parameters(found))}, out, doubt)"]
    return "\n".join(lines)


def item_parameters(found: Layout) -> list[str]:
    """Arrays, then output weights, then numbers."""
    rows = [f"r{k}" for k in range(len(found.populations))]
    weights = [f"w{k}" for k, weight in enumerate(found.weights) if weight is not None]
    return [*rows, *weights, *(f"s{k}" for k in range(len(found.scalars)))]


def _prepared(found: Layout) -> list[str]:
    lines: list[str] = []
    for k in range(len(found.populations)):
        lines += [
            f"u{k} = np.empty_like(r{k})",
            f"n{k} = np.empty(r{k}.shape[0], np.int64)",
            f"l{k} = np.empty((r{k}.shape[0], 2))",
            f"prepared(r{k}, u{k}, n{k}, l{k})",
        ]
    lines.append("start = -5000")
    if found.degree is not None:
        for k, occurs in enumerate(found.scaled):
            lines += [f"start = common_scale(n{k}, l{k}, start)"] if occurs else []
    lines.append(f"start = start - {_headroom(found)} if start > -5000 else 0")
    lines += [f"relative(n{k}, l{k}, start)" for k in range(len(found.populations))]
    lines.append("p = np.empty((2, r0.shape[1]))")
    return [*lines, f"far = {_far(found)}"]


def _far(found: Layout) -> str:
    """Whether numbers may leave the range of doubles; lengths do not if all are scaled."""
    parts: list[str] = []
    for k, weight in enumerate(found.weights):
        if found.degree is None and found.scaled[k]:
            parts.append(f"far_off(n{k}, l{k})")
        if weight is not None:
            parts.append(f"far_numbers(w{k})")
    return " or ".join(parts) or "False"


def _headroom(found: Layout) -> int:
    """Binary digits kept above the largest length, so that far smaller ones do not underflow."""
    return 800 // max(2, abs(found.degree or 0))


def _own_call(found: Layout, prefix: str, k: int, out: str) -> str:
    q = found.own[k].first
    plain = [f"s{i}" for i in range(len(found.scalars))]
    plain += [f"w{q}[j]"] if found.weights[q] is not None else []
    head = [f"u{q}[j]", f"n{q}[j]", f"l{q}[j, 0]", f"l{q}[j, 1]"]
    return f"{prefix}own{k}({', '.join([*head, *plain, out])})"


def _pair_call(found: Layout, name: str, term: PairTerm, out: str) -> str:
    q, r = term.first, term.second
    plain = [f"s{i}" for i in range(len(found.scalars))]
    plain += [f"w{q}[j]"] if found.weights[q] is not None else []
    plain += [f"w{r}[k]"] if found.weights[r] is not None else []
    one = [f"u{q}[j]", f"n{q}[j]", f"l{q}[j, 0]", f"l{q}[j, 1]"]
    two = [f"u{r}[k]", f"n{r}[k]", f"l{r}[k, 0]", f"l{r}[k, 1]"]
    return f"{name}({', '.join([*one, *two, 'p', *plain, out])})"


def _others(found: Layout, prefix: str, out: str) -> list[str]:
    """Loops over the second node of every pair term of node j."""
    lines: list[str] = []
    for i, term in enumerate(found.pairs):
        lines.append(f"for k in range(r{term.second}.shape[0]):")
        call = _pair_call(found, f"{prefix}term{i}", term, out)
        if term.first == term.second:
            lines += ["    if k != j:", f"        {call}"]
        else:
            lines.append(f"    {call}")
    return lines


def _vector(found: Layout, prefix: str, accurate: bool) -> list[str]:
    first = first_population(found)
    own = [_own_call(found, prefix, k, "total") for k in range(len(found.own))]
    return [
        f"total = np.empty((3, r{first}.shape[1]))",
        f"for j in range(r{first}.shape[0]):",
        "    total[:] = 0.0",
        *(f"    {line}" for line in [*own, *_others(found, prefix, "total")]),
        f"    for i in range(r{first}.shape[1]):",
        f"        out[j, i] = restored(total[0, i], total[1, i], start*{found.degree or 0})",
        "    doubt[j] = far or unbounded(out[j])",
        *_compared("total", accurate, "    "),
    ]


def _compared(total: str, accurate: bool, indent: str) -> list[str]:
    """Lines that compare a row with its terms."""
    if not accurate:
        return []
    place = {"total": "[2, 0]", "block": "[2, 0, 0]"}[total]
    return [
        f"{indent}if lacking({total}{place}, np.max(np.abs({total}[0])), r0.shape[1]):",
        f"{indent}    doubt[j] = True",
    ]


def _scalar(found: Layout, prefix: str, accurate: bool) -> list[str]:
    lines = ["total = np.zeros((3, 1))", "j = 0"]
    for k, own in enumerate(found.own):
        lines += [
            f"for j in range(r{own.first}.shape[0]):",
            f"    {_own_call(found, prefix, k, 'total')}",
        ]
    for i, term in enumerate(found.pairs):
        call = _pair_call(found, f"{prefix}term{i}", term, "total")
        lines += [
            f"for j in range(r{term.first}.shape[0]):",
            f"    for k in range(r{term.second}.shape[0]):",
        ]
        lines += (
            ["        if k != j:", f"            {call}"]
            if term.first == term.second
            else [f"        {call}"]
        )
    lines.append(f"out[0] = restored(total[0, 0], total[1, 0], start*{found.degree or 0})")
    lines += ["j = 0", "doubt[0] = far or unbounded(out)"]
    return [*lines, *_compared("total", accurate, "")]


def _matrix(found: Layout, prefix: str, accurate: bool) -> list[str]:
    """In doubles: blocks are filled in place."""
    first = first_population(found)
    own = [_own_call(found, prefix, k, "block") for k in range(len(found.own))]
    between = []
    if found.between is not None:
        call = _pair_call(found, f"{prefix}between", found.between, "out[j, :, k, :]")
        between = [f"for k in range(r{first}.shape[0]):", "    if k != j:", f"        {call}"]
    return [
        "out[:] = 0.0",
        f"for j in range(r{first}.shape[0]):",
        "    block = out[j, :, j, :]",
        *(f"    {line}" for line in [*own, *_others(found, prefix, "block"), *between]),
        *([] if not found.degree else [f"out *= 2.0**(start*{found.degree})"]),
        f"for j in range(r{first}.shape[0]):",
        "    doubt[j] = far or unbounded(out[j])",
    ]


def _pair_matrix(found: Layout, prefix: str, accurate: bool) -> list[str]:
    """In pairs: one block at a time, with the size of the terms of its row beside it."""
    first = first_population(found)
    d = f"r{first}.shape[1]"
    own = [_own_call(found, prefix, k, "block") for k in range(len(found.own))]
    store = [
        f"for a in range({d}):",
        f"    for b in range({d}):",
        "        out[j, a, k, b] = restored(block[0, a, b], block[1, a, b], "
        f"start*{found.degree or 0})",
    ]
    between: list[str] = []
    if found.between is not None:
        between = [_pair_call(found, f"{prefix}between", found.between, "block")]
    lines = [
        f"block = np.empty((3, {d}, {d}))",
        f"for j in range(r{first}.shape[0]):",
        "    size = 0.0",
        "    largest = 0.0",
        f"    for k in range(r{first}.shape[0]):",
        "        block[:] = 0.0",
        "        if k != j:",
        *(f"            {line}" for line in between or ["pass"]),
        *(f"        {line}" for line in store),
        "        size += block[2, 0, 0]",
        "        largest = max(largest, np.max(np.abs(block[0])))",
        "    block[:] = 0.0",
        *(f"    {line}" for line in [*own, *_others(found, prefix, "block")]),
        "    k = j",
        *(f"    {line}" for line in store),
        "    size += block[2, 0, 0]",
        "    largest = max(largest, np.max(np.abs(block[0])))",
        "    doubt[j] = far or unbounded(out[j])",
    ]
    if accurate:
        lines += ["    if lacking(size, largest, r0.shape[1]):", "        doubt[j] = True"]
    return lines


def first_population(found: Layout) -> int:
    """The population at whose nodes a vector or matrix stands."""
    return (found.own[0] if found.own else found.pairs[0]).first


_BODIES = {"vector": _vector, "scalar": _scalar, "matrix": _matrix}
