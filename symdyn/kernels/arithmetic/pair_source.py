"""Source text of pair arithmetic: branch-free functions of unevaluated sums of two doubles.

A pair (h, l) means h + l with |l| <= ulp(h)/2, some 106 bits. Two doubles are added and multiplied
without error (two_sum, and two_prod by one fma); what the rounding lost is carried in the low word
(Dekker 1971; Joldes, Muller, Popescu 2017). Where a result is infinite or nan the low word is 0.

The text is compiled in emitted modules only, where fma, bits, double and choose are in scope. A
suffix tells the arguments: p a pair, f a double. `settled(h, e)` makes a pair of a sum with
|e| << |h|. Both sides of a choice are computed, so that loops become vector code.
"""

from __future__ import annotations

INTRINSICS = '''
@intrinsic
def fma(context, x, y, z):
    """x*y + z, rounded once."""
    def generate(context, builder, signature, args):
        return builder.fma(*args)
    return types.float64(types.float64, types.float64, types.float64), generate


@intrinsic
def bits(context, x):
    """The bits of a double as an integer."""
    def generate(context, builder, signature, args):
        return builder.bitcast(args[0], context.get_value_type(types.int64))
    return types.int64(types.float64), generate


@intrinsic
def double(context, n):
    """The double with the given bits."""
    def generate(context, builder, signature, args):
        return builder.bitcast(args[0], context.get_value_type(types.float64))
    return types.float64(types.int64), generate


@intrinsic
def choose(context, condition, yes, no):
    """One of two numbers, both of which are computed: no branch stands in the way of vectors."""
    def generate(context, builder, signature, args):
        return builder.select(*args)
    return yes(types.boolean, yes, yes), generate


@intrinsic
def widest(context):
    """The function it is called in may use the widest vectors: LLVM takes 256 bits of 512."""
    def generate(context, builder, signature, args):
        set.add(builder.function.attributes, '"prefer-vector-width"="512"')
        return context.get_dummy_value()
    return types.void(), generate
'''

