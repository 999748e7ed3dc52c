"""Rewriting of programs into forms that lose fewer digits."""

from __future__ import annotations

from symdyn.kernels.rewrite.improvement import improved

__all__ = ["improved"]
