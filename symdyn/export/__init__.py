"""Documents: LaTeX, HTML and JSON as folds over records. No mathematics happens here.

`symdyn.export` is the name of this package and of its main function, so the package can be called:
`export(records, "latex")` means the same whichever of the two the name was bound to.

>>> import symdyn
>>> '"claims": []' in symdyn.export([], "json")
True
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from symdyn.export.documents import export, export_all, write_documents

__all__ = ["export", "export_all", "write_documents"]


class _CallablePackage(ModuleType):
    """A package that is also its main function."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return export(*arguments, **options)


sys.modules[__name__].__class__ = _CallablePackage
