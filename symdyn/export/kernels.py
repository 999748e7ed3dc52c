r"""Kernels in documents: what is certified of them, and their source.

In HTML certificate and source are folded away. In LaTeX the certificate is a list of names and
values that pages may break, and sources, which are long, stand at the end of a document, in
`verbatim`: lines are broken after a comma or a space where there is one, empty lines stand alone,
and what is not ASCII is written as Python escapes it. Fragments leave them out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from symdyn.errors import SymdynError
from symdyn.export.escaping import escape_code, escape_tex
from symdyn.export.papers import ShownKernel
from symdyn.export.plots import error_plot
from symdyn.export.tex_plots import DEFINITIONS, error_picture
from symdyn.export.value_plot import value_plot
from symdyn.kernels.certify.certificate import rows
from symdyn.kernels.origin import refuse_unfounded
from symdyn.proof.record import Record

LISTING_WIDTH = 86  # letters of \scriptsize typewriter type in the text width of an article
_ROW = r"""\providecommand{\symdynrow}[2]{\par\noindent\parbox[t]{16em}{\raggedright #1\strut}\hfill
  \parbox[t]{\dimexpr\linewidth-17em\relax}{\raggedright #2\strut}\par}"""


def why_no_kernel(record: Record) -> str:
    """A sentence for a result that declares a kernel and may have none; else nothing."""
    if not record.kernel:
        return ""
    try:
        refuse_unfounded(record)
    except SymdynError as problem:
        return f"{problem}."
    return ""


def kernel_html(kernel: ShownKernel) -> str:
    """Values, errors with a sentence, certificate and source of a kernel."""
    table = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>'
        for name, value in rows(kernel.certificate)
    )
    return "\n".join(
        [
            f'<section class="kernel"><h3>Kernel <code>{escape(_call(kernel))}</code></h3>',
            _values_html(kernel),
            f'<figure class="plot">{error_plot(kernel.profile)}',
            f"<figcaption>{_target_html(kernel)} {escape(_sentence(kernel))}</figcaption></figure>",
            f"<details><summary>Certificate</summary><table>{table}</table></details>",
            f"<details><summary>Source of the kernel</summary>"
            f"<pre><code>{escape(kernel.source)}</code></pre></details></section>",
        ]
    )


def _values_html(kernel: ShownKernel) -> str:
    """Its curves, where its arguments are numbers."""
    drawn = value_plot(kernel.profile)
    return f'<figure class="curves">{drawn}</figure>' if drawn else ""


def kernel_tex(kernel: ShownKernel) -> str:
    """Sentence, plot and certificate of a kernel."""
    lines = (
        f"\\symdynrow{{{escape_tex(name)}}}{{{escape_tex(value)}}}"
        for name, value in rows(kernel.certificate)
    )
    return "\n".join(
        [
            _ROW,
            DEFINITIONS,
            f"\\par\\medskip\\noindent\\textbf{{Kernel}} \\texttt{{{escape_code(_call(kernel))}}}. "
            f"{_target_tex(kernel)}{escape_tex(_sentence(kernel))}\\par\\nopagebreak\\smallskip",
            error_picture(kernel.profile),
            r"{\footnotesize",
            *lines,
            r"\par}",
        ]
    )


def sources_tex(kernels: Sequence[ShownKernel]) -> str:
    """The sources of some kernels, with a heading; empty without kernels."""
    if not kernels:
        return ""
    return "\n".join([r"\clearpage\section*{Sources of the kernels}", *map(_source_tex, kernels)])


def _source_tex(kernel: ShownKernel) -> str:
    return "\n".join(
        [
            f"\\par\\medskip\\noindent\\texttt{{{escape_code(_call(kernel))}}}\\nopagebreak",
            r"{\scriptsize",
            r"\begin{verbatim}",
            listing(kernel.source),
            r"\end{verbatim}",
            r"}",
        ]
    )


def listing(source: str, width: int = LISTING_WIDTH) -> str:
    r"""Source as ASCII lines of a width at most, none of which ends a `verbatim`.

    >>> print(listing("call(first, second, third)", 20))
    call(first, second,
      third)
    """
    text = source.encode("ascii", "backslashreplace").decode().expandtabs()
    text = text.replace(r"\end{verbatim}", "\\end\n{verbatim}")
    text = re.sub(r"\n{3,}", "\n\n", text)
    return "\n".join(part for line in text.splitlines() for part in _broken(line, width))


def _broken(line: str, width: int) -> list[str]:
    """A line in parts, continued with two spaces more than it starts with."""
    start = re.match(" *", line)
    indent = " " * min(len(start[0]) + 2 if start else 2, width // 2)
    parts: list[str] = []
    while len(line) > width:
        place = max(line.rfind(" ", len(indent) + 1, width), line.rfind(",", len(indent), width))
        place = place + 1 if place > 0 else width
        parts.append(line[:place].rstrip())
        line = indent + line[place:].lstrip()
    return [*parts, line]


def _call(kernel: ShownKernel) -> str:
    return f"{kernel.name}({', '.join(map(str, kernel.args))})"


def _sentence(kernel: ShownKernel) -> str:
    told = str(kernel.certificate)
    return f"{told[:1].upper()}{told[1:]}."


def _met(kernel: ShownKernel) -> str:
    verb = {True: "meets", False: "misses", None: ""}[kernel.certificate.meets]
    return f"{verb} its target of {kernel.certificate.target_text}" if verb else ""


def _target_html(kernel: ShownKernel) -> str:
    met = _met(kernel)
    tone, sign = ("good", "✓") if kernel.certificate.meets else ("bad", "✗")
    return f'<span class="badge {tone}">{sign} {met}</span>' if met else ""


def _target_tex(kernel: ShownKernel) -> str:
    met = _met(kernel)
    return f"It {met}. " if met else ""
