/** Cells as text, and the tables as CSV and Markdown. */
import { departuresText } from "@gumbel/config";
import type { MetricDescription } from "@gumbel/metrics";
import { figure as figureValue, plural, plusMinus, signed } from "@gumbel/pages";
import { lastAndBest } from "../figures/epochsPlot.js";
import type { FigureView, Shown } from "../figures/figure.js";
import { bestText, hasBest } from "../tables/best.js";
import type { Provenance } from "../tables/members.js";
import type { Cell, Figure, Table } from "../tables/table.js";
import { legend, marksBeside } from "./marks.js";
import type { Report } from "./report.js";

/** `0.857 ± 0.080`. */
export const meanText = ({ mean, std }: Pick<Figure, "mean" | "std">, metric: MetricDescription): string =>
  mean === null ? "no such figure" : `${figureValue(mean, metric)}${plusMinus(std, metric)}`;

/** `95 % [0.658, 1.056]`: the interval of the mean; empty for one run. */
export function intervalText(
  { mean, interval }: Pick<Figure, "mean" | "interval">,
  metric: MetricDescription,
): string {
  if (mean === null || interval === null || !Number.isFinite(interval)) return "";
  const plain = { unit: { ...metric.unit, symbol: "" } };
  return `95 % [${[mean - interval, mean + interval].map((end) => figureValue(end, plain)).join(", ")}]`;
}

/** `0.857 ± 0.080 (3 seeds)`. */
export const figureText = (figure: Figure, metric: MetricDescription): string =>
  `${meanText(figure, metric)} (${plural(figure.seeds.length, "seed")})`;

/** Notes under a table, or under some of its columns: its marks, and how the best figures were found. */
export const notesUnder = (table: Table, columns?: number[]): string[] => [
  ...[legend(figuresIn(table, columns))].filter(Boolean),
  ...(hasBest(table, columns) ? [bestText] : []),
];

/** `record, quick profile, 10 of 100 epochs, made with other settings`: the origin of a figure. */
export function originText({ origin, profile, settings, share, madeWith, limit }: Provenance): string {
  return [
    origin === "record" ? "record" : "computed now",
    `${profile} profile`,
    ...(share === null ? [] : [`${share.epochs} of ${plural(share.full, "epoch")}`]),
    ...(settings === "other" ? ["made with other settings"] : []),
    ...(madeWith === null ? [] : ["made with earlier code"]),
    ...(limit === null ? [] : [`only ${plural(limit, "example")}`]),
  ].join(", ");
}

/** Origin that two figures or more, and most of a column, share, for its heading: the others say theirs; null if there is none. */
export function sharedOrigin({ rows }: Table, column: number): string | null {
  const origins = rows.flatMap(({ cells }) => cells[column]!.figures.slice(0, 1)).map(originText);
  const has = (origin: string): number => origins.filter((other) => other === origin).length;
  return origins.find((origin) => has(origin) > 1 && has(origin) > origins.length / 2) ?? null;
}

/** The figures of a table, or of some of its columns. */
export const figuresIn = ({ rows }: Table, columns?: number[]): Figure[] =>
  rows.flatMap(({ cells }) =>
    cells.flatMap((cell, i) => (columns && !columns.includes(i) ? [] : cell.figures)),
  );

/** Letters for the origin in a narrow table. */
export function cellNotes({ origin, profile, settings, madeWith, limit }: Figure): string[] {
  return [
    ...(madeWith === null ? [] : ["e"]),
    ...(limit === null ? [] : ["l"]),
    ...(settings === "other" ? ["o"] : []),
    ...(profile === "quick" ? ["q"] : []),
    ...(origin === "record" ? ["r"] : []),
  ];
}

/** `mnist-digits: seed 0, computed now, quick profile`, or the reasons why it is not shown. */
export function shownText({ pipeline, run, seeds, problems }: Shown): string {
  const what = run
    ? [`${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}`, originText(run), departuresText(run)]
    : [];
  return `${pipeline}: ${[...what, ...problems].join("; ")}`;
}

/** `published 0.858 ± 0.080`. */
export const publishedText = (
  { value, std }: Pick<NonNullable<Cell["published"]>, "value" | "std">,
  metric: MetricDescription,
): string => `published ${figureValue(value, metric)}${plusMinus(std, metric)}`;

/** `difference +0.132`, or `equal`. */
function differenceText(difference: number, metric: MetricDescription): string {
  const text = signed(difference, metric);
  return /\d/.test(text) ? `difference ${text}` : text;
}

/** Reason why a cell is empty. */
export function emptyText({ problems, publishedOnly }: Cell): string {
  if (publishedOnly) return "published only";
  return problems.length > 0 ? `not run: ${problems.join("; ")}` : "not run";
}

/** A line per figure, or per cell without one, sweeps included. */
export function toCsv(report: Report): string {
  const heading = [
    ...[
      "table",
      "system",
      "point",
      "labels",
      "dataset",
      "metric",
      "published",
      "published_std",
      "mean",
      "std",
      "interval95",
      "seeds",
      "standing",
    ],
    ...["difference", "origin", "profile", "settings", "made_with", "limit", "departures", "date", "status"],
  ];
  const lines = allTables(report).flatMap(({ id, columns, rows }) =>
    rows.flatMap(({ system, labels, point, cells }) =>
      cells.flatMap((cell, i) => {
        const { dataset, metric } = columns[i]!;
        const { published, figures } = cell;
        const key = [id, system, point, labels, dataset, metric.name, published?.value, published?.std];
        if (figures.length === 0) return [[...key, ...new Array<null>(13).fill(null), emptyText(cell)]];
        return figures.map((figure, rank) => {
          const {
            mean,
            std,
            interval,
            seeds,
            standing,
            difference,
            origin,
            profile,
            settings,
            madeWith,
            limit,
            date,
          } = figure;
          return [
            ...[...key, mean, std, interval, seeds.length, standing],
            ...[difference, origin, profile, settings, madeWith, limit],
            ...[departuresText(figure), date, rank === 0 ? "shown" : "alternative"],
          ];
        });
      }),
    ),
  );
  return csvLines([heading, ...lines]);
}

