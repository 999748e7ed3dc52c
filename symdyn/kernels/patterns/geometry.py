"""Source text that measures vectors: lengths, the angle between two, a frame of their plane.

Vectors are first scaled by powers of two, so that lengths from 1e-300 to 1e300 keep their digits.
With k the largest entry of u, the products in v_j u_k - v_k u_j are exact, and so their difference
is good to pair precision however parallel u and v are; its part orthogonal to u,

    p = q - (<q, u>/<u, u>) u,     q_j = v_j u_k - v_k u_j,     |p| = |u_k| |v| sin(theta),

gives the frame and, with <u, v>, the angle, or its distance from pi, to full precision.
The difference of two lengths is <u - v, u + v>/(|u| + |v|).

The text is compiled in emitted modules only; pairs are as in `pair_source`.
"""

from __future__ import annotations

ROWS = '''
def scale_of(v):
    """Exponent n with the largest entry of v/2^n between 1/2 and 1; 0 for a zero vector."""
    largest = 0.0
    for i in range(v.size):
        largest = max(largest, abs(v[i]))
    return exponent(largest)


def rescaled(v, n, out):
    """v/2^n."""
    a = power_of_two(-(n >> 1))
    b = power_of_two((n >> 1) - n)
    for i in range(v.size):
        out[i] = v[i]*a*b


def inner(u, v):
    """Inner product as a pair: products and sums without error, errors summed in doubles."""
    h = 0.0
    l = 0.0
    for i in range(u.size):
        p, e = pair_mul_ff(u[i], v[i])
        h, f = pair_add_ff(h, p)
        l += e + f
    return settled(h, l)


def length(v):
    """Length as a pair."""
    h, l = inner(v, v)
    h, l = pair_sqrt(h, l)
    return (h, l) if 0.0 < h < np.inf else (0.0 if h == 0.0 else np.nan, 0.0)


def prepared(rows, scaled_rows, scales, lengths):
    """Every row scaled by its power of two, and its length as a pair."""
    for j in range(rows.shape[0]):
        scales[j] = scale_of(rows[j])
        rescaled(rows[j], scales[j], scaled_rows[j])
        lengths[j, 0], lengths[j, 1] = length(scaled_rows[j])


def common_scale(scales, lengths, start):
    """The largest scale of a vector that is not 0."""
    for j in range(scales.size):
        if lengths[j, 0] != 0.0 and scales[j] > start:
            start = scales[j]
    return start
'''

PLANE = '''
def gap_of(u, m, v, n, sh, sl):
    """|u| 2^m - |v| 2^n, given the sum of both."""
    a = power_of_two_bounded(m)
    b = power_of_two_bounded(n)
    h = 0.0
    l = 0.0
    for i in range(u.size):
        dh, dl = pair_sub_ff(u[i]*a, v[i]*b)
        ah, al = pair_add_ff(u[i]*a, v[i]*b)
        dh, dl = pair_mul_pp(dh, dl, ah, al)
        h, l = pair_add_pp(h, l, dh, dl)
    return pair_div_pp(h, l, sh, sl) if sh != 0.0 else (0.0, 0.0)


def power_of_two_bounded(n):
    return power_of_two(n) if n > -1022 else 0.0


def frame(u, v, uh, ul, p):
    """Whether the angle is below pi/2, its distance from 0 or pi, and 1/|p| (0 if parallel).

    Row 0 and 1 of p become high and low words of a vector along n, in the plane of u and v.
    """
    k = 0
    for i in range(1, u.size):
        if abs(u[i]) > abs(u[k]):
            k = i
    s = math.copysign(1.0, u[k])
    a = s*u[k]
    b = s*v[k]
    largest = 0.0
    for i in range(u.size):
        h, l = pair_mul_ff(v[i], a)
        f, g = pair_mul_ff(u[i], b)
        h, l = pair_sub_pp(h, l, f, g)
        p[0, i] = h
        p[1, i] = l
        largest = max(largest, abs(h))
    dh, dl = inner(u, v)
    near = dh >= 0.0
    if largest == 0.0:
        return near, 0.0*dh, 0.0, 0.0, 0.0
    n = exponent(largest)
    h = 0.0
    l = 0.0
    for i in range(u.size):
        p[0, i], p[1, i] = scaled(p[0, i], p[1, i], -n)
        f, g = pair_mul_pf(p[0, i], p[1, i], u[i])
        h, l = pair_add_pp(h, l, f, g)
    f, g = pair_mul_pp(uh, ul, uh, ul)
    rh, rl = pair_div_pp(-h, -l, f, g)
    h = 0.0
    l = 0.0
    for i in range(u.size):
        f, g = pair_mul_pf(rh, rl, u[i])
        p[0, i], p[1, i] = pair_add_pp(p[0, i], p[1, i], f, g)
        f, g = pair_mul_pp(p[0, i], p[1, i], p[0, i], p[1, i])
        h, l = pair_add_pp(h, l, f, g)
    h, l = pair_sqrt(h, l)
    yh, yl = scaled(h, l, n)
    dh, dl = pair_mul_pf(dh, dl, a if near else -a)
    dh, dl = pair_div_pp(dh, dl, uh, ul)
    xh, xl = pair_atan2(yh, yl, dh, dl)
    rh, rl = pair_div_pp(1.0, 0.0, h, l)
    return near, xh, xl, rh, rl
'''
