"""The style of the HTML pages: light and dark, from 400 px up, printable, no fonts to load."""

from __future__ import annotations

PALETTE = """:root { color-scheme: light dark; --paper: #fdfcf9; --ink: #22211f; --soft: #6a665e;
  --line: #dcd8ce; --box: #f4f1ea; --link: #1c4f82; --good: #2a6135; --fair: #6b5312;
  --bad: #a1241c; --good-box: #e3efe2; --fair-box: #f5ecd0; --bad-box: #fae0dc; }
@media (prefers-color-scheme: dark) { :root { --paper: #191a1c; --ink: #e4e1da; --soft: #a19c92;
  --line: #3a3b3e; --box: #222427; --link: #8fbbe8; --good: #a4d6a4; --fair: #e3c878;
  --bad: #f2a49b; --good-box: #22372a; --fair-box: #3b3420; --bad-box: #482420; } }
"""

PLOTS = """.plot { margin: .6rem 0; }
.plot svg { display: block; width: 100%; height: auto; }
.plot text { font: 12px system-ui, sans-serif; fill: var(--soft); }
.plot .name { fill: var(--ink); }
.plot path { fill: none; stroke: var(--line); }
.plot .frame { stroke: var(--soft); }
.plot .grid, .plot .cut { stroke-width: .7; }
.plot .dots { stroke: var(--link); stroke-width: 2.6; stroke-linecap: round; opacity: .6; }
.plot .beyond { stroke: var(--bad); stroke-width: 1.4; }
.plot path.target { stroke: var(--fair); stroke-dasharray: 6 4; }
.plot text.target { fill: var(--fair); }
.plot .worst { fill: none; stroke: var(--bad); stroke-width: 1.8; }
.plot .paper { fill: var(--paper); }
.plot .ours { fill: var(--good); }
.plot .rival { fill: var(--link); }
.plot .label { paint-order: stroke; stroke: var(--paper); stroke-width: 3px; }
.plot .leader { stroke: var(--soft); stroke-width: .7; }
"""

