/** Styles of the overview besides the shared style sheet: its table, the comparison, the curves. */
export const style = `
main.wide > p.note-box:first-child { margin-top: 0; }
.warning { color: var(--bad); white-space: normal; max-width: 16rem; }
button, select, input[type=search] { font: inherit; color: inherit; }
.toolbar { display: flex; flex-wrap: wrap; gap: .5rem .6rem; align-items: center; margin: 0 0 1.1rem; font-size: .88rem; }
.toolbar select, .toolbar input { background: var(--paper); border: 1px solid var(--line); border-radius: .35rem; padding: .32rem .5rem; min-height: 2.1rem; max-width: 100%; }
.toolbar select:hover, .toolbar input:hover { border-color: var(--soft); }
.toolbar .search input { width: 15rem; } .toolbar input::placeholder { color: var(--soft); opacity: 1; }
.toolbar .count { color: var(--soft); margin-left: auto; font-variant-numeric: tabular-nums; } .toolbar .narrow { display: none; }
button.quiet { background: none; border: 0; padding: .32rem .2rem; color: var(--accent); cursor: pointer; } button.quiet:hover { text-decoration: underline; text-underline-offset: 3px; }

.pipelines { width: 100%; font-size: .86rem; } .key-to-figures { margin: 0 0 .8rem; max-width: 62rem; }
.pipelines th, .pipelines td { vertical-align: top; padding: .55rem 1rem .55rem 0; }
.pipelines thead th { white-space: normal; padding-top: .3rem; padding-bottom: .4rem; vertical-align: bottom; }
.pipelines th.text, .pipelines th[scope=row], .pipelines td.text { text-align: left; }
.pipelines td.text { white-space: normal; min-width: 6.6rem; } .pipelines td[data-title=system] { min-width: min(16rem, 15vw); } .pipelines td[data-title=evaluated], .pipelines td.figure, .pipelines td.watched { white-space: nowrap; } .pipelines b { font-weight: 600; }
.pipelines .note { line-height: 1.35; } .pipelines .departing { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; }
.pipelines .pick { width: 2rem; padding-right: .6rem; text-align: left; }
.pipelines tbody tr:hover > * { background: var(--card); } .pipelines tbody tr.chosen > * { background: color-mix(in srgb, var(--accent) 9%, var(--paper)); }
.pipelines tr.other td, .pipelines tr.other th { color: var(--soft); } .pipelines tr.other td { white-space: normal; }
input[type=checkbox], input[type=radio] { accent-color: var(--accent); margin: 0; width: 1rem; height: 1rem; vertical-align: -.15rem; cursor: pointer; }
.watched > div { display: flex; gap: .6rem; text-align: left; } .pipelines td.watched { text-align: left; }
svg .line { fill: none; stroke: currentColor; stroke-width: 1.9; stroke-linejoin: round; } svg circle { fill: currentColor; }
.spark { color: var(--accent); flex: none; margin-top: .1rem; } .spark .line { stroke-width: 1.4; } .spark circle { fill: var(--accent); }
.waiting { margin-top: 1.4rem; color: var(--soft); } .waiting ul { columns: 14rem; list-style: none; padding: 0; margin: .7rem 0; font-size: .86rem; }

.picked { position: sticky; bottom: 1rem; z-index: 2; display: flex; align-items: center; gap: 1rem; width: fit-content; margin: 1.2rem auto 0; padding: .55rem .6rem .55rem 1.1rem; background: var(--ink); color: var(--paper); border-radius: .6rem; font-size: .9rem; box-shadow: 0 6px 24px rgb(0 0 0 / .22); }
.picked button { border: 0; border-radius: .4rem; padding: .4rem .9rem; background: var(--paper); color: var(--ink); font-weight: 600; cursor: pointer; }
.picked button.quiet { background: none; color: inherit; font-weight: 400; padding: .4rem .2rem; } .picked button:disabled { opacity: .45; cursor: default; }
.picked :focus-visible { outline-color: var(--paper); }

.comparison { padding-top: 2rem; } .comparison h1 { font-size: 1.8rem; } .comparison h2 { margin: 0 0 .5rem; } .back { margin: 0 0 .8rem; }
.both { display: grid; gap: 2rem 3rem; grid-template-columns: minmax(0, 1fr); margin-top: 1.6rem; }
@media (min-width: 72rem) { .both.two { grid-template-columns: minmax(0, max-content) minmax(20rem, 1fr); } }
.compared { border-collapse: separate; border-spacing: 0; }
.compared th, .compared td { vertical-align: top; text-align: left; padding: .45rem 2.2rem .45rem 0; white-space: nowrap; min-width: 9.5rem; }
.compared th[scope=row], .compared thead td { position: sticky; left: 0; background: var(--paper); z-index: 1; padding-right: 1.6rem; }
.compared thead th { color: var(--ink); font-size: .95rem; font-weight: 600; } .compared thead th .note { font-weight: 400; white-space: normal; max-width: 20rem; margin: .2rem 0 .45rem; }
.compared .base { font-size: .84rem; font-weight: 400; cursor: pointer; } .compared .base input { margin-right: .4rem; }
.compared .group th { padding-top: 1.4rem; font-weight: 650; border-bottom-color: var(--soft); white-space: normal; }
.compared .group th, .compared b { font-weight: 600; } .compared td.setting { white-space: normal; overflow-wrap: anywhere; max-width: 18rem; }
.key { vertical-align: .12rem; margin: 0 .35rem 0 0; } .key .line { stroke-width: 2.4; }
.legend { margin: 0 0 1rem; font-size: .88rem; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: 1.8rem 2rem; margin-bottom: .8rem; }
.chart figcaption { margin: 0 0 .3rem; color: var(--ink); font-weight: 600; font-size: .9rem; } .chart svg { width: 100%; height: auto; display: block; }
.chart text { font-size: 11px; fill: var(--plot-ink); font-variant-numeric: tabular-nums; } .chart .grid { stroke: var(--plot-grid); } .chart .axis { stroke: var(--plot-axis); }
.chart .mark { stroke: var(--paper); stroke-width: 1.2; }

button.open { font: inherit; color: var(--accent); background: none; border: 0; padding: 0; text-align: left; text-decoration: underline; text-underline-offset: 2px; cursor: pointer; }

.comparison > .note-box + .note { margin-top: .9rem; } .many { margin-top: 2.2rem; } .many h3 { margin: 1.4rem 0 .4rem; } .scroll.rows, .scroll.plot-box { position: relative; overflow: auto; max-height: 85vh; }
.runs { border-collapse: separate; border-spacing: 0; font-size: .86rem; width: 100%; } .runs th, .runs td { padding: .3rem .9rem .3rem 0; vertical-align: top; background: var(--paper); }
.runs thead th { position: sticky; top: 0; z-index: 2; vertical-align: bottom; } .runs th:first-child { position: sticky; left: 0; z-index: 1; text-align: left; padding-left: .4rem; } .runs thead th:first-child { z-index: 3; }
.runs .note { font-size: .78rem; font-weight: 400; } .runs abbr { text-decoration: none; } .runs b { font-weight: 700; } .runs tr.marked > * { background: color-mix(in srgb, var(--accent) 9%, var(--paper)); }
.mean-dots { display: block; width: 104px; height: 12px; margin: .1rem 0 0 auto; } .mean-dots .rule { stroke: var(--line); } .mean-dots .spread { stroke: var(--accent); stroke-width: 2.4; } .mean-dots .mean { fill: var(--accent); } .mean-dots .theirs { fill: none; stroke: var(--soft); stroke-width: 1.4; }
.parallels { margin: 0; } .parallel path[fill=none] { cursor: default; } .pointed { color: var(--plot-wrong); font-weight: 600; }
.by-value dl { margin: .6rem 0; font-size: .84rem; columns: 24rem; column-gap: 2.5rem; } .by-value dl > div { break-inside: avoid; margin-bottom: .8rem; } .by-value dd { margin: 0 0 0 1rem; color: var(--soft); overflow-wrap: anywhere; } .by-value b { color: var(--ink); font-weight: 600; }
.all-curves { margin-top: 2rem; } .all-curves h2 { display: none; } .all-curves .legend { margin-top: .8rem; }
@media (min-width: 76rem) { .scroll.rows, .scroll.plot-box { overflow: visible; max-height: none; } }

dialog.drawer { margin: 0 0 0 auto; width: min(38rem, 100vw); height: 100dvh; max-width: none; max-height: none; border: 0; border-left: 1px solid var(--line); padding: 0; background: var(--paper); color: var(--ink); overflow-y: auto; }
.drawer::backdrop { background: rgb(0 0 0 / .35); } .drawer .inside { padding: 1.4rem 1.5rem 2rem; } .drawer .close { float: right; } .drawer h3 { margin: 1.2rem 0 .3rem; }
.drawer dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .3rem 1.2rem; font-size: .88rem; margin: 1rem 0; } .drawer dt { color: var(--soft); } .drawer dd { margin: 0; } .drawer code { overflow-wrap: anywhere; }
.drawer table { font-size: .84rem; } .drawer .settings { width: 100%; } .drawer .settings th { text-align: left; white-space: normal; } .drawer .settings td { white-space: normal; overflow-wrap: anywhere; }
@media (max-width: 40rem) { .drawer dl { grid-template-columns: minmax(0, 1fr); gap: 0; } .drawer dd { margin-bottom: .5rem; } }

@media screen and (min-width: 46rem) and (max-width: 88rem) { .pipelines .spark { display: none; } .pipelines { font-size: .82rem; } .pipelines th[scope=row], .pipelines td[data-title=evaluated] { white-space: normal; } .pipelines th[scope=row] { min-width: 8.5rem; } .pipelines th, .pipelines td { padding-right: .8rem; } }
@media screen and (max-width: 46rem) {
  .runs th:first-child { white-space: normal; min-width: 7.5rem; max-width: 7.5rem; overflow-wrap: anywhere; }
  .toolbar .narrow { display: block; } .toolbar .search, .toolbar .search input { width: 100%; } .toolbar .choice { flex: 1 1 45%; } .toolbar .choice select { width: 100%; }
  .pipelines, .pipelines tbody { display: block; } .pipelines thead { display: none; }
  .pipelines tr { position: relative; display: grid; grid-template-columns: 1fr 1fr; gap: .1rem .8rem; padding: .9rem 0 .9rem 2rem; border-bottom: 1px solid var(--line); }
  .pipelines tr > * { display: block; border: 0; padding: .12rem 0; text-align: left; min-width: 0; background: none; white-space: normal; }
  .pipelines tbody tr:hover > *, .pipelines tbody tr.chosen > * { background: none; } .pipelines tbody tr.chosen { background: color-mix(in srgb, var(--accent) 9%, var(--paper)); }
  .pipelines tr > .pick { position: absolute; left: 0; top: .9rem; width: auto; } .pipelines [scope=row] { font-size: 1.02rem; }
  .pipelines [scope=row], .pipelines tr > .watched, .pipelines tr.other > .text { grid-column: 1 / -1; } .pipelines .empty { display: none; }
  .pipelines [data-title]::before { content: attr(data-title); display: block; font-size: .76rem; color: var(--soft); } .watched > div { justify-content: flex-start; }
  .compared th, .compared td { padding-right: 1.3rem; min-width: 8rem; } .compared th[scope=row], .compared thead td { min-width: 6.5rem; max-width: 7.5rem; white-space: normal; overflow-wrap: break-word; padding-right: .8rem; font-size: .82rem; }
}
.on-paper { display: none; }
@media print {
  @page table { size: A4; margin: 9mm; }
  header.index, main.index { page: table; } footer, .drawer { display: none; } .index h1 { font-size: 14pt; margin: 0; } header.index { padding: 0 0 2mm; } .index .key-to-figures { margin: 0 0 1.5mm; max-width: none; }
  .toolbar, .picked, .waiting, .back, .on-screen, th .on-screen, .pipelines .on-screen, .pipelines .pick, .base { display: none; } thead { break-inside: avoid; } span.on-paper, sup.on-paper { display: inline; } div.on-paper, ol.on-paper { display: block; }
  .pipelines, .pipelines thead th, .pipelines .note, .pipelines sup, .departures, .key-to-figures { font-size: 7pt; line-height: 1.16; }
  .pipelines th, .pipelines td { padding: .45mm 2.4mm .45mm 0; } .pipelines .spread { display: inline; margin-left: .8mm; } .pipelines { border-collapse: separate; border-spacing: 0; } .pipelines.dense th, .pipelines.dense td { padding-top: .2mm; padding-bottom: .25mm; } .dense .published, .dense .about { display: none; } .scroll:focus-visible { outline: 0; } .pipelines td.text, .pipelines td[data-title=system] { min-width: 0; } .pipelines th[scope=row] { white-space: normal; min-width: 27mm; } .pipelines a, .pipelines .open { color: inherit; text-decoration: none; }
  .pipelines [data-column=dataset], .pipelines [data-column=date], .pipelines [data-column=best], .pipelines th[scope=row] .note:not(.warning) { display: none; } .pipelines sup { vertical-align: baseline; } .pipelines sup::before { content: " ["; } .pipelines sup::after { content: "]"; }
  .departures { columns: 3; column-gap: 6mm; margin: 3mm 0 0; padding: 0; counter-reset: departure; list-style: none; } .departures li { counter-increment: departure; break-inside: avoid; } .departures li::before { content: "[" counter(departure) "] "; }
  .note, .compared td, .compared th, .runs td, .runs th, .runs .note, .legend, .by-value dl, figcaption { font-size: 7.5pt; } .charts { grid-template-columns: repeat(3, 1fr); } .pointed { display: none; }
  .comparison code { font-size: 7.5pt; } .comparison details { display: block; } .comparison summary { display: none; } .all-curves h2 { display: block; }
  .runs th, .runs td { position: static; padding: .6mm 3mm .6mm 0; } .parallel { width: 100%; } .many { margin-top: 0; } .many + .many { break-before: page; }
  thead { display: table-header-group; } .both, .both.two { display: block; } .comparison { padding-top: 0; } .both > div + div { margin-top: 6mm; } .chart { break-inside: avoid; }
}
`;
