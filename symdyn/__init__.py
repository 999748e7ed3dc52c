"""symdyn: derive, judge, and show the theory of learning dynamics."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symdyn.calculus.activations import relu
    from symdyn.calculus.conservation.first_integrals import first_integrals
    from symdyn.calculus.conservation.laws import conservation_laws
    from symdyn.calculus.flows import Flow, derivative_along, gradient_flow
    from symdyn.calculus.gaussian import gaussian_expectation
    from symdyn.calculus.separable import solve_separable
    from symdyn.calculus.trajectories import simulate
    from symdyn.export import export
    from symdyn.kernels.certify import Certificate, certify
    from symdyn.kernels.duals.dual import dual_activation
    from symdyn.kernels.kernel import Kernel, kernel
    from symdyn.proof.check import check
    from symdyn.proof.collect import collect
    from symdyn.proof.derivation import claim, define, derivation, given
    from symdyn.proof.record import Record
    from symdyn.proof.statements import AsymptoticTo, Bounded, Conserved, Equal, Solves
    from symdyn.proof.verdict import Judgement, Verdict
    from symdyn.proof.verify import verify

__version__ = "0.1.0"

# Public name -> module that holds it. SymPy and Numba are heavy: nothing is imported before use.
_HOMES = {
    "relu": "calculus.activations",
    "first_integrals": "calculus.conservation.first_integrals",
    "conservation_laws": "calculus.conservation.laws",
    "Flow": "calculus.flows",
    "derivative_along": "calculus.flows",
    "gradient_flow": "calculus.flows",
    "gaussian_expectation": "calculus.gaussian",
    "solve_separable": "calculus.separable",
    "simulate": "calculus.trajectories",
    "export": "export",
    "Certificate": "kernels.certify",
    "certify": "kernels.certify",
    "dual_activation": "kernels.duals.dual",
    "Kernel": "kernels.kernel",
    "kernel": "kernels.kernel",
    "check": "proof.check",
    "collect": "proof.collect",
    "claim": "proof.derivation",
    "define": "proof.derivation",
    "derivation": "proof.derivation",
    "given": "proof.derivation",
    "Record": "proof.record",
    "AsymptoticTo": "proof.statements",
    "Bounded": "proof.statements",
    "Conserved": "proof.statements",
    "Equal": "proof.statements",
    "Solves": "proof.statements",
    "Judgement": "proof.verdict",
    "Verdict": "proof.verdict",
    "verify": "proof.verify",
}

__all__ = [
    "AsymptoticTo",
    "Bounded",
    "Certificate",
    "Conserved",
    "Equal",
    "Flow",
    "Judgement",
    "Kernel",
    "Record",
    "Solves",
    "Verdict",
    "certify",
    "check",
    "claim",
    "collect",
    "conservation_laws",
    "define",
    "derivation",
    "derivative_along",
    "dual_activation",
    "export",
    "first_integrals",
    "gaussian_expectation",
    "given",
    "gradient_flow",
    "kernel",
    "relu",
    "simulate",
    "solve_separable",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'symdyn' has no attribute {name!r}")
    return getattr(import_module(f"symdyn.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