/** Lines of fields as CSV. */
export const csvLines = (lines: (string | number | null | undefined)[][]): string =>
  `${lines.map((line) => line.map(csvField).join(",")).join("\n")}\n`;

/** A field; text that a spreadsheet would take for a formula begins with an apostrophe, a number stays one. */
function csvField(value: string | number | null | undefined): string {
  const isFormula = typeof value === "string" && /^[=+\-@\t\r]/.test(value);
  const text = `${isFormula ? "'" : ""}${value ?? ""}`;
  return isFormula || /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const allTables = ({ tables, figures }: Pick<Report, "tables" | "figures">): Table[] => [
  ...tables,
  ...figures.flatMap(({ table }) => table ?? []),
];

/** Quantities recorded per epoch: a line per figure, pipeline, metric and epoch. */
export function epochsCsv({ figures }: Report): string {
  const lines = figures.flatMap(({ id, followed }) =>
    followed.flatMap(({ pipeline, metric, epochs }) =>
      epochs.map(({ epoch, mean, std, n }) => [id, pipeline, metric.name, epoch, mean, std, n]),
    ),
  );
  const heading = ["figure", "pipeline", "metric", "epoch", "mean", "std", "seeds"];
  return csvLines([heading, ...lines]);
}

export function toMarkdown({ title, works, tables, figures }: Report): string {
  const named = works.map(({ text, link }) =>
    link ? `[${markdownText(text)}](${link})` : markdownText(text),
  );
  const head = [`# ${title}`, ...(named.length > 0 ? [`Published in: ${named.join("; ")}.`] : [])].join(
    "\n\n",
  );
  return `${head}\n\n${[...tables.map(markdownTable), ...figures.map(markdownFigure)].join("\n")}`;
}

function markdownFigure(figure: FigureView): string {
  const { title, source, published, lead, plots, sheets, shown, table, followed } = figure;
  const followedRows = followed.map((each) => {
    const { last, best } = lastAndBest(each);
    const value = (mean: number): string => figureValue(mean, each.metric);
    return [
      `${each.title}, ${each.metric.title}`,
      `${value(last.mean)}${plusMinus(last.std, each.metric)} (${plural(last.n, "seed")}), epoch ${last.epoch}`,
      best ? `${value(best.mean)}, epoch ${best.epoch}` : "",
    ];
  });
  return [
    `## ${title}`,
    `Published: ${source}.${published === null ? "" : ` ${published}`}`,
    lead,
    ...plots.map(({ name, description }) => `![${markdownText(description)}](plots/${name}.png)`),
    ...sheets.map((each) => `![${markdownText(each.title)}](pictures/${each.sheet.name}.png)`),
    ...shown.map((each) => `- ${markdownText(shownText(each))}`),
    ...(followed.length > 0 ? [pipes([["", "last epoch", "best epoch"], ...followedRows])] : []),
    ...(table ? [markdownCells(table)] : []),
  ]
    .join("\n\n")
    .concat("\n");
}

/** Text on one line, with the characters escaped that end a cell or begin markup. */
const markdownText = (text: string): string =>
  text.replace(/\s+/g, " ").replace(/[\\|[\]<>*`]/g, (character) => `\\${character}`);

const pipes = ([head, ...rows]: string[][]): string =>
  [head!, head!.map(() => "---"), ...rows].map((line) => `| ${line.join(" | ")} |`).join("\n");

const markdownTable = (table: Table): string =>
  `## ${table.title}\n\nPublished: ${table.source}.\n\n${markdownCells(table)}\n`;

function markdownCells(table: Table): string {
  const { columns, rows } = table;
  const shared = columns.map((_, i) => sharedOrigin(table, i));
  const head = columns.map(({ title, metric }, i) =>
    [`${title}, ${metric.title}`, shared[i]].filter(Boolean).join("<br>"),
  );
  const lines = rows.map(({ title, labels, cells }) => [
    markdownText(labels === null ? title : `${title}, ${labels} labels`),
    ...cells.map((cell, i) => markdownCell(cell, columns[i]!.metric, shared[i]!)),
  ]);
  const notes = notesUnder(table).map((note) => `${markdownText(note)}.`);
  if (notes.length > 0) notes.push("The settings of each run are in study.json.");
  return [pipes([["system", ...head], ...lines]), notes.join(" ")].filter(Boolean).join("\n\n");
}

function markdownCell(cell: Cell, metric: MetricDescription, originInHeading: string | null): string {
  const published = cell.published ? publishedText(cell.published, metric) : "";
  const shown = cell.figures[0];
  if (!shown) return [emptyText(cell), published].filter(Boolean).map(markdownText).join("<br>");
  const difference = shown.difference === null ? "" : `, ${differenceText(shown.difference, metric)}`;
  const origin = originText(shown) === originInHeading ? "" : originText(shown);
  const marks = marksBeside(shown).join(" ");
  const words = [intervalText(shown, metric), origin, published + difference]
    .filter(Boolean)
    .map(markdownText);
  const text = markdownText(figureText(shown, metric));
  const figure = shown.standing === "best" ? `**${text}**` : text;
  return [marks === "" ? figure : `${figure}<sup>${marks}</sup>`, ...words].join("<br>");
}
