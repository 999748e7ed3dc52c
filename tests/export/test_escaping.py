"""Any text becomes LaTeX that compiles and shows what it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symdyn.export.escaping import escape_code, escape_tex, with_signs
from tests.export.typesetting import needs_pdflatex, pdflatex, whole

NASTY = (
    r"50 % of a_b & c # d $ e ~ f ^ g \ h {i} <j> |k| ",
    'He said "no" -- and `left`',
    "Poincaré, Erdős, Łukasiewicz, Šafařík, Ångström, naïve, Çelik, þórr, ß, Œuvre, ı",
    "α β Γ ∂ ∇ ∞ ≤ ≥ ≠ ≈ ∈ → ⇒ × · √ ± ° ½ x₁ y² … – — ‘a’ “b”",
    "中文 и русский 🙂 \u200b\u202e\ufeff",
    "$x_1$ \\input{/etc/passwd} \\end{document} ^^41 %",
    "a_very_long_identifier_that_goes_on_and_on_and_on_without_any_space(or_a_break)_at_all",
    "W" * 400,
)


def test_special_characters_lose_their_meaning():
    assert escape_tex(r"a_b % {c} \d") == r"a\_b \% \{c\} \textbackslash{}d"


def test_arrows_and_relations_become_signs():
    assert escape_tex("a -> b <= c") == r"a $\to$ b $\le$ c"
    assert with_signs("a -> b <= c") == "a → b ≤ c"


def test_code_keeps_every_character():
    assert "->" not in escape_tex("a -> b")
    assert escape_code("a -> b") == "a -> b"


def test_characters_without_a_name_show_their_number():
    assert "U+4E2D" in escape_tex("中")


@given(st.text())
def test_the_result_is_ascii_and_balanced(text: str):
    for written in (escape_tex(text), escape_code(text)):
        assert written.isascii()
        plain = written.replace(r"\{", "").replace(r"\}", "")
        assert plain.count("{") == plain.count("}")
        assert written.replace(r"\$", "").count("$") % 2 == 0


@needs_pdflatex
def test_every_text_compiles(tmp_path):
    prose = "\n\n".join(escape_tex(text) for text in NASTY)
    code = "\n\n".join(f"\\texttt{{{escape_code(text)}}}" for text in NASTY)
    run = pdflatex(whole(f"\\emergencystretch=4em {prose}\n\n{code}"), tmp_path, runs=1)
    assert run.errors == []


@needs_pdflatex
@pytest.mark.parametrize("text", NASTY)
def test_long_words_fit_their_line(tmp_path, text: str):
    body = f"\\raggedright {escape_tex(text)}"
    assert max(pdflatex(whole(body), tmp_path, runs=1).overfull, default=0) < 5
