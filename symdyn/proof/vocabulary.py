"""The words that a typed identity may use; every other word is a symbol or is refused.

Names are SymPy's. A function has a fixed number of arguments, and some of its arguments have a
largest constant: 10 000 where the value grows like a factorial, less where SymPy would write out
as many terms as the argument says. The table knows nothing of SymPy, so that text can be refused
before SymPy is imported.
"""

from __future__ import annotations

from dataclasses import dataclass

LARGEST = 10_000


@dataclass(frozen=True)
class Function:
    """A function of numbers: its name, how many arguments it takes, and SymPy's name for it.

    `most[k]` is the largest constant that may stand in place k (0: no limit).
    """

    name: str
    counts: tuple[int, ...] = (1,)
    most: tuple[int, ...] = ()
    sympy: str = ""


_ELEMENTARY = (
    *("sin", "cos", "tan", "sec", "csc", "cot", "sinc"),
    *("asin", "acos", "atan", "asec", "acsc", "acot"),
    *("tanh", "sech", "csch", "coth"),
    *("asinh", "acosh", "atanh", "asech", "acsch", "acoth"),
    *("sqrt", "cbrt", "Abs", "sign", "floor", "ceiling", "frac"),
    *("re", "im", "conjugate", "arg", "Heaviside"),
)
_SPECIAL = (
    *("erf", "erfc", "erfi", "erfinv", "erfcinv", "fresnels", "fresnelc"),
    *("Si", "Ci", "Shi", "Chi", "Ei", "li", "Li"),
    *("elliptic_k", "airyai", "airybi", "airyaiprime", "airybiprime"),
)
_ANY_COUNT = tuple(range(1, 65))

FUNCTIONS: tuple[Function, ...] = (
    *(Function(name) for name in _ELEMENTARY),
    *(Function(name) for name in _SPECIAL),
    *(Function(name, most=(LARGEST,)) for name in ("exp", "sinh", "cosh")),
    Function("log", (1, 2)),
    Function("ln", sympy="log"),
    Function("root", (2,), most=(0, LARGEST)),
    Function("atan2", (2,)),
    Function("Mod", (2,)),
    Function("Max", _ANY_COUNT),
    Function("Min", _ANY_COUNT),
    Function("factorial", most=(LARGEST,)),
    Function("factorial2", most=(LARGEST,)),
    Function("subfactorial", most=(1_000,)),
    Function("binomial", (2,), most=(LARGEST, 1_000)),
    Function("rf", (2,), most=(LARGEST, 100)),
    Function("ff", (2,), most=(LARGEST, 100)),
    Function("RisingFactorial", (2,), most=(LARGEST, 100), sympy="rf"),
    Function("FallingFactorial", (2,), most=(LARGEST, 100), sympy="ff"),
    Function("gamma", most=(LARGEST,)),
    Function("loggamma", most=(LARGEST,)),
    Function("digamma", most=(1_000,)),
    Function("trigamma", most=(1_000,)),
    Function("polygamma", (2,), most=(100, 1_000)),
    Function("beta", (2,), most=(LARGEST, LARGEST)),
    Function("uppergamma", (2,), most=(100, LARGEST)),
    Function("lowergamma", (2,), most=(100, LARGEST)),
    Function("zeta", (1, 2), most=(1_000, 100)),
    Function("dirichlet_eta", most=(1_000,)),
    Function("polylog", (2,), most=(100, 0)),
    Function("expint", (2,), most=(100, LARGEST)),
    Function("E1", most=(LARGEST,)),
    Function("LambertW", (1, 2)),
    Function("erf2", (2,)),
    Function("besselj", (2,), most=(1_000, 0)),
    Function("bessely", (2,), most=(1_000, 0)),
    Function("besseli", (2,), most=(1_000, LARGEST)),
    Function("besselk", (2,), most=(1_000, LARGEST)),
    Function("hankel1", (2,), most=(1_000, 0)),
    Function("hankel2", (2,), most=(1_000, 0)),
    Function("elliptic_e", (1, 2)),
    Function("elliptic_f", (2,)),
    Function("elliptic_pi", (2, 3)),
    Function("legendre", (2,), most=(100, LARGEST)),
    Function("chebyshevt", (2,), most=(100, LARGEST)),
    Function("chebyshevu", (2,), most=(100, LARGEST)),
    Function("hermite", (2,), most=(100, LARGEST)),
    Function("laguerre", (2,), most=(100, LARGEST)),
    Function("assoc_laguerre", (3,), most=(30, LARGEST, LARGEST)),
    Function("assoc_legendre", (3,), most=(30, 30, LARGEST)),
    Function("gegenbauer", (3,), most=(30, LARGEST, LARGEST)),
    Function("jacobi", (4,), most=(30, LARGEST, LARGEST, LARGEST)),
    Function("fibonacci", most=(LARGEST,)),
    Function("lucas", most=(LARGEST,)),
    Function("harmonic", (1, 2), most=(1_000, 100)),
    Function("bernoulli", most=(1_000,)),
    Function("KroneckerDelta", (2,)),
)

CONSTANTS = ("pi", "E", "I", "EulerGamma", "Catalan", "GoldenRatio")
INFINITY = "oo"

# One word for each way in which a name is bound: SymPy has two names for some of them.
BINDERS = {
    "integrate": "Integral",
    "Integral": "Integral",
    "Sum": "Sum",
    "summation": "Sum",
    "Product": "Product",
    "product": "Product",
    "limit": "Limit",
    "Limit": "Limit",
}
DERIVATIVES = ("diff", "Derivative")
LISTS = ("hyper", "Piecewise")

SETS = ("Reals", "Complexes", "Integers", "Naturals", "Naturals0", "Rationals")

# Functions whose names are also the usual names of quantities; never both in one text.
LETTERS = ("beta", "gamma", "zeta", "li", "rf", "ff")

BY_NAME: dict[str, Function] = {function.name: function for function in FUNCTIONS}
CALLABLE: tuple[str, ...] = (*BY_NAME, *BINDERS, *DERIVATIVES, *LISTS)

# What people write instead, and what to write here.
INSTEAD = {
    "abs": "Abs",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arctan2": "atan2",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arctanh": "atanh",
    "ceil": "ceiling",
    "lg": "log(x, 10)",
    "log10": "log(x, 10)",
    "log2": "log(x, 2)",
    "log1p": "log(1 + x)",
    "expm1": "exp(x) - 1",
    "max": "Max",
    "min": "Min",
    "prod": "Product",
    "sum": "Sum",
    "int": "integrate",
    "integral": "integrate",
    "derivative": "diff",
    "lim": "limit",
    "Gamma": "gamma",
    "lgamma": "loggamma",
    "psi": "digamma",
    "theta": "Heaviside",
    "sgn": "sign",
    "pow": "**",
    "jv": "besselj",
    "yv": "bessely",
    "iv": "besseli",
    "kv": "besselk",
    "J": "besselj",
    "W": "LambertW",
    "comb": "binomial",
    "choose": "binomial",
    "inf": "oo",
    "infinity": "oo",
    "Pi": "pi",
    "PI": "pi",
    "\u03c0": "pi",
}
