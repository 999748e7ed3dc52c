"""Arithmetic of any precision in emitted modules, for the few inputs that need it."""
