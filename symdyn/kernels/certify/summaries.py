"""Errors at many points in short, the same for kernels of numbers and of arrays."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from symdyn.kernels.certify.certificate import ReferenceUse, Sampled, Search, StratumError
from symdyn.numerics.doubles import Doubles
from symdyn.numerics.ulps import summary


def sampled(strata: Iterable[tuple[str, Doubles]]) -> Sampled:
    """The errors of a sample by the names of its strata; nan is undecided.

    >>> found = sampled([("even", np.array([0.5, np.nan])), ("edges", np.array([0.25]))])
    >>> found.points, found.undecided, found.maximum, [part.name for part in found.strata]
    (3, 1, 0.5, ['even', 'edges'])
    """
    parts = [(name, errors) for name, errors in strata if len(errors)]
    every = np.concatenate([errors for _, errors in parts])
    maximum, mean, p99 = summary(every)
    return Sampled(
        points=len(every),
        undecided=int(np.isnan(every).sum()),
        maximum=maximum,
        mean=mean,
        p99=p99,
        strata=tuple(StratumError(name, len(part), summary(part)[0]) for name, part in parts),
    )


def closed_form(sample: Sampled, search: Search) -> ReferenceUse:
    """What was held against the closed form: every point of the sample and of the search."""
    return ReferenceUse(
        "closed form on balls",
        sample.points + search.evaluations,
        sample.undecided,
        float(np.fmax(sample.maximum, search.maximum)),
    )
