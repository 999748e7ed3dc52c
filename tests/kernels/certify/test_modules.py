"""Emitted modules are measured again from their files alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import sympy as sp

import symdyn
from symdyn.calculus.equivariant import Vector, angle, inner
from symdyn.calculus.equivariant_matrix import IDENTITY, outer
from symdyn.calculus.flows import Flow
from symdyn.calculus.nodes import Nodes
from symdyn.calculus.pair_sums import PairSum
from symdyn.errors import InputError, UnsupportedError
from symdyn.kernels.certify import Certificate, certify, certify_module, code_digest
from symdyn.kernels.certify.modules import written_certificate
from symdyn.kernels.certify.spelling import read_expression, spelled
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


@pytest.mark.parametrize("core", ["scalar", "inner"])
def test_a_changed_module_shows_by_digest_and_error(module: Path, core: str) -> None:
    """In whichever core the change is: that for all values, or that for ordinary ones alone."""
    before = certify_module(module)
    text = module.read_text()
    head = f"def {core}(a0, a1):\n    x0 = float(a0)"
    assert text.count(head) == 1
    module.write_text(text.replace(head, f"{head} * (1 + 1e-9)"))
    after = certify_module(module)
    assert after.subject.digest != before.subject.digest and after.error > before.error + 100
    assert after.subject.digest == code_digest(module.read_text())


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A module over vectors, with the certificate of a few points."""
    kernel = symdyn.kernel("tian2017::gate")
    kernel.__dict__["certificate"] = certify(kernel, points=12, seed=3)
    return kernel.save(tmp_path_factory.mktemp("gate"))


def test_a_module_over_vectors_is_measured_again_from_its_files_alone(gate: Path) -> None:
    before = written_certificate(gate.with_suffix(".json"))
    assert certify_module(gate) == before and before.meets


def test_a_changed_module_over_vectors_shows_by_digest_and_error(gate: Path) -> None:
    before, text = written_certificate(gate.with_suffix(".json")), gate.read_text()
    assert text.count("return out.reshape(") == 1
    changed = gate.with_name("changed.py")
    changed.write_text(text.replace("return out.reshape(", "return (1 + 1e-12) * out.reshape("))
    changed.with_suffix(".json").write_text(gate.with_suffix(".json").read_text())
    after = certify_module(changed)
    assert after.subject.digest == code_digest(changed.read_text()) != before.subject.digest
    assert after.error > 100 and not after.meets


def test_the_worst_point_of_arrays_reads_as_names_and_numbers(gate: Path) -> None:
    told = str(written_certificate(gate.with_suffix(".json")))
    assert "units of 2^-53 of the norm" in told and "doubles" not in told
    assert re.search(r"worst at e = \(.*\), w = \(.*\)", told)


def test_missing_files_and_foreign_json_are_refused(module: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        certify_module(module.with_name("other.py"))
    module.with_suffix(".json").write_text("{}")
    with pytest.raises(InputError, match="no certificate"):
        certify_module(module)
    module.with_suffix(".json").write_text("[")
    with pytest.raises(InputError, match="not JSON"):
        certify_module(module)


w, v = Vector("w"), Vector("v")
NODES = Nodes(w, sp.Symbol("K", integer=True, positive=True), sp.Symbol("a"))
OBJECTS = (
    w,
    angle(w, v) * w + v / 2,
    outer(w, v) - 3 * IDENTITY,
    (NODES, Nodes(v, sp.Symbol("M"))),
    PairSum(((NODES, inner(w, w)),), ((NODES, NODES, inner(w, NODES.second)),)).hessian(NODES),
    (),
    (x,),
)


@pytest.mark.parametrize("value", OBJECTS, ids=str)
def test_objects_over_vectors_are_spelled_and_read_back(value: object) -> None:
    assert read_expression(spelled(value)) == value


@pytest.mark.parametrize("value", [Flow({x: y}), object(), {1: 2}])
def test_other_objects_are_not_spelled(value: object) -> None:
    with pytest.raises(UnsupportedError, match="no expression"):
        spelled(value)


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
        "OVER_VECTORS",
        "Flow(Symbol('x'))",
        "Vector(name=__import__('os'))",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="srepr"):
        read_expression(text)
