"""Duals of activations: V and W of any function of one variable."""
