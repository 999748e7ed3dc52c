"""Source text of compensated arithmetic: doubles that carry a first-order correction beside them.

A compensated number (h, l) means h + l as a pair does, but h is always what plain double arithmetic
gives, and l the sum of what its roundings lost, itself in doubles. Nothing is renormalised and
nothing guarded: where h is infinite the correction may be no number, and `settled_double` then
takes h alone. This is several times faster than pair arithmetic, and as good as long as not more
than half of the digits cancel; where they do, it is no better than plain arithmetic.

Elementary functions are good to 2^-55: they are reduced to polynomials whose terms beyond the first
are small, so that doubles do for them (z stands for the square of the reduced argument):

    exp(x) = 2^n (1 + r + r^2/2 + r^3 p(r)),          r = x - n log(2)
    log(x) = n log(2) + 2 s + 2 s z q(z),             s = (m - 1)/(m + 1), x = 2^n m
    asin(t) = t + t z a(z),                           t at most 1/2
    atan(t) = atan(c) + u + u z a(z),                 u = (t - c)/(1 + c t), c = 0, 1/2 or 1

Sine, cosine, tangent and the cube root have source texts of their own.

Functions of doubles (`double_exp` and so on) are these, rounded: they are vector code within loops
and depend on no mathematical library. Exponentials and logarithms are written out for doubles,
without what a correction of the argument asks for.
"""

from __future__ import annotations

ARITHMETIC = """
def settled_double(h, l):
    s = h + l
    return choose(s - s == 0.0, s, h)

def comp_add_ff(a, b):
    s = a + b
    z = s - a
    return s, (a - (s - z)) + (b - z)

def comp_add_pf(ah, al, b):
    s, e = comp_add_ff(ah, b)
    return s, e + al

def comp_add_fp(a, bh, bl):
    return comp_add_pf(bh, bl, a)

def comp_add_pp(ah, al, bh, bl):
    s, e = comp_add_ff(ah, bh)
    return s, e + (al + bl)

def comp_sub_ff(a, b):
    return comp_add_ff(a, -b)

def comp_sub_pf(ah, al, b):
    return comp_add_pf(ah, al, -b)

def comp_sub_fp(a, bh, bl):
    return comp_add_pf(-bh, -bl, a)

def comp_sub_pp(ah, al, bh, bl):
    return comp_add_pp(ah, al, -bh, -bl)

def comp_mul_ff(a, b):
    p = a*b
    return p, fma(a, b, -p)

def comp_mul_pf(ah, al, b):
    p = ah*b
    return p, fma(al, b, fma(ah, b, -p))

def comp_mul_fp(a, bh, bl):
    return comp_mul_pf(bh, bl, a)

def comp_mul_pp(ah, al, bh, bl):
    p = ah*bh
    return p, fma(al, bh, fma(ah, bl, fma(ah, bh, -p)))

def comp_div_ff(a, b):
    q = a/b
    return q, fma(-q, b, a)/b

def comp_div_pf(ah, al, b):
    q = ah/b
    return q, (fma(-q, b, ah) + al)/b

def tidy(h, l):
    # h may have lost its digits to a cancellation: what l holds of them goes back
    s = settled_double(h, l)
    return s, choose(s == h, l, (h - s) + l)

def comp_div_fp(a, bh, bl):
    q = a/bh
    return q, fma(-q, bl, fma(-q, bh, a))/(bh + bl)

def comp_div_pp(ah, al, bh, bl):
    q = ah/bh
    return q, fma(-q, bl, fma(-q, bh, ah) + al)/(bh + bl)

def comp_fma(ah, al, bh, bl, ch, cl):
    ph, pl = comp_mul_pp(ah, al, bh, bl)
    return comp_add_pp(ph, pl, ch, cl)

def comp_neg(h, l):
    return -h, -l

def comp_sqrt(h, l):
    s = math.sqrt(settled_double(h, l))
    return s, choose(s > 0.0, (fma(-s, s, h) + l)/(2.0*s), 0.0)

def comp_sqrt_cubed(h, l):
    # x s + s (x - s^2)/2, off by the square of what s is off; h has all of its digits
    s = math.sqrt(h)
    p = h*s
    return p, fma(h, s, -p) + fma(l, s, 0.5*s*(fma(-s, s, h) + l))

def comp_abs(h, l):
    s = math.copysign(1.0, h)
    return s*h, s*l

def comp_copysign(h, l, s):
    s = math.copysign(1.0, h)*math.copysign(1.0, s)
    return s*h, s*l

def comp_select(c, ah, al, bh, bl):
    return choose(c, ah, bh), choose(c, al, bl)

def comp_min(ah, al, bh, bl):
    first = (settled_double(ah, al) < settled_double(bh, bl)) | (ah != ah)
    return comp_select(first, ah, al, bh, bl)

def comp_max(ah, al, bh, bl):
    first = (settled_double(ah, al) > settled_double(bh, bl)) | (ah != ah)
    return comp_select(first, ah, al, bh, bl)

def regrouped(h, e):
    s = h + e
    return s, (h - s) + e

def moderate(x):
    # a power of two that takes x away from the ends of the exponents, and one that takes it back
    large, small = x > 2.0**400, x < 2.0**-400
    s = choose(large, 2.0**-600, choose(small, 2.0**600, 1.0))
    return s, choose(large, 2.0**600, choose(small, 2.0**-600, 1.0))

def comp_hypot(ah, al, bh, bl):
    # squares and their sum are good to 2^-104, the root to 2^-105; scaling is exact
    s, r = moderate(max(abs(ah), abs(bh)))
    ah, al = ah*s, al*s
    bh, bl = bh*s, bl*s
    th, tl = comp_mul_pp(ah, al, ah, al)
    uh, ul = comp_mul_pp(bh, bl, bh, bl)
    th, tl = comp_add_pp(th, tl, uh, ul)
    th, tl = comp_sqrt(th, tl)
    return th*r, tl*r
"""

