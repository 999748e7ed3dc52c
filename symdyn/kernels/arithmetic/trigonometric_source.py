"""Source text of compensated sine, cosine and tangent: one straight line for arguments of any size.

    x = q pi/2 + r,   q a whole number,   |r| at most pi/4 (1 + 2^-18),   r as r + its correction
    sin(r) = r - r^3/6 + r^5 s(r^2)
    cos(r) = 1 - r^2/2 + r^4 c(r^2)

and q modulo 4 says which of the two it is, and with which sign. No double is nearer to a multiple
of pi/2 than 2^-61 (but 0), so that r with an error of 2^-118 has one of 2^-57 relative to itself.

Up to 2^30 in size, q pi/2 is subtracted in three words. Above, x 2/pi modulo 4 is formed from four
words of a row of `TWO_OVER_PI`, whose multiples of 4 are left out (Payne and Hanek 1983). Both ways
are gone for every argument, and one is taken.
"""

from __future__ import annotations

REDUCTION = """
def near_quarter(x):
    # q and r for |x| <= 2^30. The first product is exact within fma: x and q*HALF_PI_HIGH are
    # multiples of 2^-53 and their difference is below 1. q*HALF_PI_LOW is split without error, and
    # what is neglected or rounded off is below 2^30*(2^-160 + 2^-53*2^-108): r is good to 2^-129
    q = fma(x, TWO_OVER_PI_HIGH, SHIFT) - SHIFT
    p = q*HALF_PI_LOW
    rh, rl = comp_add_ff(fma(-q, HALF_PI_HIGH, x), -p)
    return q, rh, rl - fma(q, HALF_PI_REST, fma(q, HALF_PI_LOW, -p))

def modulo_4(x):
    # exact: the result has no digits that x has not
    return fma(-4.0, np.rint(0.25*x), x)

def far_quarter(x):
    # The same for any x: x = y*2^(32 k) with y < 2^86, and y times four words of 2^(32 k)*2/pi
    # modulo 4. Products are split without error, sums are too but for the last, whose terms are
    # below 2^-72; the words end below 2^-211. So r is good to 2^-123
    e = ((bits(x) >> 52) & 2047) - (1023 + 52)
    k = choose(e > 0, e, 0) >> 5
    y = x*double((1023 - (k << 5)) << 52)
    k = np.uint32(k)
    a, b, c = TWO_OVER_PI[k, 0], TWO_OVER_PI[k, 1], TWO_OVER_PI[k, 2]
    ph, qh, sh, th = y*a, y*b, y*c, y*TWO_OVER_PI[k, 3]
    pl, ql, sl = fma(y, a, -ph), fma(y, b, -qh), fma(y, c, -sh)
    h, a = comp_add_ff(modulo_4(ph), modulo_4(pl))
    h, b = comp_add_ff(h, modulo_4(qh))
    q = np.rint(h)
    h, c = comp_add_ff(h - q, ql)
    h, d = comp_add_ff(h, sh)
    l, a = comp_add_ff(a, b)
    l, b = comp_add_ff(l, c)
    l, c = comp_add_ff(l, d)
    h, d = comp_add_ff(h, l)
    h, l = comp_add_ff(h, ((a + b) + (c + d)) + (sl + th))
    rh = h*HALF_PI_HIGH
    return q, rh, fma(h, HALF_PI_HIGH, -rh) + fma(h, HALF_PI_LOW, l*HALF_PI_HIGH)

def quarter(x):
    nq, nh, nl = near_quarter(x)
    fq, fh, fl = far_quarter(x)
    far = abs(x) > 2.0**30
    return choose(far, fq, nq), choose(far, fh, nh), choose(far, fl, nl)

def comp_quarter(h, l):
    # the correction turns as well where it is large; the sum is brought back to |r| <= pi/4
    q, rh, rl = quarter(h)
    p, sh, sl = quarter(l)
    rh, e = comp_add_ff(rh, sh)
    t = fma(rh, TWO_OVER_PI_HIGH, SHIFT) - SHIFT
    sh, f = comp_add_ff(rh, -t*HALF_PI_HIGH)
    few = abs(l) < 2.0**-20
    rl = rl + (e + sl)
    rl = choose(few, rl, rl + (f - t*HALF_PI_LOW))
    return (q + p) + choose(few, 0.0, t), choose(few, rh, sh), rl
"""

WAVES = """
def waves(rh, rl):
    # Sine and cosine of r. In sin(r) the cubic term has a correction of its own, so that roundings
    # of 2^-53 remain in r^5 s only, which is below 2^-8 of the sum; in cos(r) 1 - r^2/2 is exact
    # but for 2^-106, and r^4 c below 2^-5 of the sum: the errors are 2^-59 and 2^-56
    zh = rh*rh
    zl = fma(rh, rh, -zh)
    u = rh*zh
    p = -SIXTH_HIGH*u
    e = fma(-SIXTH_HIGH, u, -p) - fma(SIXTH_HIGH, fma(rh, zh, -u) + rh*zl, SIXTH_LOW*u)
    sh = rh + p
    sl = ((rh - sh) + p) + (e + fma(u*zh, sin_tail(zh), fma(-0.5*zh, rl, rl)))
    t = 0.5*zh
    ch = 1.0 - t
    cl = ((1.0 - ch) - t) + fma(zh*zh, cos_tail(zh), fma(-0.5, zl, -rh*rl))
    return sh, sl, ch, cl

def sine_turned(q, sh, sl, ch, cl):
    # the sine of q*pi/2 + r from sine and cosine of r
    n = bits(q + SHIFT)
    h, l = comp_select((n & 1) == 1, ch, cl, sh, sl)
    u = choose((n & 2) == 2, -1.0, 1.0)
    return u*h, u*l

def comp_sin(h, l):
    s = math.copysign(1.0, h)
    q, rh, rl = comp_quarter(s*h, s*l)
    sh, sl, ch, cl = waves(rh, rl)
    sh, sl = sine_turned(q, sh, sl, ch, cl)
    return s*sh, s*sl

def comp_cos(h, l):
    q, rh, rl = comp_quarter(h, l)
    sh, sl, ch, cl = waves(rh, rl)
    return sine_turned(q + 1.0, sh, sl, ch, cl)

def comp_tan(h, l):
    # sine over cosine of the same r, turned over and of the other sign where q is odd
    s = math.copysign(1.0, h)
    q, rh, rl = comp_quarter(s*h, s*l)
    sh, sl, ch, cl = waves(rh, rl)
    odd = (bits(q + SHIFT) & 1) == 1
    ah, al = comp_select(odd, ch, cl, sh, sl)
    bh, bl = comp_select(odd, -sh, -sl, ch, cl)
    ah, al = comp_div_pp(ah, al, bh, bl)
    return s*ah, s*al
"""

TEXTS: tuple[str, ...] = (REDUCTION, WAVES)
