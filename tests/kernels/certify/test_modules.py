"""Emitted modules are measured again from their files alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sympy as sp

from symdyn.errors import InputError
from symdyn.kernels.certify import Certificate, certify, certify_module, code_digest
from symdyn.kernels.certify.spelling import read_expression
from tests.kernels.certify.plain import plain

x, y = sp.symbols("x y", positive=True)
t = sp.Symbol("t", real=True)
PIECES = sp.Piecewise((sp.exp(x) / (1 + y), x < y), (sp.atan(x) / sp.pi, True))


@pytest.fixture
def module(tmp_path: Path) -> Path:
    """A module with its certificate beside it."""
    kernel = plain(PIECES, x, y, domain={x: (0, 2)}, given=[x < 2 * y])
    file = tmp_path / "pieces.py"
    file.write_text(kernel.source)
    data = {"kernel": "pieces", "certificate": certify(kernel, points=300).data()}
    file.with_suffix(".json").write_text(json.dumps(data))
    return file


def test_measuring_a_module_again_gives_the_same_certificate(module: Path) -> None:
    before = json.loads(module.with_suffix(".json").read_text())["certificate"]
    assert certify_module(module) == Certificate.from_data(before)
    assert certify_module(module, seed=5).seed == 5


def test_a_changed_module_shows_by_digest_and_error(module: Path) -> None:
    before = certify_module(module)
    module.write_text(module.read_text().replace("math.exp(x0)", "math.exp(x0 + 1e-9)"))
    after = certify_module(module)
    assert after.subject.digest != before.subject.digest and after.error > before.error + 100
    assert after.subject.digest == code_digest(module.read_text())


def test_missing_files_and_foreign_json_are_refused(module: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        certify_module(module.with_name("other.py"))
    module.with_suffix(".json").write_text("{}")
    with pytest.raises(InputError, match="no certificate"):
        certify_module(module)
    module.with_suffix(".json").write_text("[")
    with pytest.raises(InputError, match="not JSON"):
        certify_module(module)


EXPRESSIONS = (
    PIECES,
    sp.Integral(sp.exp(-t * x), (t, 0, sp.oo)),
    sp.Rational(-3, 7) * x ** sp.Rational(1, 2) + sp.pi * sp.E - sp.EulerGamma,
    sp.Max(x, y, 0) + sp.Abs(x - y) + sp.sign(x - y) + sp.Float("0.1", 30),
    sp.And(x < y, sp.Or(x < 1, sp.Ne(y, 2))),
    sp.erf(x) + sp.besselj(0, x) + sp.hyper([1], [2], x) + sp.I,
    sp.codegen.cfunctions.expm1(x) + sp.codegen.cfunctions.log1p(y),
    -sp.oo,
)


@pytest.mark.parametrize("expr", EXPRESSIONS, ids=str)
def test_what_srepr_writes_is_read_back(expr: sp.Basic) -> None:
    assert read_expression(sp.srepr(expr)) == expr


def test_dummies_with_the_same_name_stay_apart() -> None:
    one, other = sp.Dummy("u"), sp.Dummy("u")
    assert read_expression(sp.srepr(one - other)) == one - other != 0


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "Symbol('x').__class__",
        "lambda: 0",
        "sympify('1')",
        "S('1')",
        "Add(*[1])",
        "Symbol(**{})",
        "parse_expr",
        "Add(Integer(1)",
        "[Integer(1)]",
        "lambdify",
        "Lambda.__init__",
        "preview",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="srepr"):
        read_expression(text)
