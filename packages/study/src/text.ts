/** Cells as words, and the tables as CSV and Markdown. */
import { figure, type MetricName, plural, signed, spread } from "@gumbel/report";
import type { Cell, Figure, Table } from "./tables.js";

/** `0.857 ± 0.080 (3 seeds)`. */
export function figureText({ mean, std, seeds }: Figure, metric: MetricName): string {
  const value = mean === null ? "no such figure" : `${figure(mean, metric)}${spread(std, metric)}`;
  return `${value} (${plural(seeds.length, "seed")})`;
}

/** `record, quick profile, made with other settings`: what a reader must know before comparing. */
export function originText({ origin, profile, settings, limit }: Figure): string {
  return [
    origin === "record" ? "record" : "computed now",
    `${profile} profile`,
    ...(settings === "other" ? ["made with other settings"] : []),
    ...(limit === null ? [] : [`only ${plural(limit, "example")}`]),
  ].join(", ");
}

/** `published 0.858 ± 0.080`. */
export function publishedText({ published }: Cell, metric: MetricName): string {
  return published ? `published ${figure(published.value, metric)}${spread(published.std, metric)}` : "";
}

/** Why a cell is empty, or what else there is that it does not show. */
export function emptyText({ problems }: Cell): string {
  return problems.length > 0 ? `not run: ${problems.join("; ")}` : "not run";
}

/** A line per figure, or per cell without one. */
export function toCsv(tables: Table[]): string {
  const heading = [
    ...[
      "table",
      "system",
      "labels",
      "dataset",
      "metric",
      "published",
      "published_std",
      "mean",
      "std",
      "seeds",
    ],
    ...["difference", "origin", "profile", "settings", "limit", "date", "status"],
  ];
  const lines = tables.flatMap(({ id, columns, rows }) =>
    rows.flatMap(({ system, labels, cells }) =>
      cells.flatMap((cell, i) => {
        const { dataset, metric } = columns[i]!;
        const { published, figures } = cell;
        const place = [id, system, labels, dataset, metric.key, published?.value, published?.std];
        if (figures.length === 0) return [[...place, ...new Array<null>(9).fill(null), emptyText(cell)]];
        return figures.map(
          ({ mean, std, seeds, difference, origin, profile, settings, limit, date }, rank) => [
            ...[...place, mean, std, seeds.length, difference, origin, profile, settings, limit, date],
            rank === 0 ? "shown" : "also there",
          ],
        );
      }),
    ),
  );
  return `${[heading, ...lines].map((line) => line.map(csvField).join(",")).join("\n")}\n`;
}

function csvField(value: string | number | null | undefined): string {
  const text = String(value ?? "");
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function toMarkdown(title: string, tables: Table[]): string {
  const parts = tables.map(({ title: heading, source, columns, rows }) => {
    const head = ["system", ...columns.map((column) => `${column.title}, ${column.metric.title}`)];
    const lines = rows.map(({ title: system, labels, cells }) => [
      labels === null ? system : `${system}, ${labels} labels`,
      ...cells.map((cell, i) => markdownCell(cell, columns[i]!.metric)),
    ]);
    const rule = head.map(() => "---");
    const table = [head, rule, ...lines].map((line) => `| ${line.join(" | ")} |`).join("\n");
    return `## ${heading}\n\nPublished: ${source}.\n\n${table}\n`;
  });
  return `# ${title}\n\n${parts.join("\n")}`;
}

function markdownCell(cell: Cell, metric: MetricName): string {
  const published = publishedText(cell, metric);
  const shown = cell.figures[0];
  if (!shown) return [emptyText(cell), published].filter(Boolean).join("<br>").replaceAll("|", "\\|");
  const difference = shown.difference === null ? "" : `, difference ${signed(shown.difference, metric)}`;
  return [figureText(shown, metric), originText(shown), published + difference]
    .filter(Boolean)
    .join("<br>")
    .replaceAll("|", "\\|");
}