EXPONENTIAL = """
def reduced_by_log2(x):
    # x - n*log(2), and n as a double
    z = fma(x, INVERSE_LOG2, SHIFT) - SHIFT
    r = fma(-z, LOG2_SHORT, x)
    b = z*LOG2_MIDDLE
    rh = r - b
    return rh, (r - rh) - b, z

def bounded(x):
    return choose(x > 800.0, 800.0, choose(x < -800.0, -800.0, x))

def exp_reduced(h, l):
    x = bounded(h)
    rh, rl, z = reduced_by_log2(x)
    ph, pl = expm1_near_zero(rh, rl + choose(x == h, l, 0.0))
    return ph, pl, z

def expm1_near_zero(rh, rl):
    t = 0.5*rh*rh
    e = fma(0.5*rh, rh, -t)
    sh = rh + t
    sl = (rh - sh) + t
    u = rh*rh*rh*exp_tail(rh)
    return regrouped(sh, sl + (u + (e + fma(rl, sh + u, rl))))

def factors_of_power(z):
    # 2^z for a whole number z, as a product of two
    a = bits(fma(z, 0.5, SHIFT))
    b = bits(z + SHIFT) - a
    return double((a - (bits(SHIFT) - 1023)) << 52), double((b + 1023) << 52)

def comp_exp(h, l):
    ph, pl, z = exp_reduced(h, l)
    a, b = factors_of_power(z)
    s = 1.0 + ph
    return s*a*b, choose(h < LEAST_EXPONENT, 0.0, (((1.0 - s) + ph) + pl)*a*b)

def exp_reduced_inside(h, l):
    rh, rl, z = reduced_by_log2(h)
    ph, pl = expm1_near_zero(rh, rl + l)
    return ph, pl, power_of(z)

def comp_exp_inside(h, l):
    ph, pl, t = exp_reduced_inside(h, l)
    s, none = 1.0 + ph, h < LEAST_EXPONENT
    return choose(none, 0.0, s*t), choose(none, 0.0, (((1.0 - s) + ph) + pl)*t)

def double_exp(x):
    rh, rl, z = reduced_by_log2(bounded(x))
    ph, pl = expm1_near_zero(rh, rl)
    a, b = factors_of_power(z)
    s = 1.0 + ph
    return (s + (((1.0 - s) + ph) + pl))*a*b

def double_exp_inside(x):
    rh, rl, z = reduced_by_log2(x)
    ph, pl = expm1_near_zero(rh, rl)
    s = 1.0 + ph
    return choose(x < LEAST_EXPONENT, 0.0, (s + (((1.0 - s) + ph) + pl))*power_of(z))

def power_of(z):
    # 2^z for a whole number z as a double, where that is a normal number
    return double(bits(z + BIASED_SHIFT) << 52)

def comp_expm1(h, l):
    ph, pl, z = exp_reduced(h, l)
    rh, rl, a = expm1_scaled(ph, pl, z)
    rh, rl = unless_low(h, a*rh, a*rl)
    return choose(h == 0.0, h, rh), choose(h == 0.0, h, rl)

def comp_expm1_inside(h, l):
    ph, pl, t = exp_reduced_inside(h, l)
    rh, rl = less_one(t, ph, pl)
    return unless_low(h, rh, rl)

def double_expm1(x):
    rh, rl, z = reduced_by_log2(bounded(x))
    ph, pl = expm1_near_zero(rh, rl)
    rh, rl, a = expm1_scaled(ph, pl, z)
    return choose(x == 0.0, x, choose(x < LOW_EXPONENT, -1.0, a*(rh + rl)))

def double_expm1_inside(x):
    rh, rl, z = reduced_by_log2(x)
    ph, pl = expm1_near_zero(rh, rl)
    rh, rl = less_one(power_of(z), ph, pl)
    return choose(x < LOW_EXPONENT, -1.0, rh + rl)

def unless_low(x, h, l):
    # what expm1 is, or -1 where nothing is left beside it
    low = x < LOW_EXPONENT
    return choose(low, -1.0, h), choose(low, 0.0, l)

def expm1_scaled(ph, pl, z):
    t, a = stepped_power(z)
    rh, rl = less_one(t, ph, pl)
    return rh, rl, a

def stepped_power(z):
    # 2^z in two steps where it is large
    far = z > 500.0
    return power_of(choose(far, z - 200.0, z)), choose(far, 2.0**200, 1.0)

def less_one(t, ph, pl):
    # (t - 1) + t p
    sh, sl = comp_add_ff(t, -1.0)
    sh, e = comp_add_ff(sh, t*ph)
    return sh, sl + (e + t*pl)
"""