ARITHMETIC = """
def settled(h, e):
    e = choose(e - e == 0.0, e, 0.0)
    s = h + e
    l = e - (s - h)
    return s, choose(l - l == 0.0, l, 0.0)

def power_of_two(n):
    return double((n + 1023) << 52)

def scaled(h, l, n):
    half = n >> 1
    a = power_of_two(half)
    b = power_of_two(n - half)
    h = h*a*b
    l = l*a*b
    return h, choose(h - h == 0.0, l, 0.0)

def pair_add_ff(a, b):
    s = a + b
    z = s - a
    e = (a - (s - z)) + (b - z)
    return s, choose(e - e == 0.0, e, 0.0)

def pair_add_pf(ah, al, b):
    s, e = pair_add_ff(ah, b)
    return settled(s, e + al)

def pair_add_fp(a, bh, bl):
    return pair_add_pf(bh, bl, a)

def pair_add_pp(ah, al, bh, bl):
    s, e = pair_add_ff(ah, bh)
    t, f = pair_add_ff(al, bl)
    s, e = pair_add_ff(s, e + t)
    return settled(s, e + f)

def pair_sub_ff(a, b):
    return pair_add_ff(a, -b)

def pair_sub_pf(ah, al, b):
    return pair_add_pf(ah, al, -b)

def pair_sub_fp(a, bh, bl):
    return pair_add_pf(-bh, -bl, a)

def pair_sub_pp(ah, al, bh, bl):
    return pair_add_pp(ah, al, -bh, -bl)

def pair_mul_ff(a, b):
    p = a*b
    e = fma(a, b, -p)
    return p, choose(e - e == 0.0, e, 0.0)

def pair_mul_pf(ah, al, b):
    p = ah*b
    return settled(p, fma(al, b, fma(ah, b, -p)))

def pair_mul_fp(a, bh, bl):
    return pair_mul_pf(bh, bl, a)

def pair_mul_pp(ah, al, bh, bl):
    p = ah*bh
    return settled(p, fma(al, bh, fma(ah, bl, fma(ah, bh, -p))))

def pair_div_pp(ah, al, bh, bl):
    q = ah/bh
    r = fma(-q, bl, fma(-q, bh, ah) + al)
    return settled(q, r/bh)

def pair_div_ff(a, b):
    return pair_div_pp(a, 0.0, b, 0.0)

def pair_div_pf(ah, al, b):
    return pair_div_pp(ah, al, b, 0.0)

def pair_div_fp(a, bh, bl):
    return pair_div_pp(a, 0.0, bh, bl)

def pair_fma(ah, al, bh, bl, ch, cl):
    ph, pl = pair_mul_pp(ah, al, bh, bl)
    return pair_add_pp(ph, pl, ch, cl)

def pair_neg(h, l):
    return -h, -l

def pair_sqrt(h, l):
    s = math.sqrt(h)
    return settled(s, (fma(-s, s, h) + l)/(2.0*s))

def pair_sqrt_cubed(h, l):
    rh, rl = pair_sqrt(h, l)
    return pair_mul_pp(h, l, rh, rl)

def pair_abs(h, l):
    s = math.copysign(1.0, h)
    return s*h, s*l

def pair_copysign(h, l, s):
    s = math.copysign(1.0, h)*math.copysign(1.0, s)
    return s*h, s*l

def pair_lt(ah, al, bh, bl):
    return (ah < bh) | ((ah == bh) & (al < bl))

def pair_le(ah, al, bh, bl):
    return (ah < bh) | ((ah == bh) & (al <= bl))

def pair_eq(ah, al, bh, bl):
    return (ah == bh) & (al == bl)

def pair_ne(ah, al, bh, bl):
    return (ah != bh) | (al != bl)

def pair_select(c, ah, al, bh, bl):
    return choose(c, ah, bh), choose(c, al, bl)

def pair_min(ah, al, bh, bl):
    return pair_select(pair_le(ah, al, bh, bl) | (ah != ah), ah, al, bh, bl)

def pair_max(ah, al, bh, bl):
    return pair_select(pair_le(bh, bl, ah, al) | (ah != ah), ah, al, bh, bl)

def pair_floor(h, l):
    f = np.floor(h)
    return settled(f, choose(f == h, np.floor(l), 0.0))

def pair_ceil(h, l):
    f, g = pair_floor(-h, -l)
    return -f, -g

def pair_mod(ah, al, bh, bl):
    qh, ql = pair_div_pp(ah, al, bh, bl)
    qh, ql = pair_floor(qh, ql)
    qh, ql = pair_mul_pp(qh, ql, bh, bl)
    return pair_sub_pp(ah, al, qh, ql)

def exponent(x):
    tiny = abs(x) < SMALLEST_NORMAL
    n = ((bits(choose(tiny, x*2.0**54, x)) >> 52) & 2047) - choose(tiny, 1022 + 54, 1022)
    return choose(x != 0.0, n, 0)

def mantissa(x):
    return scaled(x, 0.0, -exponent(x))[0]

def pair_hypot(ah, al, bh, bl):
    n = exponent(max(abs(ah), abs(bh)))
    ah, al = scaled(ah, al, -n)
    bh, bl = scaled(bh, bl, -n)
    sh, sl = pair_mul_pp(ah, al, ah, al)
    th, tl = pair_mul_pp(bh, bl, bh, bl)
    sh, sl = pair_add_pp(sh, sl, th, tl)
    sh, sl = pair_sqrt(sh, sl)
    return scaled(sh, sl, n)
"""

EXPONENTIAL = """
def exp_parts(h, l):
    # expm1 of the argument reduced by n*log(2), and n
    inside = abs(h) < 1100.0
    x = choose(inside, h, math.copysign(1100.0, h))
    l = choose(inside, l, 0.0)
    z = fma(x, INVERSE_LOG2, SHIFT)
    n = bits(z) - bits(SHIFT)
    z = z - SHIFT
    b = z*LOG2_MIDDLE
    c = fma(z, LOG2_MIDDLE, -b)
    rh, rl = pair_add_ff(fma(-z, LOG2_SHORT, x), -b)
    rh, rl = pair_add_ff(rh, rl + ((l - c) - z*LOG2_REST))
    ph, pl = exp_series(rh, rl)
    ph, pl = pair_mul_pp(ph, pl, rh, rl)
    return ph, pl, n

def pair_exp(h, l):
    ph, pl, n = exp_parts(h, l)
    sh, sl = pair_add_pf(ph, pl, 1.0)
    sh, sl = scaled(sh, sl, n)
    return choose(h == h, sh, h), sl

def pair_expm1(h, l):
    # ((1 - 2^-n) + p)*2^n; below 2^-120 the -1 alone is left
    ph, pl, n = exp_parts(h, l)
    n = choose(n > -120, n, -120)
    sh, sl = pair_add_ff(1.0, -power_of_two(-choose(n < 1000, n, 1000)))
    sh, sl = pair_add_pp(sh, sl, ph, pl)
    sh, sl = scaled(sh, sl, n)
    tiny = abs(h) < 1e-290
    return choose(tiny | (h != h), h, sh), choose(tiny, l, sl)
"""

