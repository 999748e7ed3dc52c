r"""A paper's records as LaTeX: a document of its own, or a fragment for `\input`.

The document compiles with plain pdflatex (article, amsmath, amssymb). The fragment has no preamble
and needs amsmath and amssymb in the document that takes it in; it defines what else it needs,
unless that is defined already, and cites the paper by its key. All text is escaped, all formulas
are broken to the text width of an article (34 times the font size).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sympy.logic.boolalg import Boolean

from symdyn import __version__
from symdyn.export.citation import Citation, Heading
from symdyn.export.display import (
    Display,
    displays,
    statement_relations,
    tex_display,
    value_relations,
)
from symdyn.export.escaping import escape_code, escape_tex
from symdyn.export.formula_tree import read_formula
from symdyn.export.kernels import kernel_tex, sources_tex, why_no_kernel
from symdyn.export.papers import (
    Paper,
    ShownKernel,
    claim_verdict,
    counts,
    declared_matrices,
    declared_symbols,
    has_angles,
    title,
)
from symdyn.export.printing import formula, symbol_tex
from symdyn.export.prose import (
    MEANING,
    blocks,
    cited_facts,
    evidence_text,
    obligation_groups,
    own_conditions,
    reason,
    summary_text,
)
from symdyn.export.tex_writer import tex
from symdyn.proof.record import Claim, Record

_PREAMBLE = r"""\documentclass[11pt,a4paper]{article}
\usepackage{amsmath,amssymb}
\setlength{\textwidth}{380pt}
\setlength{\oddsidemargin}{\dimexpr(\paperwidth-\textwidth)/2-1in\relax}
\setlength{\evensidemargin}{\oddsidemargin}
\setlength{\textheight}{640pt}
\setlength{\topmargin}{-20pt}
"""
_DEFINITIONS = r"""\ifdefined\symdynresult\else\newtheorem{symdynresult}{Theorem}\fi
\providecommand{\symdynverdict}[2]{\par\nopagebreak\noindent
  {\footnotesize\textsc{#1}\ifx\relax#2\relax\else: #2\fi\par}\smallskip}
\providecommand{\symdynstep}[1]{\par\medskip\noindent\textbf{#1.}\enspace\ignorespaces}
"""
_LOCAL = r"""\allowdisplaybreaks\emergencystretch=4em
\postdisplaypenalty=10000 \jot=5pt"""
_ASSUMED = {
    "vector": r"\mathbb{R}^{d}",
    "positive integer": r"\mathbb{Z}_{> 0}",
    "non-negative integer": r"\mathbb{Z}_{\geq 0}",
    "integer": r"\mathbb{Z}",
    "real": r"\mathbb{R}",
    "complex": r"\mathbb{C}",
}
_SIGNED = {"positive": "> 0", "non-negative": r"\geq 0", "negative": "< 0"}
# A result that takes more lines than this is not repeated in the theorem.
_SHOWN_LINES = 6


def document(papers: Sequence[Paper]) -> str:
    """A LaTeX document about one paper, or one with a section for each of several."""
    labels = _labels(papers)
    one = papers[0].heading if len(papers) == 1 else None
    body = [_results(papers[0], labels)] if one else [_section(p, labels) for p in papers]
    everything = [record for paper in papers for record in paper.records]
    return "\n".join(
        [
            f"% Written by symdyn {__version__}.",
            _PREAMBLE + _DEFINITIONS + _LOCAL,
            f"\\title{{{escape_tex(one.title) if one else 'Derivations'}}}",
            f"\\author{{{_author(one.citation) if one else ''}}}",
            f"\\date{{Derived and judged by symdyn {__version__}}}",
            r"\begin{document}",
            r"\maketitle",
            _introduction(everything, one, labels),
            *body,
            _facts(everything),
            _bibliography([paper.heading.citation for paper in papers]),
            sources_tex([k for p in papers for r in p.records for k in p.kernels.get(r.id, ())]),
            r"\end{document}",
            "",
        ]
    )


def fragment(paper: Paper) -> str:
    r"""The results of a paper for `\input`, after amsmath and amssymb."""
    key = paper.key
    return "\n".join(
        [
            f"% Written by symdyn {__version__} for \\input into another document.",
            r"% It needs amsmath and amssymb, and the entry of the BibTeX file beside it.",
            r"\begingroup" + _LOCAL,
            _DEFINITIONS,
            f"\\subsection*{{{escape_tex(paper.heading.title)}}}",
            f"After \\cite{{{key}}}." if paper.heading.citation.text else "",
            _results(paper, _labels([paper])),
            _facts(paper.records),
            r"\par\endgroup",
            "",
        ]
    )


def _labels(papers: Iterable[Paper]) -> dict[str, str]:
    """The label of every record, by its id."""
    return {
        name: f"symdyn:{paper.key}:{anchor}"
        for paper in papers
        for name, anchor in paper.anchors.items()
    }


def _section(paper: Paper, labels: Mapping[str, str]) -> str:
    cited = f"After~\\cite{{{paper.key}}}." if paper.heading.citation.text else ""
    remarks = "\n\n".join(_blocks(remark) for remark in paper.heading.remarks)
    heading = f"\\section*{{{escape_tex(paper.heading.title)}}}"
    return "\n".join([heading, cited, remarks, _results(paper, labels)])


def _results(paper: Paper, labels: Mapping[str, str]) -> str:
    return "\n".join(
        _result(record, labels, paper.kernels.get(record.id, ())) for record in paper.records
    )


def _author(citation: Citation) -> str:
    if not citation.authors:
        return ""
    return f"after {escape_tex(_enumerated(citation.authors))}" + (
        f" ({citation.year})" if citation.year else ""
    )


def _introduction(
    records: Sequence[Record], heading: Heading | None, labels: Mapping[str, str]
) -> str:
    cited = f"~\\cite{{{heading.citation.key}}}" if heading and heading.citation.text else ""
    found = [verdict for verdict, number in counts(records).items() if number]
    meanings = "; ".join(f"\\textsc{{{v.lower()}}}: {MEANING[v]}" for v in found)
    remarks = "\n\n".join(_blocks(remark) for remark in heading.remarks) if heading else ""
    verdicts = f"\\noindent{{\\small Verdicts. {meanings}.\\par}}" if meanings else ""
    told = f"\\noindent What follows{cited} are {escape_tex(summary_text(records))}."
    parts = [told, remarks, _contents(records, labels), verdicts]
    return "\n\n".join(part for part in parts if part) + "\n"


def _contents(records: Sequence[Record], labels: Mapping[str, str]) -> str:
    """One line for every result, with its verdict and page."""
    if len(records) < 3:
        return ""
    lines = (
        f"\\noindent\\ref{{{labels[record.id]}}}\\enspace {escape_tex(title(record))} "
        f"\\dotfill\\ \\textsc{{{record.verdict.lower()}}}, "
        f"p.~\\pageref{{{labels[record.id]}}}\\par"
        for record in records
    )
    return "\\medskip\n" + "\n".join(lines) + "\n\\medskip"


def _result(record: Record, labels: Mapping[str, str], kernels: Sequence[ShownKernel]) -> str:
    steps = [_step(k, claim, record) for k, claim in enumerate(record.claims)]
    error = f"\\symdynverdict{{error}}{{{escape_tex(record.error)}}}" if record.error else ""
    refused = why_no_kernel(record)
    return "\n".join(
        part
        for part in [
            "",
            f"\\begin{{symdynresult}}[{{{escape_tex(title(record))}}}]"
            f"\\label{{{labels[record.id]}}}",
            _blocks(record.doc) or escape_tex(title(record)) + ".",
            _shown_result(record),
            r"\end{symdynresult}",
            _setting(record, labels),
            *steps,
            error,
            _debts(record),
            _closing(record),
            *(kernel_tex(kernel) for kernel in kernels),
            f"\\par\\noindent {escape_tex(refused)}\\par" if refused else None,
        ]
        if part is not None
    )


def _blocks(text: str) -> str:
    return "\n\n".join(_code(b.text) if b.code else escape_tex(b.text) for b in blocks(text))


def _code(text: str) -> str:
    """Lines that keep their shape; spaces at the start of a line are kept."""
    lines = [line.replace(" ", "\u00a0") for line in text.split("\n")]
    body = r"\\{}".join(escape_code(line).replace("~", r"\ ") or "~" for line in lines)
    return f"\\begin{{quote}}\\raggedright\\ttfamily\\small {body}\\end{{quote}}"


def _shown_result(record: Record) -> str | None:
    if record.result is None or record.error:
        return None
    groups = displays(value_relations(record.result))
    if sum(len(group.lines) for group in groups) > _SHOWN_LINES:
        return None
    return _displayed(groups)


def _displayed(groups: Sequence[Display], tag: str = "") -> str:
    out: list[str] = []
    for k, group in enumerate(groups):
        lead = f"\\noindent {escape_tex(group.lead)}\n" if group.lead else ""
        out.append(lead + tex_display(group, tag if k == len(groups) - 1 else ""))
    return "\n".join(out)


def _setting(record: Record, labels: Mapping[str, str]) -> str:
    sentences = [_symbols(record), _given(record.given), _premises(record.premises, labels)]
    text = " ".join(sentence for sentence in sentences if sentence)
    defined = "\n".join(_defined(name, value) for name, value in record.defined)
    opening = f"\\par\\noindent {text}" if text else ""
    return f"{opening}\n{defined}".strip()


def _symbols(record: Record) -> str:
    told = [_declared(kind, names) for kind, names in declared_symbols(record)]
    told += [f"${tex(read_formula(text))}$" for text in declared_matrices(record)]
    if has_angles(record):
        told.append(r"$\theta_{u,v}$ is the angle between $u$ and $v$")
    return f"Here {'; '.join(told)}." if told else ""


def _declared(kind: str, names: Sequence[str]) -> str:
    letters = ", ".join(f"${tex(read_formula(symbol_tex(name)))}$" for name in names)
    if kind in _SIGNED:
        return f"{letters[:-1]} {_SIGNED[kind]}$"
    return f"{letters[:-1]} \\in {_ASSUMED[kind]}$"


def _given(conditions: Iterable[Boolean]) -> str:
    told = ", ".join(f"${tex(formula(condition))}$" for condition in conditions)
    return f"Given {told}." if told else ""


def _premises(premises: Sequence[Record], labels: Mapping[str, str]) -> str:
    order = list(labels)
    own = sorted((p for p in premises if p.id in labels), key=lambda p: order.index(p.id))
    told = [f"\\ref{{{labels[premise.id]}}}" for premise in own]
    others = [f"\\texttt{{{escape_code(p.id)}}}" for p in premises if p.id not in labels]
    theorems = (
        [f"{'Theorem' if len(told) == 1 else 'Theorems'}~{_enumerated(told)}"] if told else []
    )
    return f"This rests on {_enumerated([*theorems, *others])}." if premises else ""


def _enumerated(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _defined(name: str, value: object) -> str:
    left = read_formula(symbol_tex(name))
    return "\\par\\noindent Put\n" + _displayed(displays(value_relations(value, left)))


def _step(k: int, claim: Claim, record: Record) -> str:
    conditions = [f"${tex(formula(c))}$" for c in own_conditions(claim, record)]
    where = f" (where {', '.join(conditions)})" if conditions else ""
    shown = displays(statement_relations(claim.statement))
    lines = [
        f"\\symdynstep{{{k + 1}}} {escape_tex(reason(claim))}{where}:",
        _displayed(shown, escape_tex(claim.eq.strip("()"))),
        _verdict(claim),
    ]
    return "\n".join(lines)


def _verdict(claim: Claim) -> str:
    verdict = claim_verdict(claim)
    return f"\\symdynverdict{{{verdict.lower()}}}{{{escape_tex(evidence_text(claim))}}}"


def _debts(record: Record) -> str | None:
    told = []
    for why, number, verdict in obligation_groups(record):
        times = f" ({number} times)" if number > 1 else ""
        told.append(f"{escape_tex(why)}{times}, \\textsc{{{verdict.lower()}}}")
    if not told and not record.facts:
        return None
    owed = f"The operations used owe: {'; '.join(told)}. " if told else ""
    facts = f"Facts used: {', '.join(map(escape_tex, record.facts))}." if record.facts else ""
    return f"\\par\\smallskip\\noindent{{\\footnotesize {owed}{facts}\\par}}"


def _closing(record: Record) -> str:
    """A box where the result is proved, its verdict otherwise."""
    sign = r"$\square$" if record.verdict.holds and record.closed else ""
    return f"\\par\\nopagebreak\\noindent\\hfill\\textsc{{{record.verdict.lower()}}} {sign}\\par"


def _facts(records: Iterable[Record]) -> str:
    told = [
        f"\\par\\smallskip\\noindent\\textbf{{{escape_tex(fact.name)}}}\\enspace "
        f"{_blocks(fact.statement)} Where {escape_tex(fact.conditions)}; "
        f"{escape_tex(fact.source)}.\\par"
        for fact in cited_facts(records)
    ]
    return "\n".join(["", r"\subsection*{Facts used}", *told]) if told else ""


def _bibliography(citations: Iterable[Citation]) -> str:
    told = [f"\\bibitem{{{c.key}}} {escape_tex(c.text)}" for c in citations if c.text]
    entries = "\n".join(told)
    return f"\\begin{{thebibliography}}{{9}}\n{entries}\n\\end{{thebibliography}}" if told else ""
