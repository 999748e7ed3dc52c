"""Functions inside their domain, where nothing special happens: to which arguments they belong.

A function of `CONDITIONS` has a form `<name>_inside` that leaves out what only arguments near the
ends of the exponents, zeros of some sign and values without a logarithm need. Where the condition
holds it gives the same value, to the last bit.
"""

from __future__ import annotations

INSIDE = "_inside"

NOT_ZERO = "({x} != 0.0)"
FINITE = "(abs({x}) < np.inf)"  # then its correction is a number
_DOUBLE = {
    "exp": "((abs({x}) <= 700.0) | ({x} < LEAST_EXPONENT))",
    "expm1": f"({{x}} <= 340.0) & {NOT_ZERO}",
    "log": "({x} >= 2.0**-1022) & ({x} < np.inf)",
    "log1p": "({x} > -1.0) & (abs({x}) >= 2.0**-960) & ({x} < np.inf)",
}
_COMPENSATED = {  # of the leading word; the correction may take it nearer to the ends
    **_DOUBLE,
    "log": "({x} >= 2.0**-1000) & ({x} < np.inf)",
    "log1p": "({x} > -0.99) & (abs({x}) >= 2.0**-960) & ({x} < np.inf)",
}
_QUICK = {
    **_DOUBLE,
    "log1p": f"({{x}} > -1.0) & ({{x}} < np.inf) & {NOT_ZERO}",
    "tanh": "(abs({x}) <= 170.0)",
}

CONDITIONS: dict[str, str] = {
    **{f"double_{name}": text for name, text in _DOUBLE.items()},
    **{f"comp_{name}": text for name, text in _COMPENSATED.items()},
    **{f"quick_{name}": text for name, text in _QUICK.items()},
    **{f"quick_{name}_p": f"{text} & {NOT_ZERO} & {FINITE}" for name, text in _QUICK.items()},
}


def condition(name: str, argument: str) -> str:
    """The test whether an argument is inside, as source text.

    >>> condition("double_exp", "x0")
    '((abs(x0) <= 700.0) | (x0 < LEAST_EXPONENT))'
    """
    return CONDITIONS[name].format(x=argument)