LOGARITHM = """
def log_reduced(h, l, fh, fl, n):
    # log(1 + f) + n*log(2)
    th, tl = pair_add_pf(fh, fl, 2.0)
    sh, sl = pair_div_pp(fh, fl, th, tl)
    zh, zl = pair_mul_pp(sh, sl, sh, sl)
    ph, pl = atanh_series(zh, zl)
    ph, pl = pair_mul_pp(ph, pl, 2.0*sh, 2.0*sl)
    b = n*LOG2_MIDDLE
    c = fma(n, LOG2_MIDDLE, -b)
    kh, kl = pair_add_ff(n*LOG2_SHORT, b)
    kh, kl = pair_add_ff(kh, kl + (c + n*LOG2_REST))
    ph, pl = pair_add_pp(kh, kl, ph, pl)
    ordinary = (h > 0.0) & (h - h == 0.0)
    limit = choose(h > 0.0, h, choose(h == 0.0, -np.inf, np.nan))
    return choose(ordinary, ph, limit), choose(ordinary, pl, 0.0)

def log_exponent(x):
    # n with x/2^n between sqrt(1/2) and sqrt(2)
    n = exponent(x)
    return choose(mantissa(x) < SQRT_HALF, n - 1, n)

def pair_log(h, l):
    n = log_exponent(h)
    mh, ml = scaled(h, l, -n)
    fh, fl = pair_add_pf(mh, ml, -1.0)
    return log_reduced(h, l, fh, fl, float(n))

def pair_log1p(h, l):
    uh, ul = pair_add_pf(h, l, 1.0)
    n = log_exponent(uh)
    mh, ml = scaled(uh, ul, -n)
    fh, fl = pair_add_pf(mh, ml, -1.0)
    rh, rl = log_reduced(uh, ul, choose(n == 0, h, fh), choose(n == 0, l, fl), float(n))
    tiny = abs(h) < 1e-290
    return choose(tiny, h, rh), choose(tiny, l, rl)

def pair_pow(ah, al, bh, bl):
    lh, ll = pair_log(ah, al)
    lh, ll = pair_mul_pp(lh, ll, bh, bl)
    rh, rl = pair_exp(lh, ll)
    if not ((ah > 0.0) & (ah - ah == 0.0) & (bh - bh == 0.0)):
        return math.pow(ah, bh), 0.0
    return rh, rl
"""