LOGARITHM = """
def mantissa_of(x, l):
    # m within sqrt(1/2) and sqrt(2), l 2^-n, and a double n with x = 2^n m, for x > 0; a normal x
    # alone has a correction
    tiny = x < SMALLEST_NORMAL
    n = bits(choose(tiny, x*2.0**54, x))
    k = ((n + (ONE_BITS - SQRT_HALF_BITS)) >> 52) & 2047
    z = double(k | bits(2.0**52)) - (2.0**52 + 1023.0)
    m = double(n - ((k - 1023) << 52))
    return m, 0.5*l*double((2047 - k) << 52), z - choose(tiny, 54.0, 0.0)

def mantissa_of_normal(x, l):
    # the same for a normal x > 0
    n = bits(x)
    k = (n + (ONE_BITS - SQRT_HALF_BITS)) >> 52
    z = double(k | bits(2.0**52)) - (2.0**52 + 1023.0)
    return double(n - ((k - 1023) << 52)), 0.5*l*double((2047 - k) << 52), z

def log_near_one(fh, fl, z):
    # log(1 + f) + z*log(2). The quotient by way of 1/d is wrong by 1.5 ulp at most, which its
    # correction knows but for 2^-104
    d = 2.0 + fh
    e = (2.0 - d) + fh
    r = 1.0/d
    sh = fh*r
    sl = (fma(-sh, d, fh) + (fl - sh*(e + fl)))*r
    q = sh*sh
    b = z*LOG2_SHORT
    h, e = comp_add_ff(b, 2.0*sh)
    return regrouped(h, e + fma(2.0*sh*q, log_tail(q), fma(z, LOG2_MIDDLE, 2.0*sl)))

def comp_log(h, l):
    h, l = tidy(h, l)
    m, e, z = mantissa_of(h, l)
    rh, rl = log_near_one(m - 1.0, e, z)
    return log_ends(h, rh, rl)

def comp_log_inside(h, l):
    h, l = tidy(h, l)
    m, e, z = mantissa_of_normal(h, l)
    return log_near_one(m - 1.0, e, z)

def log_ends(h, rh, rl):
    ordinary = (h > 0.0) & (h < np.inf)
    return choose(ordinary, rh, log_limit(h)), choose(ordinary, rl, 0.0)

def log_limit(h):
    return choose(h > 0.0, h, choose(h == 0.0, -np.inf, np.nan))

def double_log(x):
    m, e, z = mantissa_of(x, 0.0)
    rh, rl = log_near_one(m - 1.0, 0.0, z)
    return choose((x > 0.0) & (x < np.inf), rh + rl, log_limit(x))

def double_log_inside(x):
    m, e, z = mantissa_of_normal(x, 0.0)
    rh, rl = log_near_one(m - 1.0, 0.0, z)
    return rh + rl

def log1p_of(h, l, m, e, z):
    near = z == 0.0
    return log_near_one(choose(near, h, m - 1.0), choose(near, l, e), z)

def double_log1p(x):
    u, e = comp_add_ff(1.0, x)
    rh, rl = log1p_of(x, 0.0, *mantissa_of(u, e))
    r = choose((u > 0.0) & (u < np.inf), rh + rl, log_limit(u))
    return choose(abs(x) < 1e-290, x, r)

def double_log1p_inside(x):
    u, e = comp_add_ff(1.0, x)
    rh, rl = log1p_of(x, 0.0, *mantissa_of_normal(u, e))
    return rh + rl

def comp_log1p(h, l):
    uh, ul = comp_add_ff(1.0, h)
    uh, ul = tidy(uh, ul + l)
    rh, rl = log1p_of(h, l, *mantissa_of(uh, ul))
    rh, rl = log_ends(uh, rh, rl)
    tiny = abs(h) < 1e-290
    return choose(tiny, h, rh), choose(tiny, choose(h == 0.0, h, l), rl)

def comp_log1p_inside(h, l):
    uh, ul = comp_add_ff(1.0, h)
    uh, ul = tidy(uh, ul + l)
    return log1p_of(h, l, *mantissa_of_normal(uh, ul))
"""

