"""Sound proofs that an expression is positive, negative or nonzero everywhere on a domain.

What is found is a set of signs that contains the sign of the expression at every point of the
domain at which it has a value; None says that it was not even proved to be real. It comes from

    rules        the sign of a product, a power, a function of an argument of known sign
    polynomials  the expression as a polynomial in parts that have known ranges
    roots        a + b*sqrt(f) with a and b of opposite sign, compared by squares

Only the assumptions of symbols are taken from SymPy, never its opinion of a composite expression.
No attempt is made to be complete: an empty-handed answer means nothing.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import ceil, floor

from flint import acb, arb
from sympy import (
    Add,
    Expr,
    Heaviside,
    Interval,
    Mul,
    Pow,
    Rational,
    S,
    Symbol,
    acos,
    asin,
    atan,
    cos,
    cosh,
    erf,
    exp,
    pi,
    sign,
    sin,
    tanh,
)
from sympy.core.function import AppliedUndef

from symdyn.errors import UnsupportedError
from symdyn.numerics.balls import enclose
from symdyn.proof.domain import Domain
from symdyn.proof.signs.polynomials import polynomial_signs
from symdyn.proof.signs.ranges import Inequality, Range, inequalities
from symdyn.proof.signs.rules import (
    ANY,
    NEGATIVE,
    NONNEGATIVE,
    NONZERO,
    POSITIVE,
    SIGN_RULES,
    ZERO,
    Signs,
)

_MAX_SIZE = 200  # operations of an expression that is still looked at as a polynomial
_MAX_DEPTH = 30
_MAX_LOOKS = 40  # polynomials looked at for one question
_MAX_ELIMINATIONS = 2  # conditions used one after another
_MAX_SQUARES = 2  # comparisons of squares within each other


def is_real(expr: Expr, domain: Domain) -> bool:
    """Whether an expression is proved to be real wherever it has a value."""
    return signs_on(expr, domain) is not None


def is_positive(expr: Expr, domain: Domain) -> bool:
    """Whether an expression is proved to be positive on a domain.

    >>> from sympy import symbols
    >>> a, b, c = symbols("a b c", real=True)
    >>> is_positive(a*b - c**2, Domain((a, b, c), (a > 0, b > 0, c**2 < a*b)))
    True
    >>> is_positive(a*b - c**2, Domain((a, b, c), (a > 0, b > 0)))
    False
    """
    return signs_on(expr, domain) == POSITIVE


def is_nonnegative(expr: Expr, domain: Domain) -> bool:
    """Whether an expression is proved to be at least zero on a domain."""
    signs = signs_on(expr, domain)
    return signs is not None and -1 not in signs


def is_nonzero(expr: Expr, domain: Domain) -> bool:
    """Whether an expression is proved to be real and nowhere zero on a domain."""
    signs = signs_on(expr, domain)
    return signs is not None and 0 not in signs


def signs_on(expr: Expr, domain: Domain) -> Signs | None:
    """Signs that an expression may have on a domain; None where it may be no real number.

    >>> x = Symbol("x", real=True)
    >>> sorted(signs_on(x**2 - x + 1, Domain((x,))))
    [1]
    >>> sorted(signs_on(x**2 - 2*x + 1, Domain((x,))))
    [0, 1]
    """
    return _on(domain).ask(expr)


@lru_cache(maxsize=64)
def _on(domain: Domain) -> _SignFinder:
    return _SignFinder(domain)


class _SignFinder:
    """Signs of expressions on one domain, remembered."""

    def __init__(self, domain: Domain) -> None:
        self._domain = domain
        self._found: dict[Expr, Signs | None] = {}
        self._fresh: dict[Expr, Signs | None] = {}
        self._ranges: dict[Expr, Range | None] = {}
        self._conditions: tuple[Inequality, ...] = inequalities(domain.conditions)
        self._depth = self._squares = self._looks = 0
        self._is_cut_short = False

    def ask(self, expr: Expr) -> Signs | None:
        """Signs that an expression may have.

        The work is bounded by counts, not by time, and what a search that was cut short has found
        is forgotten: so an answer does not depend on what was asked before.
        """
        self._fresh, self._ranges = {}, {}
        self._depth = self._squares = self._looks = 0
        self._is_cut_short = False
        found = self.signs(expr)
        if not self._is_cut_short:
            self._found.update(self._fresh)
        return found

    def signs(self, expr: Expr) -> Signs | None:
        """Signs that a part of the expression in question may have."""
        for known in (self._found, self._fresh):
            if expr in known:
                return known[expr]
        if self._depth > _MAX_DEPTH:
            self._is_cut_short = True
            return None
        self._depth += 1
        found = self._fresh[expr] = self._search(expr)
        self._depth -= 1
        return found

    def _search(self, expr: Expr) -> Signs | None:
        if not expr.free_symbols and not expr.has(AppliedUndef):
            return self._of_constant(expr)
        found = self._by_rule(expr)
        if found is None or len(found) == 1 or not isinstance(expr, Add | Mul):
            return found
        if not (self._conditions or isinstance(expr, Add)) or not self._may_look(expr):
            return found
        eliminations = _MAX_ELIMINATIONS if isinstance(expr, Add) else 0
        found &= polynomial_signs(expr, self.range, self._conditions, eliminations=eliminations)
        if len(found) > 1 and isinstance(expr, Add) and self._squares < _MAX_SQUARES:
            self._squares += 1
            found &= self._by_squares(expr)
            self._squares -= 1
        return found

    def _may_look(self, expr: Expr) -> bool:
        """Whether there is work left for looking at an expression as a polynomial."""
        self._looks += 1
        if self._looks > _MAX_LOOKS:
            self._is_cut_short = True
            return False
        return expr.count_ops() <= _MAX_SIZE

    def _of_constant(self, expr: Expr) -> Signs | None:
        if expr.is_Rational:
            return frozenset({int(expr.p > 0) - int(expr.p < 0)})
        ball = _ball(expr)
        if ball is None or not ball.imag.is_zero():
            return self._by_rule(expr) if expr.args else None
        return POSITIVE if ball.real > 0 else NEGATIVE if ball.real < 0 else ANY

    def _by_rule(self, expr: Expr) -> Signs | None:
        if isinstance(expr, Symbol | AppliedUndef):
            return self._of_letter(expr)
        for kind, rule in SIGN_RULES:
            if isinstance(expr, kind):
                return rule(self, expr)
        return None

    def _of_letter(self, letter: Expr) -> Signs | None:
        if not letter.is_extended_real:
            return None
        found = _of_interval(self._interval(letter)) if isinstance(letter, Symbol) else ANY
        for assumption, signs in _ASSUMED:
            if getattr(letter, assumption):
                found &= signs
        return found

    def _interval(self, symbol: Symbol) -> Interval:
        domain = self._domain if symbol in self._domain.symbols else Domain((symbol,))
        found = domain.interval(symbol)
        for inequality in self._conditions:
            found = found.intersect(inequality.interval(symbol))
        return found if isinstance(found, Interval) else domain.interval(symbol)

    def range(self, atom: Expr) -> Range | None:
        """The range of a part of an expression; None where it may be no real number."""
        if atom not in self._ranges:
            self._ranges[atom] = self._range(atom)
        return self._ranges[atom]

    def _range(self, atom: Expr) -> Range | None:
        if isinstance(atom, Symbol) and atom.is_extended_real:
            interval = self._interval(atom)
            bounds = Range(interval.start, interval.end, interval.left_open, interval.right_open)
            return bounds if atom.is_nonzero is not True else bounds.without_zero_edge()
        signs = self.signs(atom)
        if signs is None:
            return None
        if isinstance(atom, acos):
            return self._range_of_arc_cosine(atom.args[0])
        if isinstance(atom, sin | cos):
            return self._range_of_wave(atom).restricted(signs)
        for kind, high, is_open in _BOUNDS:
            if isinstance(atom, kind):
                return Range(-high, high, is_open, is_open).restricted(signs)
        if not atom.free_symbols and (ball := _ball(atom)) is not None and ball.imag.is_zero():
            return Range(*_rational_bounds(ball))
        if isinstance(atom, exp):
            return Range(S.Zero, S.Infinity, low_open=True).restricted_by_log(self.signs(atom.exp))
        if isinstance(atom, cosh):
            return Range(S.One, S.Infinity)
        return Range(-S.Infinity, S.Infinity).restricted(signs)

    def _range_of_arc_cosine(self, u: Expr) -> Range:
        signs = self.signs(u) or ANY
        low = pi / 2 if 1 not in signs else S.Zero
        high = pi / 2 if -1 not in signs else pi
        low_open = (0 not in signs) if low else self.signs(1 - u) == POSITIVE
        high_open = (0 not in signs) if high != pi else self.signs(1 + u) == POSITIVE
        return Range(low, high, low_open, high_open)

    def _range_of_wave(self, wave: Expr) -> Range:
        """Between -1 and 1; without the ends where the angle does not reach them."""
        angle = wave.args[0] if isinstance(wave, cos) else pi / 2 - wave.args[0]
        is_off_ends = self.is_within(angle, S.Zero, pi, strict=True)
        is_off_low = is_off_ends or self.is_within(angle, -pi, pi, strict=True)
        return Range(S.NegativeOne, S.One, is_off_low, is_off_ends)

    def _by_squares(self, expr: Add) -> Signs:
        """The sign of a + b where one is a multiple of a root: that of the larger square."""
        for term in expr.args:
            if not any(isinstance(f, Pow) and f.exp in _HALVES for f in Mul.make_args(term)):
                continue
            rest = expr - term
            mine, others = self.signs(term), self.signs(rest)
            if mine is None or others is None or mine == others == ANY:
                continue
            excess = self.signs((term**2 - rest**2).expand())
            for larger, wanted in ((mine, 1), (others, -1)):
                if excess is not None and -wanted not in excess and not {1, -1} <= larger:
                    return larger | (excess & ZERO)
        return ANY

    def is_within(self, expr: Expr, low: Expr, high: Expr, *, strict: bool = False) -> bool:
        """Whether low <= expr <= high, or low < expr < high, is proved."""
        allowed = POSITIVE if strict else NONNEGATIVE
        return all(
            (found := self.signs(gap)) is not None and found <= allowed
            for gap in (expr - low, high - expr)
        )


_ASSUMED = (
    ("is_positive", POSITIVE),
    ("is_negative", NEGATIVE),
    ("is_nonnegative", NONNEGATIVE),
    ("is_nonpositive", frozenset({-1, 0})),
    ("is_nonzero", NONZERO),
)
_HALVES = (S.Half, -S.Half, Rational(3, 2), Rational(-3, 2))
_BOUNDS: tuple[tuple[type[Expr], Expr, bool], ...] = (
    (tanh, S.One, True),
    (erf, S.One, True),
    (asin, pi / 2, False),
    (atan, pi / 2, True),
    (Heaviside, S.One, False),
    (sign, S.One, False),
)


def _of_interval(interval: Interval) -> Signs:
    low, high = interval.start, interval.end
    found = set(ANY)
    if _is_sure(low > 0) or low == 0:
        found -= {-1}
    if _is_sure(high < 0) or high == 0:
        found -= {1}
    if _is_sure(low > 0) or _is_sure(high < 0):
        found -= {0}
    if (low == 0 and interval.left_open) or (high == 0 and interval.right_open):
        found -= {0}
    return frozenset(found)


def _is_sure(condition: object) -> bool:
    return condition == S.true


def _ball(expr: Expr, bits: int = 192) -> acb | None:
    """A ball around a constant, None where there is none."""
    try:
        ball = enclose(expr, {}, bits)
    except (UnsupportedError, ArithmeticError, ValueError):
        return None
    return ball if ball.is_finite() else None


def _rational_bounds(ball: acb) -> tuple[Expr, Expr]:
    """Rational numbers of moderate size on either side of a real ball, rounded outwards."""
    scale = 2**96
    middle, radius = _exactly(ball.real.mid()), _exactly(ball.real.rad())
    return (
        Rational(floor((middle - radius) * scale), scale),
        Rational(ceil((middle + radius) * scale), scale),
    )


def _exactly(number: arb) -> Fraction:
    """The value of a ball without radius."""
    mantissa, exponent = number.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