CIRCULAR = """
def quarter_turns(x):
    # x*2/pi modulo 4, as three doubles that do not overlap much
    n = (exponent(x) - 53) >> 5
    n = choose(n > 0, n, 0)
    row = TWO_OVER_PI[n]
    x = scaled(x, 0.0, -32*n)[0]
    a = 0.0
    b = 0.0
    c = 0.0
    for k in range(5):
        p, e = pair_mul_ff(x, row[k])
        p = p - 4.0*np.rint(0.25*p)
        e = e - 4.0*np.rint(0.25*e)
        a, b, c = accumulated(a, b, c, p)
        a, b, c = accumulated(a, b, c, e)
    return a, b, c

def accumulated(a, b, c, term):
    a, term = pair_add_ff(a, term)
    b, term = pair_add_ff(b, term)
    return a, b, c + term

def near_turned(h, l):
    # exact products with the first two words of pi/2 while q has 20 bits
    q = np.rint(h*TWO_OVER_PI[0, 0])
    a, b, c = accumulated(fma(-q, HALF_PI_FIRST, h), 0.0, 0.0, -q*HALF_PI_SECOND)
    d, e = pair_mul_ff(-q, HALF_PI_THIRD)
    a, b, c = accumulated(a, b, c, d)
    a, b, c = accumulated(a, b, c, l)
    a, b = pair_add_ff(a, b)
    rh, rl = settled(a, b + (c + (e - q*HALF_PI_FOURTH)))
    return int(q) & 3, rh, rl

def far_turned(h, l):
    a, b, c = quarter_turns(h)
    d, e, f = quarter_turns(l)
    a, b, c = accumulated(a, b, c, d)
    a, b, c = accumulated(a, b, c, e)
    a, b = pair_add_ff(a, b)
    q = np.rint(a)
    a, b = pair_add_ff(a - q, b)
    s = np.rint(a)
    q = q + s
    a, b = pair_add_ff(a - s, b)
    b, c = pair_add_ff(b, c + f)
    a, b = pair_add_ff(a, b)
    rh, rl = pair_mul_pp(a, b + c, HALF_PI_HIGH, HALF_PI_LOW)
    return int(q) & 3, rh, rl

def turned(h, l):
    # q modulo 4 and the pair r with x = q*pi/2 + r modulo 2 pi, |r| <= pi/4
    if abs(h) < 1e6:
        return near_turned(h, l)
    return far_turned(h, l)

def quadrant(q, rh, rl):
    # sine and cosine of q*pi/2 + r
    zh, zl = pair_mul_pp(rh, rl, rh, rl)
    ch, cl = cos_series(zh, zl)
    sh, sl = sin_series(zh, zl)
    sh, sl = pair_mul_pp(sh, sl, rh, rl)
    tiny = abs(rh) < 1e-140
    sh, sl = pair_select(tiny, rh, rl, sh, sl)
    odd = q & 1 == 1
    ah, al = pair_select(odd, ch, cl, sh, sl)
    bh, bl = pair_select(odd, sh, sl, ch, cl)
    u = choose(q & 2 == 2, -1.0, 1.0)
    v = choose((q + 1) & 2 == 2, -1.0, 1.0)
    return u*ah, u*al, v*bh, v*bl

def pair_sincos(h, l):
    finite = h - h == 0.0
    q, rh, rl = turned(choose(finite, h, 0.0), choose(finite, l, 0.0))
    sh, sl, ch, cl = quadrant(q, rh, rl)
    invalid = h - h
    return sh + invalid, sl, ch + invalid, cl

def pair_sin(h, l):
    sh, sl, ch, cl = pair_sincos(h, l)
    return sh, sl

def pair_cos(h, l):
    sh, sl, ch, cl = pair_sincos(h, l)
    return ch, cl

def pair_tan(h, l):
    sh, sl, ch, cl = pair_sincos(h, l)
    return pair_div_pp(sh, sl, ch, cl)

def pair_atan2(yh, yl, xh, xl):
    # Newton's step from the double angle t: t + (y cos t - x sin t)/(x cos t + y sin t)
    n = exponent(max(abs(yh), abs(xh)))
    ordinary = (yh - yh == 0.0) & (xh - xh == 0.0) & ((yh != 0.0) | (xh != 0.0))
    t = math.atan2(yh, xh)
    yh, yl = scaled(yh, yl, -n)
    xh, xl = scaled(xh, xl, -n)
    q, rh, rl = near_turned(t, 0.0)
    sh, sl, ch, cl = quadrant(q, rh, rl)
    ah, al = pair_mul_pp(yh, yl, ch, cl)
    bh, bl = pair_mul_pp(xh, xl, sh, sl)
    dh, dl = pair_sub_pp(ah, al, bh, bl)
    e = dh/(xh*ch + yh*sh)
    return settled(t, choose(ordinary, e, 0.0))

def pair_atan(h, l):
    return pair_atan2(h, l, 1.0, 0.0)

def other_leg(h, l):
    # sqrt((1 - x)*(1 + x))
    ah, al = pair_add_pf(-h, -l, 1.0)
    bh, bl = pair_add_pf(h, l, 1.0)
    ah, al = pair_mul_pp(ah, al, bh, bl)
    return pair_sqrt(ah, al)

def pair_asin(h, l):
    ch, cl = other_leg(h, l)
    return pair_atan2(h, l, ch, cl)

def pair_acos(h, l):
    sh, sl = other_leg(h, l)
    return pair_atan2(sh, sl, h, l)
"""

