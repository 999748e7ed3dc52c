"""Source text of the terms of a layout: functions that add one term of one or two vectors.

Each term is measured in pairs (`geometry`), its entries are computed in pairs from the form for
its end of the range of angles (`ends`), and the result is added to pairs of sums. Where a vector is
0 its direction is not known: what does not depend on it is added, what does is nan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from random import Random

from sympy import Dummy, Expr, S, Symbol

from symdyn.calculus.equivariant import length
from symdyn.kernels.arithmetic.definitions import OPTIONS
from symdyn.kernels.patterns.cores import Core, pair_core
from symdyn.kernels.patterns.ends import Ends
from symdyn.kernels.patterns.layout import Layout, OwnTerm, PairTerm

JITTED = f"@njit({OPTIONS})"
NAMES = {1: ("f",), 2: ("e", "n"), 5: ("i", "ee", "en", "ne", "nn")}


@dataclass(frozen=True)
class TermText:
    """Text that defines the function of a term, the runtime functions it calls, and its symbols."""

    text: str
    calls: frozenset[str]


def pair_text(name: str, term: PairTerm, found: Layout) -> TermText:
    """A function that adds a term in two vectors."""
    entries = term.entries
    plain = plain_symbols(found, term.first, term.second)
    forms = Ends(term.angle, term.lengths, Dummy("x", nonnegative=True), Dummy("gap", real=True))
    near, far = ([form(entry) for entry in entries] for form in (forms.near, forms.far))
    gapped = any(forms.gap in form.free_symbols for form in near)
    wide = [*term.lengths, forms.x]
    cores = (
        pair_core(f"{name}_near", near, [*wide, forms.gap] if gapped else wide, plain),
        pair_core(f"{name}_far", far, wide, plain),
    )
    body = _pair_body(name, len(entries), gapped, len(plain), undefined(term))
    return _joined(body, cores)


def own_text(name: str, term: OwnTerm, found: Layout) -> TermText:
    """A function that adds a term in one vector."""
    plain = plain_symbols(found, term.first)
    core = pair_core(f"{name}_core", term.entries, [length(term.u)], plain)
    return _joined(_own_body(name, found.kind, len(plain)), (core,))


def plain_symbols(found: Layout, first: int, second: int | None = None) -> list[Symbol]:
    """The symbols of a term that are doubles: scalars, and output weights of its nodes."""
    symbols = [*found.scalars]
    p = found.populations[first]
    symbols += [p.weight] if isinstance(p.weight, Symbol) else []
    if second is not None:
        q = found.populations[second]
        other = q.second_weight if first == second else q.weight
        symbols += [other] if isinstance(other, Symbol) else []
    return symbols


def plain_names(count: int) -> str:
    """The parameters that stand for such symbols, each after a comma."""
    return "".join(f", s{k}" for k in range(count))


def _joined(body: str, cores: Sequence[Core]) -> TermText:
    texts = [*(core.text for core in cores), body]
    return TermText("\n\n\n".join(texts), frozenset[str]().union(*(core.calls for core in cores)))


def _pair_body(name: str, size: int, gapped: bool, plain: int, zero: Undefined) -> str:
    s = plain_names(plain)
    targets = ", ".join(f"{w}h, {w}l" for w in NAMES[size])
    gap = ", gh, gl" if gapped else ""
    measure = (
        """        gh, gl = pair_add_pp(lh, ll, kh, kl)
        gh, gl = gap_of(u, m, v, n, gh, gl)
"""
        if gapped
        else ""
    )
    return f"""{JITTED}
def {name}(u, m, uh, ul, v, n, vh, vl, p{s}, out):
    if uh == 0.0 and vh == 0.0:
        {_when(zero.both)}
    elif uh == 0.0:
        {_when(zero.first)}
    elif vh == 0.0:
        {_when(zero.second)}
    near, xh, xl, rh, rl = frame(u, v, uh, ul, p)
    lh, ll = scaled(uh, ul, m)
    kh, kl = scaled(vh, vl, n)
    if near:
{measure}        {targets} = {name}_near(lh, ll, kh, kl, xh, xl{gap}{s})
    else:
        {targets} = {name}_far(lh, ll, kh, kl, xh, xl{s})
    {ADDED[size]}
