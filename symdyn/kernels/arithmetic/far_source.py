"""Source text of far arithmetic: pairs with an exponent of their own, which nothing overflows.

A far number (h, l, n) means (h + l) 2^n with 1/2 <= |h| < 1 and a 64-bit n; 0, infinities and nan
have n = 0. It is as good as a pair, takes branches, and costs some hundred times what doubles do,
for the few inputs at which an intermediate value leaves the range of doubles. Where arguments are
so small or large that a function is its leading term there, that term is returned.

Functions that are not written here are those of pairs, on the argument as a pair of doubles.
"""

from __future__ import annotations

FAR = """
def far(h, l, n):
    if h == 0.0 or h - h != 0.0:
        return h, 0.0, 0
    e = exponent(h)
    h, l = scaled(h, l, -e)
    return h, l, n + e

def near(h, l, n):
    # as a pair of doubles, 0 or infinite beyond their range
    return scaled(h, l, max(min(n, 2000), -2000))

def far_neg(h, l, n):
    return -h, -l, n

def far_abs(h, l, n):
    s = math.copysign(1.0, h)
    return s*h, s*l, n

def far_sign(h, l, n):
    return (0.5*math.copysign(1.0, h), 0.0, 1) if h != 0.0 else (h, 0.0, 0)

def far_copysign(h, l, n, s):
    s = math.copysign(1.0, h)*math.copysign(1.0, s)
    return s*h, s*l, n

def far_select(c, ah, al, an, bh, bl, bn):
    if c:
        return ah, al, an
    return bh, bl, bn

def far_add(ah, al, an, bh, bl, bn):
    if ah == 0.0:
        return bh, bl, bn
    if bh == 0.0:
        return ah, al, an
    if ah - ah != 0.0:
        return (ah + bh if bh - bh != 0.0 else ah), 0.0, 0
    if bh - bh != 0.0:
        return bh, 0.0, 0
    if an < bn:
        ah, al, an, bh, bl, bn = bh, bl, bn, ah, al, an
    if bn - an < -400:
        return ah, al, an
    bh, bl = scaled(bh, bl, bn - an)
    h, l = pair_add_pp(ah, al, bh, bl)
    return far(h, l, an)

def far_sub(ah, al, an, bh, bl, bn):
    return far_add(ah, al, an, -bh, -bl, bn)

def far_mul(ah, al, an, bh, bl, bn):
    h, l = pair_mul_pp(ah, al, bh, bl)
    return far(h, l, an + bn)

def far_div(ah, al, an, bh, bl, bn):
    h, l = pair_div_pp(ah, al, bh, bl)
    return far(h, l, an - bn)

def far_fma(ah, al, an, bh, bl, bn, ch, cl, cn):
    ah, al, an = far_mul(ah, al, an, bh, bl, bn)
    return far_add(ah, al, an, ch, cl, cn)

def far_sqrt(h, l, n):
    odd = n & 1
    h, l = pair_sqrt(h*(1.0 + odd), l*(1.0 + odd))
    return far(h, l, (n - odd) >> 1)

def far_cbrt(h, l, n):
    rest = n % 3
    h, l = scaled(h, l, rest)
    h, l = pair_cbrt(h, l)
    return far(h, l, (n - rest)//3)

def far_hypot(ah, al, an, bh, bl, bn):
    ah, al, an = far_mul(ah, al, an, ah, al, an)
    bh, bl, bn = far_mul(bh, bl, bn, bh, bl, bn)
    ah, al, an = far_add(ah, al, an, bh, bl, bn)
    return far_sqrt(ah, al, an)

def far_lt(ah, al, an, bh, bl, bn):
    if (ah - ah != 0.0) or (bh - bh != 0.0):
        return near(ah, al, an)[0] < near(bh, bl, bn)[0]
    return far_sub(ah, al, an, bh, bl, bn)[0] < 0.0

def far_le(ah, al, an, bh, bl, bn):
    return far_eq(ah, al, an, bh, bl, bn) or far_lt(ah, al, an, bh, bl, bn)

def far_eq(ah, al, an, bh, bl, bn):
    return ah == bh and al == bl and an == bn

def far_ne(ah, al, an, bh, bl, bn):
    return not far_eq(ah, al, an, bh, bl, bn)

def far_min(ah, al, an, bh, bl, bn):
    return far_select(ah != ah or far_lt(ah, al, an, bh, bl, bn), ah, al, an, bh, bl, bn)

def far_max(ah, al, an, bh, bl, bn):
    return far_select(ah != ah or far_lt(bh, bl, bn, ah, al, an), ah, al, an, bh, bl, bn)

def far_exp(h, l, n):
    # halved until doubles reach, squared back
    if n > 45:
        return (np.inf if h > 0.0 else 0.0), 0.0, 0
    k = max(n - 9, 0)
    h, l = near(h, l, n - k)
    h, l = pair_exp(h, l)
    h, l, n = far(h, l, 0)
    for _ in range(k):
        h, l, n = far_mul(h, l, n, h, l, n)
    return h, l, n

def far_expm1(h, l, n):
    if n < -300:
        return h, l, n
    if n > 9:
        h, l, n = far_exp(h, l, n)
        return far_add(h, l, n, -0.5, 0.0, 1)
    h, l = near(h, l, n)
    h, l = pair_expm1(h, l)
    return far(h, l, 0)

def far_log(h, l, n):
    if h < SQRT_HALF:
        h, l, n = 2.0*h, 2.0*l, n - 1
    h, l = pair_log(h, l)
    ah, al = pair_mul_fp(float(n), LOG2_HIGH, LOG2_LOW)
    h, l = pair_add_pp(ah, al, h, l)
    return far(h, l, 0)

def far_log1p(h, l, n):
    if n < -300:
        return h, l, n
    if n > 300:
        return far_log(h, l, n)
    h, l = near(h, l, n)
    h, l = pair_log1p(h, l)
    return far(h, l, 0)

def far_pow(ah, al, an, bh, bl, bn):
    if not (ah > 0.0 and ah - ah == 0.0):
        return far(math.pow(near(ah, al, an)[0], near(bh, bl, bn)[0]), 0.0, 0)
    ah, al, an = far_log(ah, al, an)
    ah, al, an = far_mul(ah, al, an, bh, bl, bn)
    return far_exp(ah, al, an)

def far_halves(h, l, n):
    # exp(x)/2 and exp(-x)/2
    h, l, n = far_exp(h, l, n)
    ah, al, an = far_div(0.5, 0.0, 0, h, l, n)
    return h, l, n - 1, ah, al, an

def far_cosh(h, l, n):
    h, l, n, ah, al, an = far_halves(h, l, n)
    return far_add(h, l, n, ah, al, an)

def far_sinh(h, l, n):
    if n < -300:
        return h, l, n
    if n < 1:
        h, l = near(h, l, n)
        h, l = pair_sinh(h, l)
        return far(h, l, 0)
    h, l, n, ah, al, an = far_halves(h, l, n)
    return far_sub(h, l, n, ah, al, an)

def far_asinh(h, l, n):
    if n < -300:
        return h, l, n
    if n < 500:
        h, l = near(h, l, n)
        h, l = pair_asinh(h, l)
        return far(h, l, 0)
    s = math.copysign(1.0, h)
    h, l, n = far_log(s*h, s*l, n + 1)
    return s*h, s*l, n

def far_acosh(h, l, n):
    if n > 500:
        return far_log(h, l, n + 1)
    h, l = near(h, l, n)
    h, l = pair_acosh(h, l)
    return far(h, l, 0)

def far_atan(h, l, n):
    if n < -300:
        return h, l, n
    if n > 300:
        s = math.copysign(1.0, h)
        return far(s*HALF_PI_HIGH, s*HALF_PI_LOW, 0)
    h, l = near(h, l, n)
    h, l = pair_atan(h, l)
    return far(h, l, 0)

def far_atan2(yh, yl, yn, xh, xl, xn):
    n = max(yn, xn)
    if yn < xn - 900 and xh > 0.0:
        return far_div(yh, yl, yn, xh, xl, xn)
    yh, yl = near(yh, yl, yn - n)
    xh, xl = near(xh, xl, xn - n)
    h, l = pair_atan2(yh, yl, xh, xl)
    return far(h, l, 0)

def far_rounded(h, l, n):
    h, l = near(h, l, n)
    return h
"""

# Functions whose value near 0 is their argument, and the others that pairs have.
ODD = ("sin", "tan", "asin", "tanh", "atanh")
OTHERS = ("cos", "acos", "floor", "ceil")

ODD_TEXT = """
def far_{name}(h, l, n):
    if n < -300:
        return h, l, n
    h, l = near(h, l, n)
    h, l = pair_{name}(h, l)
    return far(h, l, 0)
"""

OTHER_TEXT = """
def far_{name}(h, l, n):
    h, l = near(h, l, n)
    h, l = pair_{name}(h, l)
    return far(h, l, 0)
"""

TEXT = "".join(
    [
        FAR,
        *(ODD_TEXT.format(name=name) for name in ODD),
        *(OTHER_TEXT.format(name=name) for name in OTHERS),
    ]
)