HYPERBOLIC = """
def pair_halves(h, l):
    # exp(x)/2 and exp(-x)/2
    ah, al = pair_sub_pp(h, l, LOG2_HIGH, LOG2_LOW)
    ah, al = pair_exp(ah, al)
    bh, bl = pair_div_fp(0.25, ah, al)
    return ah, al, bh, bl

def pair_cosh(h, l):
    ah, al = pair_abs(h, l)
    ah, al, bh, bl = pair_halves(ah, al)
    return pair_add_pp(ah, al, bh, bl)

def pair_sinh(h, l):
    xh, xl = pair_abs(h, l)
    near = xh < 1.0
    ah, al, bh, bl = pair_halves(xh, xl)
    ah, al = pair_sub_pp(ah, al, bh, bl)
    eh, el = pair_expm1(choose(near, xh, 1.0), choose(near, xl, 0.0))
    dh, dl = pair_add_pf(eh, el, 1.0)
    dh, dl = pair_div_pp(eh, el, dh, dl)
    eh, el = pair_add_pp(eh, el, dh, dl)
    ah, al = pair_select(near, 0.5*eh, 0.5*el, ah, al)
    return pair_copysign(ah, al, h)

def pair_tanh(h, l):
    ah, al = pair_abs(h, l)
    far = ah > 40.0
    eh, el = pair_expm1(choose(not far, 2.0*ah, 80.0), choose(not far, 2.0*al, 0.0))
    dh, dl = pair_add_pf(eh, el, 2.0)
    dh, dl = pair_div_pp(eh, el, dh, dl)
    dh, dl = pair_copysign(choose(h == h, dh, h), dl, h)
    return dh, dl

def pair_asinh(h, l):
    # log1p(x + x^2/(1 + sqrt(1 + x^2)))
    ah, al = pair_abs(h, l)
    far = ah > 1e150
    xh, xl = choose(far, 1.0, ah), choose(far, 0.0, al)
    zh, zl = pair_mul_pp(xh, xl, xh, xl)
    rh, rl = pair_add_pf(zh, zl, 1.0)
    rh, rl = pair_sqrt(rh, rl)
    rh, rl = pair_add_pf(rh, rl, 1.0)
    zh, zl = pair_div_pp(zh, zl, rh, rl)
    zh, zl = pair_add_pp(zh, zl, xh, xl)
    rh, rl = pair_log_doubled(far, ah, al, zh, zl)
    return pair_copysign(rh, rl, h)

def pair_log_doubled(far, ah, al, zh, zl):
    # log1p(z), or log(2 a) where a is large
    ah, al = pair_select(far, ah, al, zh, zl)
    rh, rl = pair_log1p(ah, al)
    return pair_add_pp(rh, rl, choose(far, LOG2_HIGH, 0.0), choose(far, LOG2_LOW, 0.0))

def pair_acosh(h, l):
    far = h > 1e150
    th, tl = pair_add_pf(choose(far, 2.0, h), choose(far, 0.0, l), -1.0)
    zh, zl = pair_add_pf(th, tl, 2.0)
    zh, zl = pair_mul_pp(zh, zl, th, tl)
    zh, zl = pair_sqrt(zh, zl)
    zh, zl = pair_add_pp(zh, zl, th, tl)
    return pair_log_doubled(far, h, l, zh, zl)

def pair_atanh(h, l):
    xh, xl = pair_abs(h, l)
    ah, al = pair_add_pf(-xh, -xl, 1.0)
    ah, al = pair_div_pp(2.0*xh, 2.0*xl, ah, al)
    ah, al = pair_log1p(ah, al)
    return pair_copysign(0.5*ah, 0.5*al, h)
"""

TABLES = """
def row(place, last):
    # the whole number at or below a place, never outside a table; that of nan is 0
    place = choose(place > 0.0, place, 0.0)
    return np.uint32(np.int32(choose(place < last, place, last)))
"""

TEXTS: tuple[str, ...] = (TABLES, ARITHMETIC, EXPONENTIAL, LOGARITHM, CIRCULAR, HYPERBOLIC)
