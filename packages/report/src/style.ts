/** The one style sheet, inlined into every page: light and dark, narrow and wide, screen and paper. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fdfdfb; --card: #f5f5f1; --ink: #22221f; --soft: #5d5d57; --line: #dcdcd5; --accent: #1f5fa8; --good: #1c6b36; --bad: #a33327;
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #171716; --card: #212120; --ink: #ecece6; --soft: #a9a9a1; --line: #3a3a37; --accent: #8fbcf2; --good: #83cf9a; --bad: #f09a8e; }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main, header.page, footer { max-width: 68rem; margin: 0 auto; padding: 0 1.25rem; }
header.page { padding-top: 2.5rem; }
h1 { font-size: clamp(1.5rem, 4vw, 2.1rem); line-height: 1.2; margin: 0 0 .4rem; letter-spacing: -.015em; }
h2 { font-size: 1.25rem; margin: 3rem 0 .6rem; padding-top: .9rem; border-top: 1px solid var(--line); letter-spacing: -.01em; }
h3 { font-size: 1rem; margin: 0; }
p { margin: .4rem 0; }
a { color: var(--accent); }
a:focus-visible, summary:focus-visible, button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.lead, .note, figcaption, caption { color: var(--soft); }
.note, figcaption, caption { font-size: .875rem; }
.chips { display: flex; flex-wrap: wrap; gap: .4rem; padding: 0; margin: .8rem 0 0; list-style: none; }
.chips li { border: 1px solid var(--line); border-radius: 1rem; padding: .1rem .7rem; font-size: .85rem; color: var(--soft); }
.warning { border-left: 3px solid var(--accent); padding: .3rem .8rem; background: var(--card); margin-top: 1rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; padding: 0; margin: 1.2rem 0 0; list-style: none; font-size: .9rem; }
.headline { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .8rem; margin: 1.6rem 0 0; padding: 0; list-style: none; }
.headline li { background: var(--card); border-radius: .6rem; padding: .8rem 1rem; }
.headline b { display: block; font-size: 1.9rem; font-weight: 600; line-height: 1.2; font-variant-numeric: tabular-nums; letter-spacing: -.02em; }
.headline b small { font-size: .95rem; font-weight: 400; color: var(--soft); letter-spacing: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .92rem; margin: .6rem 0; }
caption { text-align: left; padding-bottom: .4rem; }
th, td { padding: .35rem .9rem .35rem 0; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
thead th { font-weight: 500; color: var(--soft); }
tbody th { font-weight: 500; }
td.strong { font-weight: 650; }
td.text { text-align: left; }
th button { all: unset; cursor: pointer; }
th[aria-sort=ascending] button::after { content: " ↑"; } th[aria-sort=descending] button::after { content: " ↓"; }
figure { margin: .8rem 0; }
.row { display: flex; flex-wrap: wrap; gap: .4rem 1.6rem; align-items: flex-start; }
.plot { max-width: 100%; overflow-x: auto; }
.plot svg { max-width: 100%; height: auto; display: block; }
.plot text { font-family: system-ui, sans-serif; }
@media (prefers-color-scheme: dark) {
  .plot .role-axis text, .plot .role-legend text, .plot .role-title text { fill: var(--soft); }
  .plot .role-axis line { stroke: var(--line); }
}
img.pictures { image-rendering: pixelated; max-width: 100%; height: auto; display: block; border-radius: .2rem; }
ul.clusters { list-style: none; padding: 0; margin: .8rem 0 0; display: grid; gap: 1rem 1.6rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr)); }
.term { display: inline-block; background: var(--card); border-radius: .3rem; padding: .05rem .45rem; margin: .1rem .3rem .1rem 0; font-size: .9rem; }
code, pre { font: .85em/1.5 ui-monospace, SFMono-Regular, Menlo, monospace; }
pre { overflow-x: auto; background: var(--card); padding: .8rem; border-radius: .4rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.2rem; font-size: .92rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
summary { cursor: pointer; margin-top: .6rem; }
footer { margin-top: 4rem; padding-bottom: 2.5rem; color: var(--soft); font-size: .85rem; }
@media (max-width: 36rem) { dl { grid-template-columns: 1fr; } dt { margin-top: .4rem; } }
@media print {
  :root { --paper: #fff; --card: #f4f4f2; --ink: #000; --soft: #444; --line: #ccc; }
  body { font-size: 10pt; } nav { display: none; } h2 { break-after: avoid; } figure, li, tr { break-inside: avoid; } .scroll { overflow: visible; }
}
`;