"""


ADDED = {
    1: "add_scalar(fh, fl, out)",
    2: "add_vector(eh, el, nh, nl, u, uh, ul, p, rh, rl, out)",
    5: "add_matrix(ih, il, eeh, eel, enh, enl, neh, nel, nnh, nnl, u, uh, ul, p, rh, rl, out)",
}


def _when(state: bool | None) -> str:
    """What happens for a zero vector: nan, or nothing special (True, False), or no contribution."""
    if state is None:
        return "return"
    return "out[:] = np.nan\n        return" if state else "pass"


def _own_body(name: str, kind: str, plain: int) -> str:
    s = plain_names(plain)
    core = f"{name}_core(lh, ll{s})"
    lines = {
        "scalar": f"fh, fl, = {core}\n    add_scalar(fh, fl, out)",
        "vector": (
            f"eh, el, = {core}\n"
            "    if uh != 0.0:\n        add_along(eh, el, u, uh, ul, out)\n"
            "    elif eh != 0.0:\n        out[:] = np.nan"
        ),
        "matrix": (
            f"ih, il, eh, el = {core}\n"
            "    if uh != 0.0:\n        add_own_matrix(ih, il, eh, el, u, uh, ul, out)\n"
            "    elif eh == 0.0:\n        add_own_matrix(ih, il, 0.0, 0.0, u, 1.0, 0.0, out)\n"
            "    else:\n        out[:] = np.nan"
        ),
    }[kind]
    return f"""{JITTED}
def {name}(u, m, uh, ul{s}, out):
    lh, ll = scaled(uh, ul, m)
    {lines}
