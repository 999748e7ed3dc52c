"""What a certificate is about: a kernel as text from which it can be measured again."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import sympy as sp

from symdyn.kernels.certify.certificate import Subject
from symdyn.kernels.certify.measuring import Elementwise
from symdyn.kernels.certify.seams import Seam


def code_digest(source: str) -> str:
    """Digest of the code of a module: its text after the docstring, which may quote it."""
    parts = source.split('"""', 2)
    code = parts[2] if len(parts) == 3 and not parts[0].strip() else source
    return sha256(code.strip().encode()).hexdigest()


def subject(kernel: Elementwise, seams: Sequence[Seam]) -> Subject:
    """What is certified, as text from which it can be measured again."""
    return Subject(
        kernel=kernel.name,
        digest=code_digest(kernel.source),
        results=tuple(sp.srepr(expr) for expr in kernel.results),
        arguments=tuple(sp.srepr(symbol) for symbol in kernel.args),
        ranges=tuple((sp.srepr(p.lower), sp.srepr(p.upper)) for p in kernel.domain.ranges),
        conditions=tuple(sp.srepr(condition) for condition in kernel.domain.conditions),
        limits=tuple(
            (v.output, sp.srepr(v.symbol), sp.srepr(v.point), sp.srepr(v.value))
            for v in kernel.limits
        ),
        definition=tuple(sp.srepr(expr) for expr in kernel.definition),
        seams=tuple((tuple(x.hex() for x in seam.point), seam.axis) for seam in seams),
        domain=str(kernel.domain),
        id=getattr(kernel, "id", ""),
        verdict=getattr(kernel, "verdict", ""),
        rung=getattr(kernel, "rung", 0),
        target=getattr(kernel, "target", None),
        dtype=kernel.dtype,
    )
