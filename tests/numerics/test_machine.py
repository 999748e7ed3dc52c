"""What is told of a machine is what it has."""

from __future__ import annotations

import numpy as np

from symdyn.numerics.machine import FEATURES, features, lost_subnormals, platform_key, version_of


def test_versions_are_those_that_are_imported() -> None:
    assert version_of("numpy") == np.__version__
    assert version_of("no-such-library") == "not installed"


def test_features_are_some_of_those_that_matter() -> None:
    assert set(features()) <= set(FEATURES)
    assert "-" in platform_key()


def test_lost_results_and_lost_arguments_are_told_apart(monkeypatch) -> None:
    monkeypatch.setattr("symdyn.numerics.machine._arguments_kept", lambda: False)
    assert lost_subnormals() == ("arguments",)
