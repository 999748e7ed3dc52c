"""Formulas are read, measured, broken and written without changing what they say."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from xml.etree.ElementTree import Element

import pytest
from sympy import (
    Abs,
    Derivative,
    E,
    Expr,
    Function,
    Heaviside,
    I,
    Integral,
    Matrix,
    Max,
    Piecewise,
    Rational,
    Subs,
    Sum,
    Symbol,
    acos,
    besselj,
    binomial,
    conjugate,
    cos,
    elliptic_k,
    erf,
    exp,
    expand,
    floor,
    gamma,
    hyper,
    log,
    oo,
    pi,
    polylog,
    sin,
    sqrt,
    symbols,
)

from symdyn.calculus.equivariant import Vector, angle, inner, length
from symdyn.export.display import displays, mathml_display, tex_display, value_relations
from symdyn.export.formula_tree import UnreadableFormula, read_formula
from symdyn.export.line_breaking import break_lines
from symdyn.export.mathml import mathml
from symdyn.export.printing import formula, symbol_tex
from symdyn.export.spacing import width
from symdyn.export.tex_writer import tex
from tests.export.typesetting import needs_pdflatex, pdflatex, whole

x, y, z, k, theta, w_star, loss, q12 = symbols("x y z k theta w_star loss q12")
f, Net = Function("f"), Function("Net")

FORMULAS: tuple[Expr | Matrix, ...] = (
    x + y,
    -x / 2 - y,
    sin(x) ** 2 + cos(y),
    x / (1 + (x / y - 1) * exp(-2 * x * y / z)),
    Integral(exp(-(x**2) / 2) / sqrt(2 * pi), (x, -oo, oo)),
    Sum(1 / k**2, (k, 1, oo)),
    (pi - theta) * cos(theta) / (2 * pi) + sin(theta) * w_star**2 / loss,
    Matrix([[x + y, sin(theta) / 2], [q12, sqrt(w_star)]]),
    Piecewise((x, x > 0), (y, True)),
    hyper((Rational(1, 2), 1), (x,), y),
    besselj(x, y) + gamma(x + 1) / gamma(y),
    Abs(x - y) ** 3 + conjugate(x),
    acos(q12 / sqrt(x * y)),
    Derivative(f(x, y), x, y),
    Subs(Derivative(f(x), x), x, 0),
    Net(x) ** 2 + log(1 + exp(-x)),
    erf(x / sqrt(2)) * Heaviside(x) * Max(x, 0),
    I * x + E + polylog(2, x) + elliptic_k(x),
    binomial(x, y) + floor(x / 2),
    expand((x + y + z) ** 6),
    inner(Vector("w"), Vector("w_star")) * cos(angle(Vector("w"), Vector("w_star"))),
    length(Vector("w_star")) ** 2,
)
LONG: tuple[Expr, ...] = (
    expand((x + y + z + k) ** 7),
    exp(expand((x + y + z) ** 8)),
    sqrt(expand((x + y + z) ** 8)) + 1,
    expand((x + y) ** 12) / expand((x + z) ** 15),
    1 / expand((x + y + z) ** 8),
    x ** expand((x + y + z) ** 6),
    (x + expand((y + z) ** 20)) ** 3 * sin(expand((x + y) ** 14)) * y,
    f(*symbols("argument_1:40")),
    Symbol("name" * 60) + x,
    x + 3**400,
    Rational(3**200, 7**150) * pi,
    Piecewise((expand((x + y) ** 15), x > 0), (expand((x - y) ** 15), True)),
)


def test_brackets_around_a_lone_fraction_go_but_not_those_of_a_function():
    assert tex(read_formula(r"\left(\frac{a}{b}\right) w")) == r"\frac{a}{b} w"
    assert tex(read_formula(r"x + \left(- \frac{a}{b}\right) w")) == r"x - \frac{a}{b} w"
    for function in (r"\sin{\left(\frac{a}{b}\right)}", r"f\left(\frac{a}{b}\right)", "2^{x}"):
        assert tex(read_formula(function)).count("(") == function.count("(")
    assert "(" in tex(read_formula(r"\left(\frac{a}{b}\right)^{2}"))


def test_a_minus_is_not_lost_between_brackets():
    assert "-" in tex(read_formula(r"x \left(- \frac{a}{b}\right)"))
    assert tex(read_formula(r"x - \left(- \frac{a}{b}\right)")).count("-") == 2


def test_unknown_commands_become_words():
    assert tex(read_formula(r"\unknown{x}")).startswith(r"\mathrm{unknown}")


@pytest.mark.parametrize(
    "text", ["{", r"\frac{1}", r"\left(x", "}", r"\begin{tikzcd} \end{tikzcd}"]
)
def test_what_is_no_formula_is_refused(text: str):
    with pytest.raises(UnreadableFormula):
        read_formula(text)


def test_what_cannot_be_read_is_shown_as_text():
    class Broken:
        def _latex(self, printer: object) -> str:
            return "{"

        def __str__(self) -> str:
            return "50 % broken"

    assert tex(formula(Broken())) == r"\text{50 \% broken}"


def test_a_printer_that_raises_does_not_stop_a_document():
    class Raising:
        def _latex(self, printer: object) -> str:
            raise NotImplementedError

        def __str__(self) -> str:
            return "raising"

    assert tex(formula(Raising())) == r"\text{raising}"


def test_symbols_are_set_as_papers_set_them():
    assert symbol_tex("theta_c") == r"\theta_{c}"
    assert symbol_tex("w_star") == "w^{*}" and symbol_tex("w_star'") == r"w^{* \prime}"
    assert symbol_tex("local") == r"\mathrm{local}"
    assert symbol_tex("x_1_2") == "x_{1,2}"
    assert symbol_tex("what now%") == r"\text{what now\%}"


def test_a_symbol_named_e_is_not_the_constant():
    named, constant = tex(formula(Symbol("e") ** x)), tex(formula(E**x))
    assert named != constant
    assert tex(formula(Symbol("i"))) != tex(formula(I))


def test_long_terminating_fractions_are_exact_decimals():
    assert tex(formula(Rational("2.32761603487717753157"))) == "2.32761603487717753157"
    assert tex(formula(-pi * Rational("0.00000000000125"))).startswith("- 0.00000000000125")
    assert "frac" in tex(formula(Rational(1, 3**30)))


@pytest.mark.parametrize("value", [*FORMULAS, *LONG])
def test_mathml_is_well_formed_and_in_todays_elements(value: Expr):
    drawn = "".join(mathml_display(d) for d in displays(value_relations(value)))
    root = ET.fromstring(f"<math>{drawn}</math>")
    tags = {element.tag for element in root.iter()}
    assert tags <= CORE, tags - CORE
    for element in root.iter():
        assert len(element) == CHILDREN.get(element.tag, len(element)), ET.tostring(element)


CORE = set(
    "math mrow mi mn mo mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover "
    "mtable mtr mtd".split()
)
CHILDREN = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2}
CHILDREN |= {"munderover": 3}


def test_mathml_escapes_text():
    drawn = mathml(formula(Symbol("<script>")))
    assert "<script>" not in drawn and isinstance(ET.fromstring(drawn), Element)


@pytest.mark.parametrize("value", LONG)
@pytest.mark.parametrize("limit", [20.0, 34.0])
def test_lines_fit(value: Expr, limit: float):
    assert width(formula(value)) > limit
    lines = break_lines(formula(value), limit, limit)
    for line in lines:
        assert width(line.row) + line.indent <= limit + 0.3


def test_breaking_a_sum_loses_no_term():
    value = expand((x + y + z) ** 9)
    row = formula(value)
    lines = break_lines(row, 20, 20)
    joined = " ".join(tex(line.row) for line in lines)
    assert re.sub(r"\{\}|\s", "", joined) == re.sub(r"\s", "", tex(row))


def test_a_wide_quotient_stays_a_quotient():
    value = expand((x + y) ** 12) / expand((x + z) ** 15) * Symbol("b")
    text = " ".join(tex(line.row) for line in break_lines(formula(value), 20, 20))
    assert "^{- 1}" in text


def test_a_wide_power_of_another_base_is_not_exp():
    text = " ".join(tex(li.row) for li in break_lines(formula(x ** expand((y + z) ** 9)), 20, 20))
    assert r"\exp" not in text


@needs_pdflatex
def test_estimated_widths_are_what_pdflatex_measures(tmp_path):
    boxes = "".join(
        f"\\setbox0\\hbox{{$\\displaystyle {tex(formula(value))}$}}\\typeout{{W\\the\\wd0}}\n"
        for value in FORMULAS
    )
    run = pdflatex(whole(boxes), tmp_path, runs=1)
    assert run.errors == []
    measured = [float(points) / 10 for points in re.findall(r"^W([\d.]+)pt", run.log, re.MULTILINE)]
    assert len(measured) == len(FORMULAS)
    for value, true in zip(FORMULAS, measured, strict=True):
        estimated = width(formula(value))
        assert 0.97 * true - 0.2 <= estimated <= 1.35 * true + 0.5, value


@needs_pdflatex
def test_long_formulas_have_no_overfull_line(tmp_path):
    shown = [
        tex_display(display)
        for value in (*FORMULAS, *LONG)
        for display in displays(value_relations(value, read_formula("L")))
    ]
    run = pdflatex(whole("\\allowdisplaybreaks " + "\n".join(shown)), tmp_path, runs=1)
    assert run.errors == []
    assert max(run.overfull, default=0) <= 5
