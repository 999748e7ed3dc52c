"""Functions inside their domain, where nothing special happens: to which arguments they belong.

A function of `CONDITIONS` has a form `<name>_inside` that leaves out what only arguments near the
ends of the exponents, zeros of some sign and values without a logarithm need. Where the condition
holds it gives the same value, to the last bit.
"""

from __future__ import annotations

from symdyn.kernels.arithmetic import quick_source

INSIDE = "_inside"

EXPONENT = "(abs({x}) <= 700.0)"
NOT_ZERO = "({x} != 0.0)"
_OF_DOUBLES = {
    "exp": EXPONENT,
    "expm1": f"{EXPONENT} & {NOT_ZERO}",
    "log": "({x} >= 2.0**-1022) & ({x} < np.inf)",
    "log1p": "({x} > -1.0) & (abs({x}) >= 2.0**-960) & ({x} < np.inf)",
}
_QUICK = {
    **_OF_DOUBLES,
    "log1p": f"({{x}} > -1.0) & ({{x}} < np.inf) & {NOT_ZERO}",
    "tanh": "(abs({x}) <= 350.0)",
}

CONDITIONS: dict[str, str] = {
    **{f"double_{name}": text for name, text in _OF_DOUBLES.items()},
    **{f"quick_{name}": _QUICK[name] for name in quick_source.NAMES},
    **{f"quick_{name}_p": f"{_QUICK[name]} & {NOT_ZERO}" for name in quick_source.NAMES},
}


def condition(name: str, argument: str) -> str:
    """The test whether an argument is inside, as source text.

    >>> condition("double_exp", "x0")
    '(abs(x0) <= 700.0)'
    """
    return CONDITIONS[name].format(x=argument)
