"""Papers as HTML pages: one for each paper, and an index.

The pages need nothing but themselves: no scripts, no network, no fonts to load. Formulas are
MathML; a verdict is a word with a sign, not a colour alone; the LaTeX of every formula and the
source of every derivation can be copied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from html import escape

from symdyn import __version__
from symdyn.export.citation import bibtex
from symdyn.export.display import (
    Display,
    Relation,
    displays,
    mathml_display,
    plain_tex,
    statement_relations,
    value_relations,
)
from symdyn.export.escaping import with_signs
from symdyn.export.formula_tree import read_formula
from symdyn.export.graph import premise_graph
from symdyn.export.kernels import kernel_html, why_no_kernel
from symdyn.export.latex import fragment
from symdyn.export.mathml import math_element, mathml
from symdyn.export.papers import (
    Paper,
    ShownKernel,
    claim_verdict,
    counts,
    declared_matrices,
    declared_symbols,
    has_angles,
    papers,
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
from symdyn.export.stylesheet import STYLE
from symdyn.proof.record import Claim, Record
from symdyn.proof.verdict import Verdict

# Class for the colour, and a sign, of each verdict.
MARKS: Mapping[str, tuple[str, str]] = {
    Verdict.PROVED: ("good", "✓"),
    Verdict.ENCLOSED: ("good", "◉"),
    Verdict.AGREES: ("good", "≈"),
    Verdict.SIMULATED: ("good", "∿"),
    Verdict.OPEN: ("fair", "○"),
    Verdict.UNDECIDED: ("fair", "?"),
    Verdict.BLOCKED: ("fair", "⊘"),
    Verdict.REFUTED: ("bad", "✗"),
    Verdict.ERROR: ("bad", "!"),
}
_ASSUMED = {
    "vector": "vectors of the same dimension",
    "positive": "positive numbers",
    "non-negative": "non-negative numbers",
    "negative": "negative numbers",
    "real": "real numbers",
    "complex": "complex numbers",
    "integer": "integers",
    "positive integer": "positive integers",
    "non-negative integer": "non-negative integers",
}


def site(records: Iterable[Record], kernels: Iterable[ShownKernel] = ()) -> dict[str, str]:
    """Pages by file name: `index.html` and one for each paper; kernels stand with their records."""
    shown = papers(records, kernels)
    links = {
        name: f"{paper.key}.html#{anchor}"
        for paper in shown
        for name, anchor in paper.anchors.items()
    }
    pages = {"index.html": _index(shown)}
    return pages | {f"{paper.key}.html": _paper_page(paper, links) for paper in shown}


def single_page(paper: Paper) -> str:
    """The page of one paper, alone in its folder."""
    return _paper_page(paper, {}, alone=True)


def badge(verdict: Verdict) -> str:
    """A verdict as a sign and a word."""
    tone, sign = MARKS[verdict]
    meaning = escape(MEANING[verdict])
    return f'<span class="badge {tone}" title="{meaning}">{sign} {verdict}</span>'


def _page(heading: str, body: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(heading)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"{body}\n<footer>Derived and judged by symdyn {__version__}.</footer>\n"
        "</main>\n</body>\n</html>\n"
    )


def _index(shown: Sequence[Paper]) -> str:
    everything = [record for paper in shown for record in paper.records]
    items = "\n".join(_index_item(paper) for paper in shown)
    body = (
        "<header><h1>Derivations</h1>"
        f"<p>{escape(summary_text(everything))}.</p></header>\n"
        f'<ul class="papers">{items}</ul>\n{_meanings(everything)}'
    )
    return _page("Derivations", body)


def _index_item(paper: Paper) -> str:
    heading = paper.heading
    results = ", ".join(
        f'<a href="{paper.key}.html#{paper.anchors[record.id]}">{escape(title(record))}</a>'
        for record in paper.records
    )
    return (
        f'<li><h2><a href="{paper.key}.html">{_prose(heading.title)}</a></h2>'
        f'<p class="citation">{_prose(heading.citation.text)}</p>{_tally(paper.records)}'
        f'<p class="fine">{results}</p></li>'
    )


def _tally(records: Sequence[Record]) -> str:
    found = [(verdict, n) for verdict, n in counts(records).items() if n]
    return f'<p class="row">{"".join(f"{badge(v)} <span>{n}</span>" for v, n in found)}</p>'


def _meanings(records: Sequence[Record]) -> str:
    found = [verdict for verdict, number in counts(records).items() if number]
    lines = "".join(f"<li>{badge(v)} {escape(MEANING[v])}</li>" for v in found)
    return _folded("What the verdicts mean", f'<ul class="plain">{lines}</ul>')


def _paper_page(paper: Paper, links: Mapping[str, str], *, alone: bool = False) -> str:
    heading = paper.heading
    own = {name: f"#{anchor}" for name, anchor in paper.anchors.items()}
    links = {**links, **own}
    graph = premise_graph(paper, links, MARKS)
    articles = "\n".join(
        _article(k, record, paper, links) for k, record in enumerate(paper.records, 1)
    )
    body = "\n".join(
        [
            "" if alone else '<nav><a href="index.html">All papers</a></nav>',
            f"<header><h1>{_prose(heading.title)}</h1>",
            f'<p class="citation">{_prose(heading.citation.text)}</p></header>',
            "".join(_blocks(remark) for remark in heading.remarks),
            _tally(paper.records),
            _meanings(paper.records),
            f'<div class="graph">{graph}</div>' if graph else "",
            articles,
            _facts(paper.records),
            _copies(paper),
        ]
    )
    return _page(heading.title, body)


def _article(number: int, record: Record, paper: Paper, links: Mapping[str, str]) -> str:
    anchor = paper.anchors[record.id]
    steps = "".join(_step(claim, record) for claim in record.claims)
    error = f'<p class="counterexample">{escape(record.error)}</p>' if record.error else ""
    refused = why_no_kernel(record)
    return "\n".join(
        [
            f'<article id="{anchor}">',
            f'<h2><a href="#{anchor}">Theorem {number}. {_prose(title(record))}</a>'
            f"{badge(record.verdict)}</h2>",
            f'<div class="theorem">{_blocks(record.doc)}{_result(record)}</div>',
            _setting(record, links),
            f'<ol class="steps">{steps}</ol>' if steps else "",
            error,
            _debts(record),
            *(kernel_html(kernel) for kernel in paper.kernels.get(record.id, ())),
            f'<p class="fine">{escape(refused)}</p>' if refused else "",
            _folded("Source", f"<pre><code>{escape(record.source)}</code></pre>"),
            "</article>",
        ]
    )


def _blocks(text: str) -> str:
    return "".join(
        f"<pre>{escape(block.text)}</pre>" if block.code else f"<p>{_prose(block.text)}</p>"
        for block in blocks(text)
    )


def _prose(text: str) -> str:
    return escape(with_signs(text), quote=False)


def _result(record: Record) -> str:
    if record.result is None or record.error:
        return ""
    return _formulas(displays(value_relations(record.result)))


def _formulas(groups: Sequence[Display], tag: str = "") -> str:
    out = []
    for k, group in enumerate(groups):
        lead = f"<p>{_prose(group.lead)}</p>" if group.lead else ""
        label = f'<span class="tag">({escape(tag)})</span>' if tag and k == len(groups) - 1 else ""
        drawn = math_element(mathml_display(group), block=True)
        out.append(f'{lead}<div class="formula"><div tabindex="0">{drawn}</div>{label}</div>')
    return "".join(out)


def _inline(value: object) -> str:
    return math_element(mathml(formula(value)))


def _setting(record: Record, links: Mapping[str, str]) -> str:
    told = [_declared(kind, names) for kind, names in declared_symbols(record)]
    told += [_math_text(text) for text in declared_matrices(record)]
    if has_angles(record):
        angle, u, v = (_math_text(text) for text in (r"\theta_{u,v}", "u", "v"))
        told.append(f"{angle} is the angle between {u} and {v}")
    sentences = [f"Here {'; '.join(told)}." if told else ""]
    if record.given:
        sentences.append(f"Given {', '.join(_inline(c) for c in record.given)}.")
    if record.premises:
        sentences.append(f"This rests on {', '.join(_link(p, links) for p in record.premises)}.")
    text = " ".join(sentence for sentence in sentences if sentence)
    defined = "".join(_defined(name, value) for name, value in record.defined)
    return (f"<p>{text}</p>" if text else "") + defined


def _declared(kind: str, names: Sequence[str]) -> str:
    letters = ", ".join(_math_text(symbol_tex(name)) for name in names)
    many = _ASSUMED[kind]
    one = {"vectors of the same dimension": "a vector", "integers": "an integer"}.get(many)
    single = one or f"a {many.removesuffix('s')}"
    return f"{letters} {'is' if len(names) == 1 else 'are'} {single if len(names) == 1 else many}"


def _math_text(text: str) -> str:
    return math_element(mathml(read_formula(text)))


def _link(record: Record, links: Mapping[str, str]) -> str:
    address = links.get(record.id)
    if address is None:
        return f"<code>{escape(record.id)}</code>"
    return f'<a href="{escape(address)}">{_prose(title(record))}</a>'


def _defined(name: str, value: object) -> str:
    left = read_formula(symbol_tex(name))
    return f"<p>Put</p>{_formulas(displays(value_relations(value, left)))}"


def _step(claim: Claim, record: Record) -> str:
    conditions = own_conditions(claim, record)
    where = f" (where {', '.join(_inline(c) for c in conditions)})" if conditions else ""
    relations = statement_relations(claim.statement)
    return (
        f"<li>{_prose(reason(claim))}{where}:"
        f"{_formulas(displays(relations), claim.eq.strip('()'))}"
        f"{_verdict(claim)}{_copy(relations)}</li>"
    )


def _verdict(claim: Claim) -> str:
    verdict = claim_verdict(claim)
    how = _prose(evidence_text(claim))
    kind = "counterexample" if verdict == Verdict.REFUTED else "verdict"
    return f'<p class="{kind}">{badge(verdict)} {how}</p>'


def _copy(relations: Sequence[Relation]) -> str:
    text = plain_tex(relations)
    return _folded("LaTeX", _area(text, rows=min(8, 1 + len(text) // 80 + text.count("\n"))))


def _area(text: str, *, rows: int) -> str:
    return (
        f'<textarea readonly rows="{rows}" spellcheck="false" aria-label="LaTeX to copy">'
        f"{escape(text)}</textarea>"
    )


def _folded(name: str, inside: str) -> str:
    return f"<details><summary>{name}</summary>{inside}</details>"


def _debts(record: Record) -> str:
    owed = "".join(
        f"<li>{badge(verdict)} {_prose(why)}{f' ({number} times)' if number > 1 else ''}</li>"
        for why, number, verdict in obligation_groups(record)
    )
    known = {fact.name for fact in cited_facts([record])}
    facts = ", ".join(
        f'<a href="#fact-{_fact_anchor(name)}">{_prose(name)}</a>'
        if name in known
        else _prose(name)
        for name in record.facts
    )
    listed = f'<ul class="plain">{owed}</ul>' if owed else ""
    return (_folded("What the operations used owe", listed) if listed else "") + (
        f'<p class="fine">Facts used: {facts}.</p>' if facts else ""
    )


def _fact_anchor(name: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in name)


def _facts(records: Sequence[Record]) -> str:
    told = "".join(
        f'<li id="fact-{_fact_anchor(fact.name)}"><b>{_prose(fact.name)}.</b> '
        f"{_prose(fact.statement)} Where {_prose(fact.conditions)}. "
        f'<span class="fine">{_prose(fact.source)}</span></li>'
        for fact in cited_facts(records)
    )
    return f'<section><h3>Facts used</h3><ul class="plain">{told}</ul></section>' if told else ""


def _copies(paper: Paper) -> str:
    """What can be taken over by hand; sources of kernels are long, and stand above already."""
    entry = bibtex(paper.heading.citation)
    derivations = fragment(replace(paper, kernels={}))
    name = "LaTeX of the derivations" if paper.kernels else "LaTeX of this page"
    whole = _folded(name, _area(derivations, rows=16))
    cited = _folded("BibTeX", _area(entry, rows=entry.count("\n") + 1))
    return f"<section><h3>To copy</h3>{whole}{cited}</section>"