_PAGE = """* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100%; }
body { margin: 0; font: 1.06rem/1.55 "Iowan Old Style", "Palatino Linotype", Palatino,
  "TeX Gyre Pagella", "Book Antiqua", Georgia, serif; }
main { max-width: 46rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
a { color: var(--link); text-decoration-thickness: .06em; text-underline-offset: .15em; }
nav, .fine, .verdict, footer { font-size: .88rem; color: var(--soft); }
h1 { font-size: 1.9rem; line-height: 1.2; font-weight: 500; margin: .8rem 0 .5rem;
  text-wrap: balance; }
h2 { font-size: 1.22rem; line-height: 1.3; font-weight: 600; margin: 0 0 .5rem; display: flex;
  flex-wrap: wrap; gap: .3rem .7rem; align-items: baseline; justify-content: space-between; }
h2 a { color: inherit; text-decoration: none; }
h2 a:hover { text-decoration: underline; }
h3 { font-size: 1.05rem; margin: 2rem 0 .4rem; }
p { margin: .5rem 0; overflow-wrap: break-word; }
.citation { color: var(--soft); }
article { border-top: 1px solid var(--line); margin-top: 2.2rem; padding-top: 1.6rem;
  scroll-margin-top: 1rem; }
.theorem { font-style: italic; }
.theorem pre, .theorem math { font-style: normal; }
ol.steps { list-style: none; counter-reset: step; padding: 0; margin: 1rem 0 0; }
ol.steps > li { counter-increment: step; margin: 1.1rem 0; padding-left: 1.7rem;
  position: relative; }
ol.steps > li::before { content: counter(step) "."; position: absolute; left: 0;
  font-weight: 600; }
.formula { display: flex; align-items: center; gap: 1rem; margin: .35rem 0; }
.formula > div { flex: 1; min-width: 0; overflow-x: auto; overflow-y: hidden; padding: .3rem 0; }
.formula .tag { flex: none; color: var(--soft); }
math { font-family: "Latin Modern Math", "STIX Two Math", "Cambria Math", math; font-size: 1.06em; }
math[display="block"] { margin: 0 auto; width: max-content; max-width: none; padding: 0 .1rem; }
mtable.lines > mtr > mtd { text-align: left; padding: .3em 0; }
mtable.lines > mtr > mtd:first-child:not(:last-child) { text-align: right; }
mtable.lines { math-style: normal; }
mtable.cases mtd, mtable.stack mtd { text-align: left; }
.badge { font: 600 .72rem/1 system-ui, sans-serif; letter-spacing: .04em; white-space: nowrap;
  border: 1px solid currentColor; border-radius: .25rem; padding: .2rem .4rem;
  display: inline-block; }
.good { color: var(--good); background: var(--good-box); }
.fair { color: var(--fair); background: var(--fair-box); }
.bad { color: var(--bad); background: var(--bad-box); }
.counterexample { border-left: 3px solid var(--bad); padding: .2rem .8rem; margin: .4rem 0;
  overflow-wrap: anywhere; }
details { margin: .3rem 0; font-size: .88rem; }
summary { cursor: pointer; color: var(--soft); width: fit-content; }
textarea, pre { font: .8rem/1.45 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
  color: var(--ink); background: var(--box); border: 1px solid var(--line); border-radius: .3rem;
  padding: .6rem .7rem; }
textarea { width: 100%; resize: vertical; }
pre { overflow-x: auto; margin: .5rem 0; }
code { font: .86em ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
  overflow-wrap: anywhere; }
ul.plain { padding-left: 1.1rem; margin: .3rem 0; }
.row { display: flex; flex-wrap: wrap; gap: .4rem; align-items: center; margin: .6rem 0; }
.graph { overflow-x: auto; margin: 1.2rem 0; position: relative; left: 50%; width: max-content;
  max-width: 94vw; transform: translateX(-50%); }
.graph svg { display: block; margin: 0 auto; }
.graph text { font: 13px system-ui, sans-serif; fill: var(--ink); }
.graph rect { fill: var(--box); stroke: var(--line); }
.graph .node-good rect { fill: var(--good-box); stroke: var(--good); }
.graph .node-fair rect { fill: var(--fair-box); stroke: var(--fair); }
.graph .node-bad rect { fill: var(--bad-box); stroke: var(--bad); }
.graph .elsewhere rect { stroke-dasharray: 4 3; }
.graph path { fill: none; stroke: var(--soft); stroke-width: 1.2; }
.graph .tip { fill: var(--soft); stroke: none; }
.graph a:hover rect, .graph a:focus rect { stroke-width: 2.5; }
"""

_REST = """figcaption { font-size: .88rem; color: var(--soft); overflow-wrap: anywhere; }
.kernel { margin: 1.2rem 0; }
.curves { margin: .6rem 0; }
.curves svg { display: block; width: 100%; height: auto; }
.kernel h3 { margin: 1.4rem 0 .3rem; overflow-wrap: anywhere; }
.kernel pre { max-height: 32rem; }
.kernel table { border-collapse: collapse; margin: .5rem 0; }
.kernel th, .kernel td { text-align: left; vertical-align: top; font-weight: 400;
  padding: .15rem .9rem .15rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.kernel th { color: var(--soft); min-width: 9rem; }
.papers { list-style: none; padding: 0; }
.papers > li { border-top: 1px solid var(--line); padding: 1.1rem 0; }
.papers h2 { margin-bottom: .2rem; }
footer { border-top: 1px solid var(--line); margin-top: 3rem; padding-top: 1rem; }
@media (max-width: 30rem) { main { padding: 1.5rem .9rem 3rem; } h1 { font-size: 1.5rem; }
  ol.steps > li { padding-left: 0; } ol.steps > li::before { position: static; margin-right: .4em; }
  .formula { gap: .4rem; } }
@media print { details, nav { display: none; } article { break-inside: auto; } }
"""

STYLE = f"\n{PALETTE}{_PAGE}{PLOTS}{_REST}"
