"""What a paper's file says about its paper: title, citation, BibTeX entry.

The docstring of the module holds the title (its first sentence), then the citation, then what else
the author says. Recognised in the citation are authors before a quoted title, arXiv numbers, DOIs
and a year; what is not recognised stays in the note of the entry, so that nothing is lost.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from inspect import cleandoc
from pathlib import Path

from symdyn.export.escaping import escape_tex


@dataclass(frozen=True)
class Citation:
    """A bibliography entry; empty strings where the text does not say."""

    key: str
    text: str
    authors: tuple[str, ...] = ()
    title: str = ""
    year: str = ""
    arxiv: str = ""
    doi: str = ""


@dataclass(frozen=True)
class Heading:
    """The title of a file, its citation, and the paragraphs that follow."""

    title: str
    citation: Citation
    remarks: tuple[str, ...] = ()


def read_heading(file: Path) -> Heading:
    """The heading of a derivation file; its name stands in where it has no docstring."""
    key = file.stem
    try:
        text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    except (OSError, SyntaxError, ValueError):
        text = ""
    return heading(text, key)


def heading(docstring: str, key: str) -> Heading:
    """A docstring taken apart.

    >>> heading("Curves.\\n\\nA. Saxe, arXiv:1312.6120.", "saxe2013").title
    'Curves'
    """
    paragraphs = [part for part in re.split(r"\n\s*\n", cleandoc(docstring)) if part.strip()]
    title = _one_line(paragraphs[0]).rstrip(".") if paragraphs else key
    cited = _one_line(paragraphs[1]) if len(paragraphs) > 1 else ""
    return Heading(title, read_citation(cited, key), tuple(paragraphs[2:]))


def read_citation(text: str, key: str) -> Citation:
    """A citation as it is written in prose.

    >>> found = read_citation('Cho and Saul, "Kernel methods", NIPS 2009.', "cho2009")
    >>> found.authors, found.title, found.year
    (('Cho', 'Saul'), 'Kernel methods', '2009')
    """
    quoted = re.search(r"[\"“](.+?)[\"”]", text)
    authors = _authors(text[: quoted.start()]) if quoted else ()
    arxiv = re.search(r"arXiv:?\s*((?:[a-z-]+/\d{7})|(?:\d{4}\.\d{4,5}))", text, re.IGNORECASE)
    doi = re.search(r"\b10\.\d{4,9}/[^\s,;]+", text)
    number = arxiv[1] if arxiv else ""
    return Citation(
        key=key,
        text=text,
        authors=authors,
        title=quoted[1].strip(" .,") if quoted else "",
        year=_year(text, key, number),
        arxiv=number,
        doi=doi[0].rstrip(".") if doi else "",
    )


def bibtex(citation: Citation) -> str:
    """The BibTeX entry of a paper.

    >>> print(bibtex(Citation("saxe2013", "", ("Saxe", "Ganguli"), "Exact curves", "2013")).strip())
    @misc{saxe2013,
      author = {Saxe and Ganguli},
      title = {{Exact curves}},
      year = {2013},
    }
    """
    fields = {
        "author": " and ".join(escape_tex(author) for author in citation.authors),
        "title": f"{{{escape_tex(citation.title)}}}" if citation.title else "",
        "year": citation.year,
        "eprint": citation.arxiv,
        "archiveprefix": "arXiv" if citation.arxiv else "",
        "doi": citation.doi,
        "note": escape_tex(citation.text),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{citation.key},", *lines, "}"]) + "\n"


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _authors(text: str) -> tuple[str, ...]:
    """Names divided by commas, "and" or "&"; initials that follow a surname go with it."""
    text = re.sub(r"\(\d{4}\)|\bet al\.?", " ", text).strip(" ,:;")
    text = re.sub(r"(?<=[a-z])\.$", "", text)
    parts = [part.strip() for part in re.split(r",\s*(?:and\s+)?|\s+and\s+|\s*&\s*", text)]
    names: list[str] = []
    for part in parts:
        if names and re.fullmatch(r"(?:[A-Z]\.[\s-]?)+", part):
            names[-1] = f"{names[-1]}, {part}"
        elif part:
            names.append(part)
    return tuple(names)


def _year(text: str, key: str, arxiv: str) -> str:
    """A year in the text, in the number of the preprint, or in the key."""
    plain = text.replace(arxiv, "") if arxiv else text
    years = re.findall(r"(?<![\d./])(?:19|20)\d\d(?![\d/]|\.\d)", plain)
    if years:
        return years[-1]
    if re.match(r"\d{4}\.", arxiv):
        return f"20{arxiv[:2]}"
    in_key = re.search(r"(?:19|20)\d\d", key)
    return in_key[0] if in_key else ""