CIRCULAR = """
def comp_atan2(yh, yl, xh, xl):
    steep = abs(yh) > abs(xh)
    y, x = math.copysign(1.0, yh), math.copysign(1.0, xh)
    ah, al = comp_select(steep, x*xh, x*xl, y*yh, y*yl)
    bh, bl = comp_select(steep, y*yh, y*yl, x*xh, x*xl)
    rh, rl = atan_of_ratio(ah, al, bh, bl)
    th, tl = turned_to(HALF_PI_HIGH, HALF_PI_LOW, rh, rl)
    rh, rl = comp_select(steep, th, tl, rh, rl)
    th, tl = turned_to(2.0*HALF_PI_HIGH, 2.0*HALF_PI_LOW, rh, rl)
    rh, rl = comp_select(x < 0.0, th, tl, rh, rl)
    return y*rh, y*rl

def turned_to(ch, cl, rh, rl):
    s = ch - rh
    return s, ((ch - s) - rh) + (cl - rl)

def atan_of_ratio(ah, al, bh, bl):
    # atan(a/b) for 0 <= a <= b
    far = bh > MOST
    ah = choose(far, choose(ah > MOST, 1.0, 0.0*ah), ah)
    bh = choose(far | (bh == 0.0), 1.0, bh)
    s = choose(bh < 2.0**400, 2.0**500, choose(bh > 2.0**1000, 2.0**-100, 1.0))
    ah, al = ah*s, choose(far, 0.0, al*s)
    bh, bl = bh*s, choose(far, 0.0, bl*s)
    low = ah < LOW_RATIO*bh
    high = ah > HIGH_RATIO*bh
    c = choose(low, 0.0, choose(high, 1.0, 0.5))
    nh, nl = comp_add_ff(ah, -c*bh)
    dh, dl = comp_add_ff(bh, c*ah)
    uh, ul = comp_div_pp(nh, nl + fma(-c, bl, al), dh, dl + fma(c, al, bl))
    z = uh*uh
    ch = choose(low, 0.0, choose(high, 0.5*HALF_PI_HIGH, ATAN_HALF_HIGH))
    cl = choose(low, 0.0, choose(high, 0.5*HALF_PI_LOW, ATAN_HALF_LOW))
    h = ch + uh
    return regrouped(h, ((ch - h) + uh) + (cl + fma(uh*z, atan_tail(z), ul)))

def comp_atan(h, l):
    return comp_atan2(h, l, 1.0, 0.0)

def arcs(h, l):
    # asin of |x| where |x| <= 1/2, of sqrt((1 - |x|)/2) elsewhere, and which it is
    s = math.copysign(1.0, h)
    xh, xl = s*h, s*l
    near = xh <= 0.5
    zh = choose(near, xh*xh, 0.5 - 0.5*xh)
    t = math.sqrt(zh)
    rest = choose(t > 0.0, (fma(-t, t, zh) - 0.5*xl)/(2.0*t), 0.0)
    t, rest = choose(near, xh, t), choose(near, xl, rest)
    rh, rl = regrouped(t, fma(t*zh, asin_tail(zh), rest))
    return rh, rl, s, near

def comp_asin(h, l):
    rh, rl, s, near = arcs(h, l)
    th, tl = turned_to(HALF_PI_HIGH, HALF_PI_LOW, 2.0*rh, 2.0*rl)
    rh, rl = comp_select(near, rh, rl, th, tl)
    return s*rh, s*rl

def comp_acos(h, l):
    rh, rl, s, near = arcs(h, l)
    ch = choose(near, HALF_PI_HIGH, choose(s > 0.0, 0.0, 2.0*HALF_PI_HIGH))
    cl = choose(near, HALF_PI_LOW, choose(s > 0.0, 0.0, 2.0*HALF_PI_LOW))
    m = choose(near, -s, 2.0*s)
    s = ch + m*rh
    return s, ((ch - s) + m*rh) + fma(m, rl, cl)
"""

ROUNDED = """
def double_{name}({arguments}):
    h, l = comp_{name}({words})
    return settled_double(h, l)
"""

UNARY = (
    "cbrt", "exp", "expm1", "log", "log1p", "sin", "cos", "tan", "asin", "acos", "atan",
    "sinh", "cosh", "tanh", "asinh", "acosh", "atanh",
)  # fmt: skip
BINARY = ("atan2", "hypot")


def rounded_functions() -> str:
    """Functions from doubles to doubles: the compensated ones, rounded."""
    written = "".join([EXPONENTIAL, LOGARITHM])
    others = [name for name in UNARY if f"def double_{name}(" not in written]
    unary = [ROUNDED.format(name=name, arguments="x", words="x, 0.0") for name in others]
    words = "x, 0.0, y, 0.0"
    binary = [ROUNDED.format(name=name, arguments="x, y", words=words) for name in BINARY]
    return "".join([*unary, *binary])


TEXTS: tuple[str, ...] = (ARITHMETIC, EXPONENTIAL, LOGARITHM, CIRCULAR, rounded_functions())
