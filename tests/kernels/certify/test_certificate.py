"""A certificate is plain data: it goes to JSON and back, and people can read it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import sympy as sp

from symdyn.errors import InputError
from symdyn.kernels.certify import Certificate, certify
from symdyn.kernels.certify.certificate import rows
from tests.kernels.certify.plain import plain

x, y = sp.symbols("x y", positive=True)


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    return certify(plain(sp.sqrt(x**2 + y**2), x, y, given=[x < y]), points=300)


def test_json_and_back_is_the_same_certificate(certificate: Certificate) -> None:
    text = certificate.to_json()
    assert Certificate.from_json(text) == certificate
    assert "Infinity" not in text and "NaN" not in text
    assert json.loads(text)["version"] == 1 and json.loads(text)["sampled"]["maximum"] == "inf"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda data: data.update(version=99), "version 99"),
        (lambda data: data.pop("sampled"), "cannot be read"),
        (lambda data: data.update(worst=3), "cannot be read"),
        (lambda data: data.update(unit=None), "cannot be read"),
    ],
)
def test_other_data_is_refused(certificate: Certificate, change: object, complaint: str) -> None:
    data = json.loads(certificate.to_json())
    change(data)  # type: ignore[operator]
    with pytest.raises(InputError, match=complaint):
        Certificate.from_data(data)


def test_text_that_is_no_json_is_refused() -> None:
    with pytest.raises(InputError, match="JSON"):
        Certificate.from_json("worst 3 ulp")


def test_error_is_the_largest_of_all_parts(certificate: Certificate) -> None:
    small = replace(certificate.sampled, maximum=0.5)
    uses = tuple(replace(use, maximum=0.25) for use in certificate.references)
    calm = replace(
        certificate,
        sampled=small,
        search=replace(certificate.search, maximum=0.75),
        references=uses,
        special_inputs=(),
    )
    assert calm.error == 0.75 and calm.meets
    one, other = uses
    assert replace(calm, references=(one, replace(other, maximum=9.0))).error == 9.0
    row = replace(certificate.special_inputs[0], error=3.0)
    wrong = replace(calm, special_inputs=(row,))
    assert wrong.error == 3.0 and not wrong.meets
    assert replace(calm, subject=replace(calm.subject, target=None)).meets is None


def test_worst_point_can_be_evaluated_again(certificate: Certificate) -> None:
    first, second = certificate.worst[0].arguments
    value = float.fromhex(certificate.worst[0].value[0])
    assert value >= 0 and 0 < first <= second


def test_people_read_it_as_a_line_and_as_a_table(certificate: Certificate) -> None:
    shown = dict(rows(certificate))
    assert shown["kernel"] == "test" and "x < y" in shown["domain"] and "x = nan" in shown
    first, second = certificate.worst[0].arguments
    assert f"worst at x = {first!r}, y = {second!r}" in str(certificate)
    assert shown["worst input"] == certificate.place()
    assert "x &lt; y" in certificate._repr_html_()
