"""Duals of activations: V and W of any function of one variable."""

from symdyn.kernels.duals.dual import Dual, Route, dual_activation

__all__ = ["Dual", "Route", "dual_activation"]
