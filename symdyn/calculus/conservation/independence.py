"""Whether functions are linearly independent over the polynomials.

    sum over k of A_k(x) f_k(x) = 0  with polynomials A_k of degree <= D   only if all A_k = 0

Two proofs are known here, and none is a symbolic zero test.

Exponentials. Let all f_k be products of powers of exp(m_1), ..., exp(m_n), where the m_i are
different monomials in variables, constants and i, each with a variable in it. No rational
combination of different monomials is constant. So the exponentials are algebraically independent
over the rational functions (J. Ax, "On Schanuel's conjectures", Annals of Mathematics 93, 1971;
for exponentials of rational functions the theorem is older), and different products of their powers
are linearly independent. They stay so on every open set, so that they may be multiplied by products
of signs, if those are independent: see `sign_patterns`.

Any other functions. On a line x(t) = p + t*d the relation becomes one between the functions
t^j f_k(x(t)) for j <= D. If their values at as many points t form a matrix whose determinant, in
ball arithmetic, is not zero, they are independent, on this line and, by continuity, on all lines
nearby and for all values of the constants nearby. So the A_k vanish on an open set. Values of
functions without a definition, and of their derivatives, are free: there is a function with any
values at finitely many points.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from random import Random

from flint import acb, acb_mat, arb, ctx
from sympy import Derivative, Dummy, E, Expr, I, Mul, Subs, Symbol, sign
from sympy.core.function import AppliedUndef

from symdyn.calculus.conservation.sign_patterns import are_independent_signs, random_value
from symdyn.calculus.conservation.velocities import ClearedField
from symdyn.calculus.monomials import Powers
from symdyn.errors import UnsupportedError
from symdyn.numerics.balls import NotEnclosable, enclose

_MOST_FUNCTIONS = 160
_BITS = (256, 1024, 4096)
_LINES = 3


def require_independence(field: ClearedField, degree: int) -> None:
    """Raise UnsupportedError unless the functions in a field are proved to be independent.

    The coefficients A_k have at most the given degree.
    """
    products = _without_unit(field)
    letters = [letter for letter in field.alphabet.functions if letter != I]
    if len(products) == 1 or _are_plainly_independent(letters, products, field.alphabet.variables):
        return
    if (size := len(products) * (degree + 1)) > _MOST_FUNCTIONS:
        raise _not_shown(letters, f"that takes {size} functions, the limit is {_MOST_FUNCTIONS}")
    try:
        are_independent = any(_is_regular(field, products, degree, k) for k in range(_LINES))
    except NotEnclosable as problem:
        raise _not_shown(letters, str(problem)) from problem
    if not are_independent:
        raise _not_shown(letters, "they may obey an equation")


def _not_shown(letters: Sequence[Expr], reason: str) -> UnsupportedError:
    return UnsupportedError(
        f"cannot show that {', '.join(map(str, letters))} are independent functions, so that "
        f"integrals might be missed: {reason}; write the velocities with fewer functions, for "
        "example log(x) + log(y) for log(x*y)"
    )


def _without_unit(field: ClearedField) -> list[Powers]:
    """Products of function letters, as powers; the imaginary unit counts as a constant here."""
    kept = [place for place, letter in enumerate(field.alphabet.functions) if letter != I]
    return sorted({tuple(powers[k] for k in kept) for powers in field.function_powers})


def _are_plainly_independent(
    letters: Sequence[Expr], products: Sequence[Powers], variables: Sequence[Expr]
) -> bool:
    """Whether the letters are exponentials of monomials and signs with enough patterns."""
    signs = [letter for letter in letters if isinstance(letter, sign)]
    others = [letter for letter in letters if not isinstance(letter, sign)]
    if not _are_exponentials_of_monomials(others, variables):
        return False
    kept = [place for place, letter in enumerate(letters) if letter in signs]
    patterns = sorted({tuple(powers[k] for k in kept) for powers in products})
    return not signs or are_independent_signs(signs, patterns, variables)


def _are_exponentials_of_monomials(letters: Sequence[Expr], variables: Sequence[Expr]) -> bool:
    powers = [letter.as_base_exp() for letter in letters]
    exponents = [exponent for base, exponent in powers if base == E]
    monomials = {exponent.as_coeff_Mul()[1] for exponent in exponents}
    return len(monomials) == len(letters) and all(
        monomial.has(*variables) and all(map(_is_power_of_letter, Mul.make_args(monomial)))
        for monomial in monomials
    )


def _is_power_of_letter(factor: Expr) -> bool:
    base, power = factor.as_base_exp()
    return factor == I or (isinstance(base, Symbol) and bool(power.is_Integer))


def _is_regular(field: ClearedField, products: Sequence[Powers], degree: int, seed: int) -> bool:
    """Whether values of t^j f_k on a random line form a matrix that is proved to be regular."""
    size = len(products) * (degree + 1)
    letters = [letter for letter in field.alphabet.functions if letter != I]
    free = {part: Dummy() for letter in letters for part in _undefined(letter)}
    known = [letter.xreplace(free) for letter in letters]
    line = _line(field, Random(seed))
    for bits in _BITS:
        with ctx.workprec(bits):
            random, rows = Random(seed), list[list[acb]]()
            for place in range(1, size + 1):
                t = arb(2 * place - size - 1) / size
                point = {symbol: start + t * slope for symbol, (start, slope) in line.items()}
                point |= {dummy: abs(random_value(dummy, random)) for dummy in free.values()}
                values = [enclose(letter, point, bits) for letter in known]
                functions = [prod(map(pow, values, powers), start=acb(1)) for powers in products]
                rows.append([f * t**j for f in functions for j in range(degree + 1)])
            determinant = acb_mat(rows).det()
            if determinant.is_finite() and not determinant.contains(0):
                return True
    return False


def _undefined(expr: Expr) -> set[Expr]:
    """The largest parts that are values of functions without a definition, or derivatives."""
    if isinstance(expr, (AppliedUndef, Derivative, Subs)) and expr.has(AppliedUndef):
        return {expr}
    return set().union(*(_undefined(arg) for arg in expr.args if isinstance(arg, Expr)))


def _line(field: ClearedField, random: Random) -> dict[Symbol, tuple[arb, arb]]:
    """A point and a direction for every symbol, which keep its sign; constants stay."""
    alphabet = field.alphabet
    symbols = set().union(*(letter.free_symbols for letter in alphabet.letters))
    line: dict[Symbol, tuple[arb, arb]] = {}
    for symbol in sorted(symbols, key=str):
        start, slope = random_value(symbol, random), random_value(symbol, random)
        line[symbol] = (start, start * slope / 4 if symbol in alphabet.variables else arb(0))
    return line
