"""Source text of quick functions: doubles good to about an ulp, for kernels that need no more.

They are the functions of compensated arithmetic without the correction of the leading term:

    exp(x) = t (1 + p),       expm1(x) = (t - 1) + t p,      t = 2^n, p = r + r^2/2 + r^3 p3(r)
    log(x) = n log(2) + f - (f^2/2 - s (f^2/2 + 2 z q(z))),  s = f/(2 + f), z = s^2, x = 2^n (1 + f)
    tanh(x) = e/(e + 2),      e = expm1(2 x), which is rounded

They take a correction l of their argument as well (`quick_exp_p` and so on): logarithms with that
of the mantissa, the others as l times the derivative.
"""

from __future__ import annotations

# Names, and the largest errors in ulps that were seen, rounded up.
LARGEST = {"exp": 0.95, "expm1": 1.8, "log": 0.8, "log1p": 0.8, "tanh": 1.6}
NAMES = tuple(LARGEST)

EXPONENTIAL = """
def reduced_quickly(x):
    # r and n + 1023 in the last bits of a double, x = n*log(2) + r
    t = fma(x, INVERSE_LOG2, BIASED_SHIFT)
    z = t - BIASED_SHIFT
    return fma(-z, LOG2_MIDDLE, fma(-z, LOG2_SHORT, x)), z, t

def quick_expm1_near_zero(r):
    return fma(r*r, fma(r, quick_exp_tail(r), 0.5), r)

def quick_exp(x):
    r, z, _ = reduced_quickly(bounded(x))
    a, b = factors_of_power(z)
    return (1.0 + quick_expm1_near_zero(r))*a*b

def quick_exp_inside(x):
    r, _, t = reduced_quickly(x)
    t = double(bits(t) << 52)
    return choose(x < LEAST_EXPONENT, 0.0, fma(t, quick_expm1_near_zero(r), t))

def quick_expm1(x):
    r, z, _ = reduced_quickly(bounded(x))
    t, a = stepped_power(z)
    e = choose(x < LOW_EXPONENT, -1.0, a*fma(t, quick_expm1_near_zero(r), t - 1.0))
    return choose(x == 0.0, x, e)

def quick_expm1_inside(x):
    r, _, t = reduced_quickly(x)
    t = double(bits(t) << 52)
    return choose(x < LOW_EXPONENT, -1.0, fma(t, quick_expm1_near_zero(r), t - 1.0))

def quick_tanh(x):
    a = abs(x)
    e = double_expm1(choose(a > 40.0, 80.0, 2.0*a))
    return math.copysign(over_two_more(e), x)

def over_two_more(e):
    # e/(e + 2), nearly rounded
    d = e + 2.0
    r = 1.0/d
    q = e*r
    return fma(r, fma(-q, d, fma(-q, (2.0 - d) + e, e)), q)

def quick_tanh_inside(x):
    e = double_expm1_inside(2.0*abs(x))
    return math.copysign(over_two_more(e), x)
"""

LOGARITHM = """
def quick_log_near_one(f, e, z):
    # log(1 + f + e) + z*log(2); e/(1 + f) is e*(1 - s)/(1 + s)
    s = f/(2.0 + f)
    q = s*s
    h = 0.5*f*f
    t = fma(s, fma(2.0*q, quick_log_tail(q), h), fma(z, LOG2_MIDDLE, e))
    return fma(z, LOG2_SHORT, f - (h - t))

def quick_log_of(m, e, z):
    # log(m + e) + z*log(2)
    f = m - 1.0
    return quick_log_near_one(f, e*fma(f, f - 1.0, 1.0), z)

def quick_log(x):
    m, _, z = mantissa_of(x, 0.0)
    return choose((x > 0.0) & (x < np.inf), quick_log_near_one(m - 1.0, 0.0, z), log_limit(x))

def quick_log_inside(x):
    m, _, z = mantissa_of_normal(x, 0.0)
    return quick_log_near_one(m - 1.0, 0.0, z)

def quick_log_p(h, l):
    m, e, z = mantissa_of(h, l)
    return choose((h > 0.0) & (h < np.inf), quick_log_of(m, e, z), log_limit(h))

def quick_log_p_inside(h, l):
    m, e, z = mantissa_of_normal(h, l)
    return quick_log_of(m, e, z)

def quick_log1p(x):
    return quick_log1p_p(x, 0.0)

def quick_log1p_inside(x):
    u, e = comp_add_ff(1.0, x)
    m, _, z = mantissa_of_normal(u, 0.0)
    return quick_log_of(m, e*power_of(-z), z)

def quick_log1p_p(h, l):
    u, e = comp_add_ff(1.0, h)
    u, e = regrouped(u, e + l)
    m, _, z = mantissa_of(u, 0.0)
    r = choose((u > 0.0) & (u < np.inf), quick_log_of(m, e*power_of(-z), z), log_limit(1.0 + h))
    return choose(h == 0.0, h, r)

def quick_log1p_p_inside(h, l):
    u, e = comp_add_ff(1.0, h)
    u, e = regrouped(u, e + l)
    m, _, z = mantissa_of_normal(u, 0.0)
    return quick_log_of(m, e*power_of(-z), z)
"""

CORRECTED_ONCE = """
def corrected(v, d, l):
    # v + d*l, where that is a number and l not 0
    s = fma(d, l, v)
    return choose((s == s) & (l != 0.0), s, v)
"""

CORRECTED = """
def quick_{name}_p(h, l):
    v = quick_{name}(h)
    return corrected(v, {derivative}, l)

def quick_{name}_p_inside(h, l):
    v = quick_{name}_inside(h)
    return fma({derivative}, l, v)
"""

DERIVATIVES = {"exp": "v", "expm1": "v + 1.0", "tanh": "fma(-v, v, 1.0)"}

TEXTS: tuple[str, ...] = (
    EXPONENTIAL,
    LOGARITHM,
    CORRECTED_ONCE,
    *(CORRECTED.format(name=name, derivative=text) for name, text in DERIVATIVES.items()),
)
