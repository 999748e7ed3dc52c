"""Frozen dataclasses as plain data for JSON, and back.

Dataclasses become mappings, tuples lists, and infinite numbers texts. Reading is led by the types
of the fields; a field that is missing takes its default.
"""

from __future__ import annotations

import math
import types
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


def plain(value: Any) -> Any:
    """Plain data of a value.

    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Span:
    ...     ends: tuple[float, float]
    ...     name: str = ""
    >>> plain(Span((0.0, math.inf)))
    {'ends': [0.0, 'inf'], 'name': ''}
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, tuple):
        return [plain(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def read(kind: type[T], value: Any) -> T:
    """The value of some type that `plain` made data of.

    Raises KeyError, TypeError or ValueError for other data.
    """
    if is_dataclass(kind):
        if not isinstance(value, dict):
            raise TypeError(f"{value!r} where {kind.__name__} is needed")
        hints = get_type_hints(kind)
        known = [part.name for part in fields(kind) if part.name in value]
        return kind(**{name: read(hints[name], value[name]) for name in known})
    if get_origin(kind) is tuple:
        return tuple(_parts(get_args(kind), value))  # type: ignore[return-value]
    if isinstance(kind, types.UnionType):
        return None if value is None else read(get_args(kind)[0], value)  # type: ignore[return-value]
    if kind is float:
        return float(value)  # type: ignore[return-value]
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} where {kind.__name__} is needed")
    return value


def _parts(kinds: tuple[Any, ...], value: Any) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise TypeError(f"{value!r} where a list is needed")
    if kinds[1:] == (...,):
        return [read(kinds[0], part) for part in value]
    return [read(kind, part) for kind, part in zip(kinds, value, strict=True)]
