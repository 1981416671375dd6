/** The style sheet of every page, inlined: light and dark, narrow and wide, screen and paper. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fdfdfb; --card: #f5f5f1; --ink: #22221f; --soft: #5d5d57; --line: #dfdfd8; --accent: #1f5fa8; --good: #1c6b36; --bad: #a33327;
  --heat: 31 95 168; --heat-most: .62; --spare: #8a8a86;
  --plot-ink: #4c4c47; --plot-axis: #8a8a86; --plot-grid: #e8e8e2; --plot-accent: #1f5fa8; --plot-wrong: #c9533f;
  --c0: #4477aa; --c1: #ee6677; --c2: #228833; --c3: #ccbb44; --c4: #66ccee; --c5: #aa3377; --c6: #e69f00; --c7: #882255; --c8: #44aa99; --c9: #997755;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #171716; --card: #212120; --ink: #ecece6; --soft: #adada5; --line: #363633; --accent: #8fbcf2; --good: #83cf9a; --bad: #f09a8e;
    --heat: 120 175 245; --heat-most: .5;
    --plot-ink: #b9b9b1; --plot-axis: #6e6e69; --plot-grid: #2c2c2a; --plot-accent: #8fbcf2; --plot-wrong: #e88573;
    --c0: #6ea0d4; --c1: #f27f8d; --c2: #4fb562; --c3: #d8ca5e; --c4: #7fd6f4; --c5: #d264a2; --c6: #efb13a; --c7: #b9648e; --c8: #5fc4b3; --c9: #b8967a;
  }
}
* { box-sizing: border-box; } [hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 3.2rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif; }
main, header.page, footer, nav ul { max-width: 66rem; margin: 0 auto; padding-left: 1.25rem; padding-right: 1.25rem; }
h1 { font-size: clamp(1.55rem, 4.2vw, 2.3rem); line-height: 1.15; margin: 0 0 .5rem; letter-spacing: -.02em; font-weight: 650; text-wrap: balance; }
h2 { font-size: 1.15rem; line-height: 1.3; margin: 0 0 .35rem; letter-spacing: -.01em; font-weight: 650; }
h3 { font-size: .95rem; margin: 0; font-weight: 600; }
p { margin: .4rem 0; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
.hidden, .skip:not(:focus) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.lead, .note, figcaption, caption { color: var(--soft); }
.note, figcaption, caption { font-size: .84rem; line-height: 1.45; }
.note { margin: 0; }
p.summary { margin: 0 0 .7rem; font-size: .9rem; }
.body > .note { margin-top: .7rem; }

header.page { padding-top: 3rem; padding-bottom: 1.4rem; }
.verdict { max-width: 52rem; margin: .4rem 0 .7rem; font-size: 1.06rem; }
.lead { max-width: 46rem; margin: 0; } .links { margin: 0 0 .8rem; font-size: .84rem; color: var(--soft); } .lead + .links { margin: .6rem 0 0; }
.facts { display: flex; flex-wrap: wrap; gap: .3rem 2.2rem; margin: 1.3rem 0 0; }
.facts dt { font-size: .74rem; line-height: 1.4; }
.facts dd { font-size: .92rem; }
.headline { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 11.5rem), 1fr)); margin: 1.6rem 0 0; padding: 0; list-style: none; border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); }
.headline li { padding: 1rem 1rem 1rem 0; font-variant-numeric: tabular-nums; }
.headline .name { display: block; font-size: .84rem; color: var(--soft); }
.headline b { font-size: 2.15rem; font-weight: 600; line-height: 1.2; letter-spacing: -.03em; margin-right: .4rem; white-space: nowrap; }
.headline b small { font-size: 1.2rem; font-weight: 500; letter-spacing: 0; }
.headline .of { display: block; color: var(--soft); font-size: .9rem; }
.headline .published, .headline .words { display: block; font-size: .84rem; color: var(--soft); } .headline .words { line-height: 1.4; }
.strip { display: block; width: 100%; max-width: 16rem; height: auto; margin: .5rem 0 .3rem; overflow: visible; } .strip text { font-size: 10px; fill: var(--soft); } .strip line { stroke-width: 2; stroke: currentColor; } .strip .axis { stroke: var(--line); stroke-width: 1; }
.strip .seed { fill: var(--paper); stroke: var(--accent); } .strip-mark { width: .9em; height: .9em; vertical-align: -.05em; overflow: visible; } .key { margin-top: .6rem; } .key > span { white-space: nowrap; }
.strip g, .strip-mark g { color: var(--soft); fill: var(--soft); } .strip .here, .strip-mark .here { color: var(--accent); fill: var(--accent); } .strip .published path, .strip-mark .published path, .strip .ae-kmeans path, .strip-mark .ae-kmeans path { fill: var(--paper); stroke: var(--soft); stroke-width: 1.8; }
em { font-style: normal; font-weight: 600; } .soft { color: var(--soft); } em.soft { font-weight: 400; } .good { color: var(--good); } em.bad { color: var(--bad); }
.note-box { border-left: 3px solid var(--accent); padding: .45rem .9rem; background: var(--card); margin: 1rem 0 0; font-size: .9rem; }
.note-box.bad { border-color: var(--bad); } .note-box + .note-box { margin-top: .4rem; } .note-box + .verdict { margin-top: 1rem; } .note.departures { margin-top: .4rem; max-width: 52rem; }

nav { position: sticky; top: 0; z-index: 1; background: var(--paper); border-bottom: 1px solid var(--line); }
nav ul { display: flex; gap: 0 1.1rem; list-style: none; overflow-x: auto; scrollbar-width: none; font-size: .84rem; }
nav a { display: block; padding: .6rem 0; white-space: nowrap; color: var(--soft); text-decoration: none; }
nav a:hover, nav a:focus-visible { color: var(--ink); }

.part { padding: 2.2rem 0; border-bottom: 1px solid var(--line); }
.part:last-child { border-bottom: 0; }
.body { min-width: 0; margin-top: .9rem; }
@media (min-width: 60rem) {
  nav ul { flex-wrap: wrap; }
  .part { display: grid; grid-template-columns: 12.5rem minmax(0, 1fr); gap: 2.5rem; }
  .side > * { position: relative; } .body { margin-top: .1rem; }
}

.scroll { position: relative; overflow-x: auto; margin: 0 0 .4rem; }
.scroll + .scroll, dl + .scroll, .scroll + dl, .curves + .scroll { margin-top: 1.4rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
caption { text-align: left; padding-bottom: .3rem; }
th, td { padding: .32rem 1.3rem .32rem 0; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; font-weight: 400; }
th:last-child, td:last-child { padding-right: 0; }
th:first-child, td:first-child { text-align: left; }
thead th { color: var(--soft); font-size: .82rem; vertical-align: bottom; }
tbody th { font-weight: 500; }
tbody tr:last-child > * { border-bottom-color: var(--soft); } thead tr > * { border-bottom-color: var(--soft); }
tfoot > tr > * { border-bottom: 0; color: var(--soft); }
td.strong { font-weight: 650; } .muted { font-weight: 400; color: var(--soft); }
td.text, th.text { text-align: left; } td.why { white-space: normal; min-width: 13rem; max-width: 24rem; font-size: .84rem; overflow-wrap: anywhere; } td.run, th.run { color: var(--soft); } th.shown { text-decoration: underline; text-underline-offset: 3px; }
.figures tbody td { padding-top: .45rem; padding-bottom: .45rem; }

table.confusion { font-size: .8rem; }
.confusion th, .confusion td { padding: 0 .35rem; height: 2.3rem; min-width: 2.9rem; text-align: center; border: 0; }
.confusion tbody th { text-align: right; padding-right: .7rem; font-weight: 500; }
.confusion thead th, .confusion tfoot > tr > * { height: 1.8rem; }
.confusion tbody td[style] { background: rgb(var(--heat) / calc(.03 + (var(--heat-most) - .03) * var(--share))); border: 1px solid var(--paper); }
.confusion td.right { font-weight: 650; box-shadow: inset 0 0 0 1.5px var(--accent); }
.confusion td:not([style]) { color: var(--soft); } .zero { opacity: .35; }

figure { margin: 0; }
figcaption { margin-top: .4rem; }
.plot svg { max-width: 100%; height: auto; display: block; }
.plot text, .parallel text { font-family: inherit; } .parallel { display: block; height: auto; } .parallel .halo { stroke: var(--paper); } .scroll .plot svg { min-width: 40rem; }
.curves { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); gap: 1.6rem 1.2rem; }

.readout { position: fixed; z-index: 3; max-width: min(18rem, 90vw); padding: .35rem .6rem; background: var(--paper); border: 1px solid var(--line); border-radius: .4rem; box-shadow: 0 4px 18px rgb(0 0 0 / .16); pointer-events: none; font-size: .78rem; line-height: 1.45; font-variant-numeric: tabular-nums; } .readout b, .readout span { display: block; font-weight: 600; } .readout span { font-weight: 400; } .readout i { display: inline-block; width: .6em; height: .6em; border-radius: 50%; margin-right: .45em; }
.guide { pointer-events: none; } .guide line { stroke: var(--plot-axis); stroke-width: 1; } .guide circle { stroke: var(--paper); stroke-width: 1; }

img.pictures { image-rendering: pixelated; max-width: 100%; height: auto; display: block; }
ul.clusters { list-style: none; padding: 0; margin: 0; display: grid; gap: 1.7rem 1.8rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)); }
ul.clusters > li > :last-child { margin-top: .5rem; }
h4 { font-size: .8rem; font-weight: 500; color: var(--soft); margin: .7rem 0 .25rem; overflow-wrap: anywhere; }
ul.documents { list-style: none; margin: 0; padding: 0; font-size: .84rem; } .documents li { overflow-wrap: anywhere; } .documents b { font-weight: 600; color: var(--bad); } .documents li + li { margin-top: .2rem; }
.beside { display: flex; flex-wrap: wrap; gap: 1rem 3rem; align-items: center; margin-bottom: 1.6rem; }
.histograms { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 11rem), 1fr)); gap: 1.2rem; }
.bar { height: 3px; background: var(--line); margin-top: .3rem; max-width: 22.4rem; } .bar i { display: block; height: 100%; background: var(--accent); }
.terms { font-size: .9rem; line-height: 1.9; margin: 0; } .terms span { display: inline-block; background: var(--card); border-radius: .25rem; padding: 0 .45rem; margin-right: .3rem; }
figure.grid { display: grid; grid-template-columns: auto minmax(0, max-content); width: fit-content; max-width: 100%; font-size: .8rem; color: var(--soft); }
figure.grid img { grid-column: 2; }
figure.grid .rows { grid-column: 1; display: grid; grid-auto-rows: 1fr; align-items: center; text-align: right; padding-right: .8rem; white-space: nowrap; }
figure.grid .columns span { overflow: hidden; text-overflow: ellipsis; } figure.grid .columns { grid-column: 2; display: grid; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); text-align: center; padding-bottom: .3rem; white-space: nowrap; }

.maps fieldset { border: 0; padding: 0; margin: 0 0 .8rem; display: flex; flex-wrap: wrap; gap: .3rem 1rem; font-size: .88rem; } .maps legend { float: left; color: var(--soft); padding: 0; margin-right: 1rem; }
.maps label { cursor: pointer; } .maps input { accent-color: var(--accent); margin: 0 .35rem 0 0; }
.layouts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 2.5rem; align-items: end; }
.layouts figure:only-child, .layouts figure:first-child { max-width: 36rem; } .layouts figure:first-child:nth-last-child(odd) { grid-column: 1 / -1; }
.maps { position: relative; } .surface { cursor: crosshair; touch-action: pan-y pinch-zoom; }
.dots .ring { fill: none; stroke: var(--ink); stroke-width: calc(5px / var(--zoom, 1)); pointer-events: none; r: calc(16px / var(--zoom, 1)); } .dots .ring.pinned { stroke-width: calc(9px / var(--zoom, 1)); }
.dots.zoomed { overflow: hidden; cursor: grab; } .dots .faint { opacity: .1; } .layouts figure { position: relative; }
.zoom { position: absolute; top: 0; right: 0; display: flex; gap: .3rem; } .zoom button { font: inherit; width: 1.9rem; height: 1.9rem; line-height: 1; color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: .3rem; cursor: pointer; } .zoom button:hover { border-color: var(--soft); }
.legend button { font: inherit; color: inherit; background: none; border: 0; border-radius: .3rem; padding: .1rem .35rem; margin: 0 -.35rem; cursor: pointer; } .legend button:hover { background: var(--card); } .legend button[aria-pressed=true] { background: var(--card); box-shadow: inset 0 0 0 1px var(--soft); }
.nearest { list-style: none; margin: .2rem 0 0; padding: 0; } .nearest.pictures { display: flex; gap: .4rem; } .nearest .picture { margin: 0; } .nearest.pictures span { display: block; text-align: center; font-size: .72rem; }
.printed { display: none; }
.card { position: absolute; top: 0; left: 0; z-index: 2; max-width: 15rem; padding: .6rem; background: var(--paper); border: 1px solid var(--line); border-radius: .4rem; box-shadow: 0 4px 18px rgb(0 0 0 / .16); pointer-events: none; font-size: .8rem; line-height: 1.4; }
.card p { margin: 0; } .card .facts span { display: block; } .card .facts span:last-child, .card .words { color: var(--soft); } .card .words { margin-bottom: .3rem; }
.card .facts { display: block; margin: 0; } .card .facts span:first-child { font-weight: 600; }
.picture { image-rendering: pixelated; background-repeat: no-repeat; margin-bottom: .4rem; }
.moments { display: flex; align-items: center; gap: .8rem; margin-top: .7rem; font-size: .84rem; } .moments label { flex: 1; display: flex; } .moments input { width: 100%; margin: 0; accent-color: var(--accent); } .moments output { min-width: 5.2em; font-variant-numeric: tabular-nums; }
.moments button { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: .3rem; padding: .15rem .7rem; min-width: 3.6rem; cursor: pointer; } .moments button:hover { border-color: var(--soft); }
.dots { width: 100%; height: auto; display: block; overflow: visible; }
.dots path { fill: none; stroke: var(--by-class); stroke-width: calc(11px / pow(var(--zoom, 1), .6)); stroke-linecap: round; stroke-opacity: .72; }
.dots text { font: 650 calc(34px / var(--zoom, 1)) system-ui, sans-serif; fill: var(--ink); text-anchor: middle; dominant-baseline: central; paint-order: stroke; stroke: var(--paper); stroke-width: calc(9px / var(--zoom, 1)); stroke-linejoin: round; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .15rem 1.1rem; margin: 1rem 0 0; padding: 0; font-size: .84rem; }
table.rows tbody + tbody th[scope="rowgroup"] { padding-top: 1.2rem; } table.rows th[scope="rowgroup"] { text-align: left; font-weight: 600; } table.rows td { max-width: 18rem; overflow-wrap: anywhere; }
.legend.seeds { margin: 0 0 1rem; }
.phases { list-style: none; display: flex; gap: 2px; margin: 0 0 1rem; padding: 0; font-size: .84rem; } .phases li { flex: 1 0 max-content; padding: .2rem .6rem; background: var(--card); border-top: 3px solid var(--plot-axis); } .phases li:last-child { border-color: var(--plot-accent); }
.legend i { display: inline-block; width: .7em; height: .7em; border-radius: 50%; margin-right: .4em; }
.maps:has(input[value=class]:checked) .by-cluster, .maps:has(input[value=cluster]:checked) .by-class { display: none; }
.maps:has(input[value=cluster]:checked) .dots path, .maps:not(:has(input[name=map-colour])) .dots path { stroke: var(--by-cluster); }

.play button { font: inherit; font-size: .88rem; color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: .35rem; padding: .3rem .65rem; cursor: pointer; } .play button:hover { border-color: var(--soft); } .play > p { margin: 0 0 .7rem; }

code, pre { font: .84em/1.5 ui-monospace, SFMono-Regular, Menlo, "DejaVu Sans Mono", monospace; }
pre { overflow-x: auto; background: var(--card); padding: .7rem .9rem; border-radius: .3rem; margin: .4rem 0 0; font-size: .8rem; }
pre.command { margin: 0 0 1.4rem; white-space: pre-wrap; }
dl { margin: 0; } dd { margin: 0; overflow-wrap: anywhere; } dt { color: var(--soft); }
.body dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .3rem 1.4rem; font-size: .9rem; }
summary { cursor: pointer; margin-top: 1rem; font-size: .9rem; }
footer { padding-top: 1.4rem; padding-bottom: 3rem; color: var(--soft); font-size: .84rem; }

th button { all: unset; cursor: pointer; } th button:hover { color: var(--ink); } th button:focus-visible { outline: 2px solid var(--accent); }
th[aria-sort=ascending] button::after { content: " ↑"; } th[aria-sort=descending] button::after { content: " ↓"; }
.overview td, .overview th { vertical-align: top; padding-right: 1.1rem; } .overview .note { white-space: nowrap; }
.study .note { white-space: normal; } main.wide > section { margin-bottom: 2.6rem; } main.wide > section > .note { margin-bottom: .9rem; }
main.wide, header.wide, footer.wide, nav.wide ul { max-width: 90rem; } nav.wide { margin-bottom: 1.6rem; }
.curves.wide { grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 24rem)); margin: .8rem 0; } main.wide > section > .scroll, main.wide > section > figure, main.wide > section > h3 { margin-top: 1rem; } ul.runs { padding-left: 1.1rem; margin: .8rem 0; }

@media (max-width: 40rem) {
  header.page { padding-top: 1.8rem; }
  .part { padding: 1.6rem 0; }
  .headline { grid-template-columns: 1fr 1fr; } .headline li { padding: .7rem .6rem .7rem 0; } .headline b { font-size: 1.7rem; } .headline b small { font-size: 1.2rem; font-weight: 500; letter-spacing: 0; }
  .histograms { grid-template-columns: 1fr 1fr; }
  .body dl { grid-template-columns: minmax(0, 1fr); gap: 0; } .body dd { margin-bottom: .5rem; }
  figure.grid { font-size: .62rem; } figure.grid .rows { padding-right: .4rem; }
}
@media print {
  .zoom, .choices .wrong { display: none; } .printed { display: grid; grid-template-columns: repeat(3, 1fr); gap: 4mm; margin-top: 4mm; } .layouts .printed figure { max-width: none; grid-column: auto; }
  :root {
    --paper: #fff; --card: #f4f4f2; --ink: #000; --soft: #444; --line: #ccc; --accent: #1f5fa8; --good: #1c6b36; --bad: #a33327; --heat: 31 95 168; --heat-most: .62;
    --plot-ink: #333; --plot-axis: #888; --plot-grid: #e5e5e0; --plot-accent: #1f5fa8; --plot-wrong: #c9533f;
  }
  @page { size: A4; margin: 16mm; }
  @page wide { size: A4 landscape; margin: 12mm; }
  header.wide, main.wide, footer.wide { page: wide; } main.wide .scroll { break-inside: auto; } main.wide > section > .note { break-after: avoid; }
  .overview.study td { min-width: 0; white-space: normal; } .overview.study td, .overview.study th { padding-right: 3mm; font-size: 7.5pt; } .overview.study .note { font-size: 7pt; } .curves.wide { grid-template-columns: repeat(3, 1fr); }
  body { font-size: 9.5pt; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  main, header.page, footer { max-width: none; padding-left: 0; padding-right: 0; }
  header.page { padding-top: 0; } nav, .links, details, .skip, .maps fieldset, .moments, .readout, .guide, #playground { display: none; }
  .part { display: block; padding: 5mm 0; } .body { margin-top: 3mm; }
  table { font-size: 8.5pt; } .headline { grid-template-columns: repeat(4, 1fr); } .headline b { font-size: 20pt; } .headline .of { display: block; }
  .side { break-inside: avoid; } .side, h2, h3, p.summary { break-after: avoid; } figure, ul.clusters li, tr, .headline li, .scroll { break-inside: avoid; } .scroll { overflow: visible; }
  ul.clusters { grid-template-columns: 1fr 1fr; gap: 4mm 6mm; } .curves { grid-template-columns: repeat(3, 1fr); gap: 4mm; } .histograms { grid-template-columns: repeat(4, 1fr); }
  .layouts { grid-template-columns: 1fr 1fr; gap: 6mm; } .layouts figure:first-child { max-width: 105mm; } figure.grid { max-width: 118mm; font-size: 7pt; }
  img.grey { filter: invert(1); }
}
`;