"""


@dataclass(frozen=True)
class Undefined:
    """Whether a term depends on a direction that a zero vector does not have.

    None where a term in a zero vector vanishes, so that nothing has to be computed.
    """

    first: bool | None
    second: bool | None
    both: bool | None


@lru_cache(maxsize=64)
def undefined(term: PairTerm) -> Undefined:
    """What a term in zero vectors depends on."""
    entries = term.entries
    u, v = term.lengths
    at_u = _at_zero(entries, (u,))
    at_v = _at_zero(entries, (v,))
    at_both = _at_zero(entries, (u, v))
    directed_u = {1: (), 2: (0, 1), 5: (1, 2, 3, 4)}[len(entries)]
    directed_v = {1: (), 2: (1,), 5: (2, 3, 4)}[len(entries)]
    occurs = all(any(w in entry.free_symbols for entry in entries) for w in (u, v))
    return Undefined(
        _needs(at_u, directed_u, term.angle),
        _needs(at_v, directed_v, term.angle),
        _needs(at_both, directed_u, term.angle) if occurs else True,
    )


def _at_zero(entries: Sequence[Expr], lengths: Sequence[Symbol]) -> list[Expr]:
    return [entry.subs(dict.fromkeys(lengths, 0)) for entry in entries]


def _needs(entries: Sequence[Expr], directed: Sequence[int], angle: Symbol) -> bool | None:
    """Whether entries on unknown directions differ from 0, or others depend on the angle."""
    if any(entry.has(S.NaN, S.ComplexInfinity, S.Infinity) for entry in entries):
        return True
    if all(_vanishes(entry) for entry in entries):
        return None
    rest = [entry for k, entry in enumerate(entries) if k not in directed]
    return not all(_vanishes(entries[k]) for k in directed) or any(
        not _vanishes(entry.subs(angle, one) - entry.subs(angle, two))
        for entry in rest
        for one, two in product((S(1) / 3,), (S(1), S(5) / 2))
    )


def _vanishes(expr: Expr) -> bool:
    """Whether an expression is 0 at a few points."""
    if expr == 0:
        return True
    random = Random(0)
    symbols = sorted(expr.free_symbols, key=str)
    points = [{s: _value(random) for s in symbols} for _ in range(3)]
    return all(abs(expr.subs(point).evalf(30)) < S(10) ** -20 for point in points)


def _value(random: Random) -> Expr:
    return S(random.randint(1, 97)) / 89


SUMS = '''
def add_scalar(fh, fl, out):
    out[2, 0] += abs(fh)
    out[0, 0], out[1, 0] = pair_add_pp(out[0, 0], out[1, 0], fh, fl)


def add_along(eh, el, u, uh, ul, out):
    """Add e u/|u|."""
    out[2, 0] += abs(eh)
    eh, el = pair_div_pp(eh, el, uh, ul)
    for i in range(u.size):
        h, l = pair_mul_pf(eh, el, u[i])
        out[0, i], out[1, i] = pair_add_pp(out[0, i], out[1, i], h, l)


def add_vector(eh, el, nh, nl, u, uh, ul, p, rh, rl, out):
    """Add e u/|u| + n p/|p|."""
    out[2, 0] += abs(eh) + abs(nh)
    nh, nl = pair_mul_pp(nh, nl, rh, rl)
    if uh != 0.0:
        eh, el = pair_div_pp(eh, el, uh, ul)
    for i in range(u.size):
        h, l = pair_mul_pf(eh, el, u[i])
        f, g = pair_mul_pp(nh, nl, p[0, i], p[1, i])
        h, l = pair_add_pp(h, l, f, g)
        out[0, i], out[1, i] = pair_add_pp(out[0, i], out[1, i], h, l)
'''

MATRICES = '''
def once_rounded(h, l, ah, al, bh, bl):
    """A product of three pairs as a double."""
    h, l = pair_mul_pp(h, l, ah, al)
    h, l = pair_mul_pp(h, l, bh, bl)
    return h + l


def add_matrix(i, il, ee, eel, en, enl, ne, nel, nn, nnl, u, uh, ul, p, r, rl, out):
    """Add i I + ee e e^T + en e n^T + ne n e^T + nn n n^T."""
    i = i + il
    a, al = pair_div_pp(1.0, 0.0, uh, ul) if uh != 0.0 else (0.0, 0.0)
    ee = once_rounded(ee, eel, a, al, a, al)
    en = once_rounded(en, enl, a, al, r, rl)
    ne = once_rounded(ne, nel, a, al, r, rl)
    nn = once_rounded(nn, nnl, r, rl, r, rl)
    for k in range(u.size):
        out[k, k] += i
        left = fma(ee, u[k], ne*p[0, k])
        right = fma(en, u[k], nn*p[0, k])
        for j in range(u.size):
            out[k, j] = fma(left, u[j], fma(right, p[0, j], out[k, j]))


def add_own_matrix(i, il, e, el, u, uh, ul, out):
    """Add i I + e u u^T/|u|^2."""
    i = i + il
    for k in range(u.size):
        out[k, k] += i
        for j in range(u.size):
            out[k, j] += e*(u[k]/uh)*(u[j]/uh)
'''

PAIR_MATRICES = '''
def add_matrix(ih, il, eh, el, fh, fl, gh, gl, nh, nl, u, uh, ul, p, rh, rl, out):
    """Add i I + ee e e^T + en e n^T + ne n e^T + nn n n^T, in pairs."""
    out[2, 0, 0] += abs(ih) + abs(eh) + abs(fh) + abs(gh) + abs(nh)
    ah, al = pair_div_pp(1.0, 0.0, uh, ul) if uh != 0.0 else (0.0, 0.0)
    for k in range(u.size):
        out[0, k, k], out[1, k, k] = pair_add_pp(out[0, k, k], out[1, k, k], ih, il)
        bh, bl = pair_mul_pf(ah, al, u[k])
        ch, cl = pair_mul_pp(rh, rl, p[0, k], p[1, k])
        # the row of e e^T and n e^T, and that of e n^T and n n^T
        lh, ll = pair_mul_pp(eh, el, bh, bl)
        mh, ml = pair_mul_pp(gh, gl, ch, cl)
        lh, ll = pair_add_pp(lh, ll, mh, ml)
        lh, ll = pair_mul_pp(lh, ll, ah, al)
        qh, ql = pair_mul_pp(fh, fl, bh, bl)
        mh, ml = pair_mul_pp(nh, nl, ch, cl)
        qh, ql = pair_add_pp(qh, ql, mh, ml)
        qh, ql = pair_mul_pp(qh, ql, rh, rl)
        for j in range(u.size):
            mh, ml = pair_mul_pf(lh, ll, u[j])
            sh, sl = pair_mul_pp(qh, ql, p[0, j], p[1, j])
            mh, ml = pair_add_pp(mh, ml, sh, sl)
            out[0, k, j], out[1, k, j] = pair_add_pp(out[0, k, j], out[1, k, j], mh, ml)


def add_own_matrix(ih, il, eh, el, u, uh, ul, out):
    """Add i I + e u u^T/|u|^2, in pairs."""
    out[2, 0, 0] += abs(ih) + abs(eh)
    ah, al = pair_div_pp(1.0, 0.0, uh, ul)
    eh, el = pair_mul_pp(eh, el, ah, al)
    eh, el = pair_mul_pp(eh, el, ah, al)
    for k in range(u.size):
        out[0, k, k], out[1, k, k] = pair_add_pp(out[0, k, k], out[1, k, k], ih, il)
        lh, ll = pair_mul_pf(eh, el, u[k])
        for j in range(u.size):
            mh, ml = pair_mul_pf(lh, ll, u[j])
            out[0, k, j], out[1, k, j] = pair_add_pp(out[0, k, j], out[1, k, j], mh, ml)
'''
