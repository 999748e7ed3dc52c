"""Wrong formulas from the literature are refuted, each at a point that is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from symdyn.proof.cache import Cache
from symdyn.proof.verdict import Verdict
from symdyn.proof.verify import verify

FILES = sorted((Path(__file__).parent / "refuted").glob("*.py"))


def test_there_are_wrong_formulas_to_refute():
    assert len(FILES) >= 2


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_published_error_is_refuted_with_a_point(file: Path):
    records = verify(file, cache=Cache(None))
    assert records
    for record in records:
        assert record.verdict == Verdict.REFUTED, record.error
        wrong = [claim for claim in record.claims if claim.verdict == Verdict.REFUTED]
        assert wrong
        for claim in wrong:
            assert claim.judgement is not None
            example = claim.judgement.counterexample
            assert example is not None
            assert example.point
            assert example.left != example.right
