"""What a certificate is about: a kernel as text from which it can be measured again."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import sympy as sp

from symdyn.kernels.certify.certificate import Subject
from symdyn.kernels.certify.measuring import Elementwise
from symdyn.kernels.certify.seams import Seam
from symdyn.kernels.certify.spelling import spelled


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


def subject_of_arrays(kernel: Any) -> Subject:
    """The same of a kernel of arrays; what it computes and over what is named where it says so."""
    domain, options = getattr(kernel, "domain", None), getattr(kernel, "options", None)
    return Subject(
        kernel=kernel.name,
        digest=code_digest(getattr(kernel, "source", "")),
        results=(spelled(kernel.result),) if hasattr(kernel, "result") else (),
        arguments=tuple(spelled(argument) for argument in getattr(kernel, "args", ())),
        ranges=tuple((sp.srepr(p.lower), sp.srepr(p.upper)) for p in domain.ranges)
        if domain
        else (),
        conditions=tuple(sp.srepr(condition) for condition in domain.conditions) if domain else (),
        domain=str(domain) if domain and domain.args else "",
        id=getattr(kernel, "id", ""),
        verdict=getattr(kernel, "verdict", ""),
        rung=getattr(kernel, "rung", 0),
        target=getattr(kernel, "target", None),
        dtype=options.dtype if options else "float64",
        accurate=bool(options and options.accurate),
        allowance=getattr(kernel, "allowance", ""),
    )
