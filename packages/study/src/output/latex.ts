/** The tables for a paper: LaTeX with booktabs, a table for each data set. */
import type { MetricDescription } from "@gumbel/metrics";
import { lastAndBest } from "../figures/epochsPlot.js";
import type { Followed } from "../figures/figure.js";
import type { Cell, Table } from "../tables/table.js";
import { marksBeside } from "./marks.js";
import type { Report } from "./report.js";
import { cellNotes, notesUnder } from "./text.js";

const escapes: Record<string, string> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "±": "$\\pm$",
  "−": "$-$",
  "→": "$\\to$",
  "×": "$\\times$",
  "≈": "$\\approx$",
  "✓": "$\\surd$",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
  '"': "\\textquotedbl{}",
  "—": "---",
  "–": "--",
  "’": "'",
  "†": "$\\dagger$",
  "‡": "$\\ddagger$",
  "§": "\\S{}",
  "‖": "$\\|$",
  "¶": "\\P{}",
};

/** Text on one line: TeX takes control characters for others or stops at them. */
const onOneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ");

/** Escapes text for LaTeX. */
export function escapeLatex(text: string): string {
  return onOneLine(text).replace(
    /[\\~^±−→×≈✓<>|"—–’†‡§‖¶]|[&%$#_{}]/g,
    (character) => escapes[character] ?? `\\${character}`,
  );
}

/** Letters beside a figure, and what they mean. */
const marks: Record<string, string> = {
  e: "made with earlier code",
  q: "quick profile",
  r: "record of an earlier run",
  o: "made with other settings than today's",
  l: "part of the examples only",
};

export function toLatex({ title, works, tables, figures }: Report): string {
  const all = [...tables, ...figures.flatMap(({ table }) => table ?? [])];
  const parts = [
    ...all.flatMap((table) => datasetsOf(table).map((dataset) => tableOf(table, dataset))),
    ...figures.flatMap((figure) =>
      figure.followed.length > 0 ? [followedTable(figure.id, figure.title, figure.followed)] : [],
    ),
  ];
  const published = works.map(
    ({ text, link }) => `% Published in: ${onOneLine([text, link].filter(Boolean).join(", "))}\n`,
  );
  return `% ${onOneLine(title)}\n${published.join("")}% \\usepackage{booktabs,textcomp}\n% \\usepackage[T1]{fontenc}\n\n${parts.join("\n")}`;
}

const datasetsOf = ({ columns }: Table): string[] => [...new Set(columns.map(({ dataset }) => dataset))];

function tableOf(table: Table, dataset: string): string {
  const { id, title, source, columns, rows } = table;
  const at = columns.flatMap((column, i) => (column.dataset === dataset ? [i] : []));
  const metrics = at.map((i) => columns[i]!.metric);
  // If nothing is published, there is nothing to compare.
  const compared = rows.some(({ cells }) => at.some((i) => cells[i]!.published));
  const width = compared ? 3 : 1;
  const used = new Set<string>();
  const lines = rows.map(({ title: name, labels, cells }) => {
    const system = escapeLatex(labels === null ? name : `${name}, ${labels} labels`);
    return [system, ...at.flatMap((i, m) => latexCell(cells[i]!, metrics[m]!, compared, used))].join(" & ");
  });
  const head = metrics.map((metric) => `\\multicolumn{${width}}{c}{${escapeLatex(unitTitle(metric))}}`);
  const rules = metrics.map((_, m) => `\\cmidrule(lr){${2 + m * width}-${1 + (m + 1) * width}}`);
  const under = metrics.map(() => (compared ? "ours & published & difference" : "ours"));
  const notes = [...used].sort().map((mark) => `\\textsuperscript{${mark}} ${marks[mark]}`);
  const caption = [
    `${escapeLatex(title)}, ${escapeLatex(columns[at[0]!]!.title)}.`,
    ...(compared ? [`Published: ${escapeLatex(source)}.`] : []),
    "Mean $\\pm$ standard deviation (seeds).",
    ...(notes.length > 0 ? [`${notes.join("; ")}.`] : []),
  ].join(" ");
  return environment(
    `${id}-${dataset}`,
    caption,
    `l${"l".repeat(width * metrics.length)}`,
    [
      ` & ${head.join(" & ")} \\\\`,
      rules.join(" "),
      `system & ${under.join(" & ")} \\\\`,
      "\\midrule",
      ...lines.map((line) => `${line} \\\\`),
    ],
    notesUnder(table, at).join(". "),
  );
}

const unitTitle = ({ title, unit }: MetricDescription): string =>
  unit.symbol === "" ? title : `${title} (${unit.symbol})`;

function latexCell(cell: Cell, { unit }: MetricDescription, compared: boolean, used: Set<string>): string[] {
  const [shown] = cell.figures;
  const number = (value: number): string =>
    Number.isFinite(value) ? escapeLatex(value.toFixed(unit.digits).replace("-", "−")) : "not a number";
  const withDeviation = (value: number, std: number | null): string =>
    std === null || !Number.isFinite(std) ? number(value) : `${number(value)} $\\pm$ ${number(std)}`;
  let ours = "---";
  if (shown && shown.mean !== null) {
    const its = cellNotes(shown);
    for (const mark of its) used.add(mark);
    const marks = [...marksBeside(shown), ...(its.length > 0 ? [its.join("")] : [])];
    const superscript = marks.length > 0 ? `\\textsuperscript{${escapeLatex(marks.join(" "))}}` : "";
    const figure = withDeviation(shown.mean, shown.std);
    ours = `${shown.standing === "best" ? `\\textbf{${figure}}` : figure} (${shown.seeds.length})${superscript}`;
  }
  if (!compared) return [ours];
  const difference = shown?.difference ?? null;
  const isEqual = difference !== null && !/[1-9]/.test(difference.toFixed(unit.digits));
  return [
    ours,
    cell.published ? withDeviation(cell.published.value, cell.published.std) : "---",
    difference === null ? "---" : isEqual ? "equal" : `${difference < 0 ? "" : "$+$"}${number(difference)}`,
  ];
}

function followedTable(id: string, title: string, followed: Followed[]): string {
  const lines = followed.map((each) => {
    const { last, best } = lastAndBest(each);
    const value = (mean: number): string =>
      escapeLatex(mean.toFixed(each.metric.unit.digits).replace("-", "−"));
    const deviation = last.std === null ? "" : ` $\\pm$ ${last.std.toFixed(each.metric.unit.digits)}`;
    const name = `${escapeLatex(each.title)}, ${escapeLatex(each.metric.title)}`;
    const ofBest = best ? `${value(best.mean)} & ${best.epoch}` : "--- & ---";
    return `${name} & ${value(last.mean)}${deviation} (${last.n}) & ${last.epoch} & ${ofBest} \\\\`;
  });
  return environment(id, `${escapeLatex(title)}. Mean $\\pm$ standard deviation (seeds).`, "lllll", [
    " & last & epoch & best & epoch \\\\",
    "\\midrule",
    ...lines,
  ]);
}

/** @param note the line under the table; empty for none */
function environment(label: string, caption: string, columns: string, lines: string[], note = ""): string {
  return [
    "\\begin{table}",
    "\\centering",
    `\\caption{${caption}}`,
    `\\label{tab:${label}}`,
    "\\small",
    `\\begin{tabular}{${columns}}`,
    "\\toprule",
    ...lines,
    "\\bottomrule",
    "\\end{tabular}",
    ...(note === "" ? [] : [`\\par{\\footnotesize ${escapeLatex(note)}.}`]),
    "\\end{table}",
    "",
  ].join("\n");
}
