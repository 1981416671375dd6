/** Cells as text, and the tables as CSV and Markdown. */
import { departuresText, isAsPublished } from "@gumbel/config";
import type { MetricDescription } from "@gumbel/metrics";
import { figure as figureValue, plural, plusMinus, signed } from "@gumbel/pages";
import { lastAndBest } from "../figures/epochs.js";
import type { FigureView, Shown } from "../figures/figure.js";
import type { Cell, Figure, Provenance, Table } from "../tables/tables.js";
import type { Report } from "./report.js";

/** `0.857 ± 0.080 (3 seeds)`. */
export function figureText({ mean, std, seeds }: Figure, metric: MetricDescription): string {
  const value = mean === null ? "no such figure" : `${figureValue(mean, metric)}${plusMinus(std, metric)}`;
  return `${value} (${plural(seeds.length, "seed")})`;
}

/** `record, quick profile, made with other settings`: the origin of a figure. */
export function originText({ origin, profile, settings, madeWith, limit }: Provenance): string {
  return [
    origin === "record" ? "record" : "computed now",
    `${profile} profile`,
    ...(settings === "other" ? ["made with other settings"] : []),
    ...(madeWith === null ? [] : ["made with earlier code"]),
    ...(limit === null ? [] : [`only ${plural(limit, "example")}`]),
  ].join(", ");
}

/**
 * Origin that all figures of a column share, for its heading; null if they differ, or if there are fewer than two.
 */
export function sharedOrigin({ rows }: Table, column: number): string | null {
  const shown = rows.flatMap(({ cells }) => cells[column]!.figures.slice(0, 1));
  const origins = new Set(shown.map(originText));
  return shown.length > 1 && origins.size === 1 ? [...origins][0]! : null;
}

/**
 * Lines under a table: departures of its runs from the published methods, each once.
 *
 * @param columns only those of these columns; all of them if absent
 */
export function departureNotes({ rows }: Table, columns?: number[]): string[] {
  const figures = rows.flatMap(({ cells }) =>
    cells.flatMap((cell, i) => (columns && !columns.includes(i) ? [] : cell.figures)),
  );
  return [...new Set(figures.filter((figure) => !isAsPublished(figure)).map(departuresText))];
}

/** The mark of a figure: the number of its line under the table; null for a run as published. */
export const departureMark = (figure: Figure, notes: string[]): number | null =>
  isAsPublished(figure) ? null : notes.indexOf(departuresText(figure)) + 1;

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
export function publishedText({ published }: Cell, metric: MetricDescription): string {
  return published
    ? `published ${figureValue(published.value, metric)}${plusMinus(published.std, metric)}`
    : "";
}

/** Reason why a cell is empty. */
export function emptyText({ problems, publishedOnly }: Cell): string {
  if (publishedOnly) return "published only";
  return problems.length > 0 ? `not run: ${problems.join("; ")}` : "not run";
}

/** A line per figure, or per cell without one, sweeps included. */
export function toCsv({ tables, figures }: Report): string {
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
      "seeds",
    ],
    ...["difference", "origin", "profile", "settings", "made_with", "limit", "departures", "date", "status"],
  ];
  const lines = allTables({ tables, figures }).flatMap(({ id, columns, rows }) =>
    rows.flatMap(({ system, labels, point, cells }) =>
      cells.flatMap((cell, i) => {
        const { dataset, metric } = columns[i]!;
        const { published, figures } = cell;
        const key = [id, system, point, labels, dataset, metric.name, published?.value, published?.std];
        if (figures.length === 0) return [[...key, ...new Array<null>(11).fill(null), emptyText(cell)]];
        return figures.map((figure, rank) => {
          const { mean, std, seeds, difference, origin, profile, settings, madeWith, limit, date } = figure;
          return [
            ...[...key, mean, std, seeds.length, difference, origin, profile, settings, madeWith, limit],
            ...[departuresText(figure), date, rank === 0 ? "shown" : "alternative"],
          ];
        });
      }),
    ),
  );
  return `${[heading, ...lines].map((line) => line.map(csvField).join(",")).join("\n")}\n`;
}

/** A field; text that a spreadsheet would take for a formula begins with an apostrophe, a number stays one. */
function csvField(value: string | number | null | undefined): string {
  const isFormula = typeof value === "string" && /^[=+\-@\t\r]/.test(value);
  const text = `${isFormula ? "'" : ""}${value ?? ""}`;
  return isFormula || /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const allTables = ({ tables, figures }: Report): Table[] => [
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
  return `${[heading, ...lines].map((line) => line.map(csvField).join(",")).join("\n")}\n`;
}

export function toMarkdown(title: string, { tables, figures }: Report): string {
  return `# ${title}\n\n${[...tables.map(markdownTable), ...figures.map(markdownFigure)].join("\n")}`;
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
  const notes = departureNotes(table);
  const lines = rows.map(({ title, labels, cells }) => [
    markdownText(labels === null ? title : `${title}, ${labels} labels`),
    ...cells.map((cell, i) => markdownCell(cell, columns[i]!.metric, shared[i] !== null, notes)),
  ]);
  const list = notes.map((note, i) => `${i + 1}. ${markdownText(note)}`).join("\n");
  return [pipes([["system", ...head], ...lines]), list].filter(Boolean).join("\n\n");
}

function markdownCell(
  cell: Cell,
  metric: MetricDescription,
  originInHeading: boolean,
  notes: string[],
): string {
  const published = publishedText(cell, metric);
  const shown = cell.figures[0];
  if (!shown) return [emptyText(cell), published].filter(Boolean).map(markdownText).join("<br>");
  const difference = shown.difference === null ? "" : `, difference ${signed(shown.difference, metric)}`;
  const origin = originInHeading ? "" : originText(shown);
  const mark = departureMark(shown, notes);
  const [figure, ...words] = [figureText(shown, metric), origin, published + difference]
    .filter(Boolean)
    .map(markdownText);
  return [mark === null ? figure : `${figure}<sup>${mark}</sup>`, ...words].join("<br>");
}
