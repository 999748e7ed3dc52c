"""The reference library: one derivation file per paper, importable as `symdyn.library.<paper>`.

In a checkout the files stand in `derivations/` beside the package; a wheel carries them within it.
Either way the search path of this package is that one folder, so a paper has one module, whoever
asks for it: an import, another paper, or a collection by path that goes through `module_name`.
"""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent
_PLACES = (_HERE / "derivations", _HERE.parents[1] / "derivations")  # in a wheel, in a checkout


def folder() -> Path:
    """The folder that holds the derivation files of the reference library.

    >>> folder().name
    'derivations'
    """
    return next((place for place in _PLACES if place.is_dir()), _PLACES[0])


def papers() -> tuple[str, ...]:
    """The bibliography keys of the papers in the library, sorted.

    >>> all(module_name(folder() / f"{key}.py") == f"symdyn.library.{key}" for key in papers())
    True
    """
    return tuple(sorted(file.stem for file in folder().glob("*.py") if file.stem.isidentifier()))


def module_name(file: Path) -> str:
    """The name under which a derivation file of the library is imported; '' for any other file.

    >>> module_name(Path("elsewhere") / "cho2009.py")
    ''
    """
    place = file.resolve()
    inside = place.parent == folder().resolve() and place.suffix == ".py"
    return f"{__name__}.{place.stem}" if inside and place.stem.isidentifier() else ""


__path__ = [str(folder())]
