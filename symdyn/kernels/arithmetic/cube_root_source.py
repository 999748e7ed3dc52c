"""Source text of roots: no branch, no table and no library.

Cube roots:

    x = 2^(3n) t,   t between 1/2 and 4,   t = m, m/2 or 2m for a mantissa m from 1 to 2
    r = t^(-1/3) from a polynomial in v = 2m/3 - 1, times (3/2)^(-1/3) and a third of the power of 2
    r <- r (1 + e/3 + 2 e^2/9),   e = 1 - t r^3
    y = t r^2, and its correction (t - y^3) r^2/3 with the residual in two words

The polynomial is good to 2^-15, so |e| is below 2^-13; the next term, 14 e^3/81, leaves 2^-41 in r
and 2^-40 in y. Newton's correction squares that: 2^-80 beside the roundings, 2^-53 of a correction
of 2^-40.

Other roots, of degree n > 3: y = exp(log(x)/n) in doubles is off by a share of 2^-40 at most, since
|log(x)| < 746 is known to an ulp. Newton's correction y (x - y^n)/(n y^n), with y^n in two words,
leaves (n - 1)/2 times the square of that.
"""

from __future__ import annotations

ROOT = """
def cube_root_residual(t, l, y):
    # t + l - y^3, where t and y^3 are so near that their difference is exact
    s = y*y
    c = s*y
    return (t - c) + (l - fma(fma(y, y, -s), y, fma(s, y, -c)))

def cube_root_parts(h, l):
    # t with its correction, y with its own, and n in the last bits of a double, for h > 0
    tiny = h < SMALLEST_NORMAL
    a = choose(tiny, 2.0**54, 1.0)
    h, l = h*a, l*a
    k = bits(h) >> 52
    z = double(k | bits(2.0**52)) - (2.0**52 + 1023.0)
    m = double(bits(h) - ((k - 1023) << 52))
    n = fma(z, THIRD, SHIFT)
    i = fma(-3.0, n - SHIFT, z)
    n = bits(n) - bits(SHIFT)
    a = double((1023 - n) << 52)
    t, l = double(bits(h) - ((n + n + n) << 52)), l*a*a*a
    c = choose(i < 0.0, CUBE_ROOT_HALF, choose(i > 0.0, CUBE_ROOT_TWO, CUBE_ROOT_ONE))
    r = c*cube_root_start(fma(m, 2.0*THIRD, -1.0))
    e = fma(-t*r, r*r, 1.0)
    r = fma(r*e, fma(e, 2.0*THIRD*THIRD, THIRD), r)
    q = r*r
    y = t*q
    y, e = regrouped(y, cube_root_residual(t, l, y)*(q*THIRD))
    return t, l, y, e, double((n + 1023) << 52)*choose(tiny, 2.0**-18, 1.0)

def comp_cbrt(h, l):
    g, l = tidy(h, l)
    s = math.copysign(1.0, choose(g != 0.0, g, h))
    _, _, y, e, b = cube_root_parts(s*g, s*l)
    ordinary = (g != 0.0) & (g - g == 0.0)
    b = s*b
    return choose(ordinary, b*y, s*abs(g)), choose(ordinary, b*e, 0.0*s)

def pair_cbrt(h, l):
    # a further step from y, which is good to half an ulp, with the residual in pairs
    s = math.copysign(1.0, h)
    t, l, y, _, b = cube_root_parts(s*h, s*l)
    ph, pl = pair_mul_ff(y, y)
    ch, cl = pair_mul_pf(ph, pl, y)
    dh, dl = pair_sub_pp(t, l, ch, cl)
    y, e = settled(y, dh/(3.0*ph))
    ordinary = (h != 0.0) & (h - h == 0.0)
    b = s*b
    return choose(ordinary, b*y, h), choose(ordinary, b*e, 0.0*s)
"""

ANY_ROOT = """
def comp_root(h, l, n):
    # for a whole number n that is written out, so that the loop is straight code
    y = double_exp(double_log(h)/n)
    ph, pl = y, 0.0
    for _ in range(n - 1):
        ph, pl = comp_mul_pf(ph, pl, y)
    e = y*((((h - ph) + (l - pl))/ph)/n)
    known = (h > 0.0) & (ph < np.inf)
    return choose(h == 0.0, h, y), choose(known, e, 0.0)
"""

TEXTS: tuple[str, ...] = (ROOT, ANY_ROOT)
