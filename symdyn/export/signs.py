"""The signs that formulas are made of: LaTeX command, character, spacing class, width.

A line of a table reads `command character width`, three signs a line or more; the width is that of
Computer Modern at 10 pt in thousandths of its size, as `\\hbox{$\\displaystyle ...$}` measures it.
The spacing classes are those of TeX (The TeXbook, chapter 17), and `SPACE_BETWEEN` is its table of
chapter 18, without the spaces that TeX leaves out in scripts, which nothing here needs exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Kind(IntEnum):
    """Spacing class of a sign, as in TeX."""

    ORDINARY = 0
    OPERATOR = 1
    BINARY = 2
    RELATION = 3
    OPENING = 4
    CLOSING = 5
    PUNCTUATION = 6
    INNER = 7


# Row: class on the left; column: class on the right. In eighteenths of the font size.
SPACE_BETWEEN = (
    (0, 3, 4, 5, 0, 0, 0, 3),
    (3, 3, 0, 5, 0, 0, 0, 3),
    (4, 4, 0, 0, 4, 0, 0, 4),
    (5, 5, 0, 0, 5, 0, 0, 5),
    (0, 0, 0, 0, 0, 0, 0, 0),
    (0, 3, 4, 5, 0, 0, 0, 3),
    (3, 3, 0, 3, 3, 3, 3, 3),
    (3, 3, 4, 5, 3, 0, 3, 3),
)

_ORDINARY = r"""
\alpha α 643   \beta β 618   \gamma γ 573   \delta δ 482   \epsilon ϵ 406   \varepsilon ε 466
\zeta ζ 511   \eta η 532   \theta θ 497   \vartheta ϑ 591   \iota ι 354   \kappa κ 576
\varkappa ϰ 707   \lambda λ 583   \mu μ 603   \nu ν 558   \xi ξ 484   \pi π 606
\varpi ϖ 856   \rho ρ 517   \varrho ϱ 517   \sigma σ 607   \varsigma ς 443   \tau τ 550
\upsilon υ 576   \phi ϕ 596   \varphi φ 654   \chi χ 626   \psi ψ 687   \omega ω 658
\digamma ϝ 778   \Gamma Γ 625   \Delta Δ 833   \Theta Θ 778   \Lambda Λ 694   \Xi Ξ 667
\Pi Π 750   \Sigma Σ 722   \Upsilon Υ 778   \Phi Φ 722   \Psi Ψ 778   \Omega Ω 722
\infty ∞ 1000   \partial ∂ 586   \nabla ∇ 833   \ell ℓ 417   \hbar ℏ 540   \Re ℜ 722
\Im ℑ 722   \aleph ℵ 611   \beth ℶ 667   \gimel ℷ 444   \daleth ℸ 667   \emptyset ∅ 500
\forall ∀ 556   \exists ∃ 556   \neg ¬ 667   \top ⊤ 778   \bot ⊥ 778   \angle ∠ 722
\prime ′ 275   \backprime ‵ 275   \vdots ⋮ 278   \imath ı 322   \jmath ȷ 384   \wp ℘ 636
\mho ℧ 722   \eth ð 556   \Bbbk 𝕜 556   \complement ∁ 500   \square □ 778
\blacksquare ■ 778   \checkmark ✓ 833   \maltese ✠ 833   \flat ♭ 389   \natural ♮ 389
\sharp ♯ 389   a a 529   b b 429   c c 433   d d 520   e e 466   f f 597   g g 513   h h 576
i i 345   j j 469   k k 552   l l 318   m m 878   n n 600   o o 485   p p 503   q q 482
r r 479   s s 469   t t 361   u u 572   v v 521   w w 743   x x 572   y y 526   z z 509
A A 750   B B 809   C C 786   D D 856   E E 796   F F 782   G G 786   H H 912   I I 518
J J 651   K K 921   L L 681   M M 1079   N N 912   O O 791   P P 781   Q Q 791   R R 767
S S 671   T T 723   U U 792   V V 806   W W 1083   X X 907   Y Y 803   Z Z 754   0 0 500
1 1 500   2 2 500   3 3 500   4 4 500   5 5 500   6 6 500   7 7 500   8 8 500   9 9 500
. . 278   / / 500   | | 278   \| ‖ 500   \vert | 278   \Vert ‖ 500   \% % 833   \# # 833
\& & 778   \_ _ 360   \$ $ 500   \backslash \ 500
"""

_BINARY = r"""
\dagger † 444   \ddagger ‡ 444   \intercal ⊺ 556   \star ⋆ 500   \ast ∗ 500   \circ ∘ 500
\bullet ∙ 500   \cdot ⋅ 278   \times × 778   \div ÷ 778   \pm ± 778   \mp ∓ 778
\wedge ∧ 667   \vee ∨ 667   \veebar ⊻ 611   \barwedge ⊼ 611   \cap ∩ 667   \cup ∪ 667
\setminus ∖ 500   \oplus ⊕ 778   \otimes ⊗ 778   \odot ⊙ 778   \bmod mod 2028
\bigtriangleup △ 889   \triangle △ 889   + + 778   - − 778   * ∗ 500
"""

_RELATION = r"""
\leq ≤ 778   \le ≤ 778   \geq ≥ 778   \ge ≥ 778   \neq ≠ 778   \ne ≠ 778
\equiv ≡ 778   \approx ≈ 778   \sim ∼ 778   \simeq ≃ 778   \propto ∝ 778
\in ∈ 667   \notin ∉ 667   \ni ∋ 667   \subset ⊂ 778   \subseteq ⊆ 778   \supset ⊃ 778
\supseteq ⊇ 778   \to → 1000   \rightarrow → 1000   \leftarrow ← 1000   \Rightarrow ⇒ 1000
\Leftarrow ⇐ 1000   \Leftrightarrow ⇔ 1000   \leftrightarrow ↔ 1000   \mapsto ↦ 1000
\longmapsto ⟼ 1611   \longrightarrow ⟶ 1611   \mid ∣ 278   \parallel ∥ 500   \perp ⊥ 778
\ll ≪ 1000   \gg ≫ 1000   \nRightarrow ⇏ 1000   \nLeftrightarrow ⇎ 1000   \prec ≺ 778
\succ ≻ 778   \preceq ⪯ 778   \succeq ⪰ 778   \vdash ⊢ 611   \models ⊨ 889   \cong ≅ 778
\asymp ≍ 778   \doteq ≐ 778   \colon : 722   = = 778   < < 778   > > 778   : : 278
"""

_INNER = r"""
\ldots … 1167   \cdots ⋯ 1167   \dots … 1167
"""

_OPERATOR = r"""
\sum ∑ 1444   \prod ∏ 1278   \int ∫ 1000   \oint ∮ 1000   \iint ∬ 1667   \iiint ∭ 2333
\coprod ∐ 1278   \bigcup ⋃ 1111   \bigcap ⋂ 1111   \bigoplus ⨁ 1511   \bigotimes ⨂ 1511
\sin sin 1228   \cos cos 1339   \tan tan 1444   \cot cot 1333   \sec sec 1283   \csc csc 1283
\sinh sinh 1783   \cosh cosh 1894   \tanh tanh 2000   \coth coth 1889   \arcsin arcsin 2564
\arccos arccos 2675   \arctan arctan 2781   \log log 1292   \ln ln 833   \exp exp 1528
\lg lg 792   \det det 1389   \dim dim 1667   \ker ker 1336   \deg deg 1514   \gcd gcd 1500
\arg arg 1406   \hom hom 1889   \lim lim 1389   \max max 1861   \min min 1667   \sup sup 1506
\inf inf 1217   \limsup limsup 3061   \liminf liminf 2772   \Pr Pr 1072
"""

_OPENING = r"""
( ( 389   [ [ 278   \{ { 500   \langle ⟨ 389   \lfloor ⌊ 444   \lceil ⌈ 444   \lvert | 278
\lVert ‖ 500
"""

_CLOSING = r"""
) ) 389   ] ] 278   ! ! 278   \} } 500   \rangle ⟩ 389   \rfloor ⌋ 444   \rceil ⌉ 444
\rvert | 278   \rVert ‖ 500
"""

_PUNCTUATION = r"""
, , 278   ; ; 278
"""


@dataclass(frozen=True)
class Sign:
    """One sign: what LaTeX calls it, what Unicode has for it, how it is spaced, how wide it is."""

    command: str
    char: str
    kind: Kind
    width: float


def _read(table: str, kind: Kind) -> dict[str, Sign]:
    words = table.split()
    rows = zip(words[::3], words[1::3], words[2::3], strict=True)
    return {command: Sign(command, char, kind, int(width) / 1000) for command, char, width in rows}


SIGNS: dict[str, Sign] = {
    **_read(_ORDINARY, Kind.ORDINARY),
    **_read(_BINARY, Kind.BINARY),
    **_read(_RELATION, Kind.RELATION),
    **_read(_INNER, Kind.INNER),
    **_read(_OPERATOR, Kind.OPERATOR),
    **_read(_OPENING, Kind.OPENING),
    **_read(_CLOSING, Kind.CLOSING),
    **_read(_PUNCTUATION, Kind.PUNCTUATION),
}

# Spellings that plain LaTeX with amsmath lacks, or that come out best under another name.
SAME_AS = {r"\lt": "<", r"\gt": ">", r"\dots": r"\ldots", r"\lbrace": r"\{", r"\rbrace": r"\}"}
