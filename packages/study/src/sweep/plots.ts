/** The effect of the varied fields on the criterion: a line for one, a heat map for two, parallel coordinates for more. */
import type { MetricDescription } from "@gumbel/metrics";
import {
  axes,
  colours,
  draw,
  figure,
  isLogarithmic,
  type Plot,
  parallelPlot,
  plusMinus,
} from "@gumbel/pages";
import { textOf } from "./file.js";
import type { CellResult, SweepResult } from "./results.js";

/** A cell that has a figure: its value of each field and the criterion. */
interface Point {
  cell: CellResult;
  mean: number;
  std: number | null;
  /** `0.512 ± 0.010`, with the number of its seeds if some lack the figure. */
  text: string;
}

/** A field's values of the cells. */
type Values = Pick<CellResult, "settings">[];

const size = { width: 460, height: 300 };
const heat = ["#f8f8f5", "#7ba4d2"];

/** The plot; undefined if no field varies or no cell has the figure. */
export async function effectPlot(result: SweepResult, metric: MetricDescription): Promise<Plot | undefined> {
  const { fields, best } = result;
  const points = result.cells.flatMap((cell): Point[] => {
    const found = cell.figures[result.criterion.name];
    if (!found || !Number.isFinite(found.mean)) return [];
    return [{ cell, ...found, text: figureText(cell, metric) }];
  });
  const [first, second] = fields;
  if (points.length === 0 || first === undefined) return undefined;
  const winner = points.find(({ cell }) => cell.pipeline === best);
  const at = winner ? `; best ${winner.text} at ${settingsText(winner.cell, fields)}` : "";
  const described = `${metric.title} against ${fields.join(", ")}, ${points.length} cells${at}`;
  if (second === undefined) return line(described, metric, first, points);
  if (fields.length === 2) return heatMap(described, metric, first, second, points, result.cells);
  return parallel(described, metric, fields, points, best);
}

/** `0.512 ± 0.010`, with the number of its seeds if some lack the figure. */
export function figureText({ figures, seeds }: CellResult, metric: MetricDescription): string {
  const found = figures[metric.name];
  if (!found) return "—";
  const part = found.n < seeds.length ? ` (${found.n} of ${seeds.length})` : "";
  return `${figure(found.mean, metric)}${plusMinus(found.std, metric)}${part}`;
}

/** `train.learningRate 0.01, model.wG 2`. */
export const settingsText = (cell: CellResult, fields: string[]): string =>
  fields.map((field) => `${field} ${valueText(cell, field)}`).join(", ");

/** The value of a field in a cell, as it is shown. */
export const valueText = ({ settings }: Pick<CellResult, "settings">, field: string): string =>
  textOf({ settings: [{ field, value: settings[field] ?? null }] }, field);

/** The values of a field if all are numbers; undefined otherwise. */
function numbersOf(field: string, cells: Values): number[] | undefined {
  const values = cells.map(({ settings }) => settings[field]);
  return values.every((value) => typeof value === "number") ? values : undefined;
}

/** Values of a field in the order of its axis: numbers by size, others as they come. */
function orderOf(field: string, cells: Values): string[] {
  const number = ({ settings }: Values[number]): number => settings[field] as number;
  const ordered = numbersOf(field, cells) ? cells.toSorted((a, b) => number(a) - number(b)) : cells;
  return [...new Set(ordered.map((cell) => valueText(cell, field)))];
}

/** The axis of a field: by size if its values are numbers, else by name. */
function axisOf(field: string, cells: Values) {
  const numbers = numbersOf(field, cells);
  if (!numbers) {
    return { type: "nominal", title: field, sort: orderOf(field, cells), axis: { labelAngle: 0 } } as const;
  }
  const scale = isLogarithmic(numbers)
    ? ({ type: "log", nice: false } as const)
    : ({ type: "linear", zero: false, nice: false } as const);
  return {
    type: "quantitative",
    title: field,
    scale,
    axis: { grid: false, format: "~r", tickCount: 6 },
  } as const;
}

/** Mean and band of one standard deviation against one field; against names, a bar. */
function line(description: string, metric: MetricDescription, field: string, points: Point[]): Promise<Plot> {
  const cells = points.map(({ cell }) => cell);
  const isNumeric = numbersOf(field, cells) !== undefined;
  const range = axes.rangeOf(
    metric,
    points.map(({ mean }) => mean),
  );
  const values = points.map(({ cell, mean, std }) => ({
    at: isNumeric ? cell.settings[field] : valueText(cell, field),
    ...axes.aroundMean(mean, std, range),
  }));
  const x = { field: "at", ...axisOf(field, cells) };
  const y = axes.amount(false);
  const band = { x, ...axes.band(y), color: { value: colours.accent } };
  const means = { x, y: { ...y, field: "mean" }, color: { value: colours.accent } };
  const dots = { mark: { type: "point" as const, filled: true, size: 40, opacity: 1 }, encoding: means };
  return draw(
    "effect",
    description,
    {
      ...size,
      title: metric.title,
      data: { values },
      layer: isNumeric
        ? [
            { mark: { type: "area", opacity: 0.16 }, encoding: band },
            { mark: { type: "line", strokeWidth: 2 }, encoding: means },
            dots,
          ]
        : [{ mark: { type: "rule" }, encoding: band }, dots],
    },
    isNumeric
      ? {
          axis: field,
          lines: [
            {
              label: metric.title,
              colour: "var(--plot-accent)",
              points: points.map(({ cell, mean, text }) => ({
                x: cell.settings[field] as number,
                y: mean,
                text,
              })),
            },
          ],
        }
      : undefined,
  );
}

/** A tile for each pair of values, the better the darker; for values drawn from ranges a dot each. */
function heatMap(
  description: string,
  metric: MetricDescription,
  xField: string,
  yField: string,
  points: Point[],
  cells: CellResult[],
): Promise<Plot> {
  const [columns, rows] = [orderOf(xField, cells), orderOf(yField, cells)];
  const color = {
    field: "mean",
    type: "quantitative",
    scale: { range: better(metric, heat), zero: false, interpolate: "rgb" },
  } as const;
  if (cells.length * 2 <= columns.length * rows.length) {
    const [x, y] = [axisOf(xField, cells), axisOf(yField, cells)];
    const at = ({ cell }: Point, field: string) => cell.settings[field] ?? valueText(cell, field);
    return draw("effect", description, {
      ...size,
      title: metric.title,
      data: {
        values: points.map((point) => ({ x: at(point, xField), y: at(point, yField), mean: point.mean })),
      },
      mark: { type: "point", filled: true, size: 130, opacity: 1, stroke: colours.axis, strokeWidth: 1 },
      encoding: {
        x: { field: "x", ...x },
        y: { field: "y", ...y },
        color: { ...color, legend: { title: metric.title } },
      },
    });
  }
  const meanOf = new Map(points.map(({ cell, mean }) => [cell, mean]));
  const values = cells.map((cell) => ({
    x: valueText(cell, xField),
    y: valueText(cell, yField),
    mean: meanOf.get(cell),
    text: meanOf.has(cell)
      ? figureText(cell, metric)
          .replace(/ ±[^(]*/, " ")
          .trim()
      : "—",
  }));
  const names = { labelAngle: 0, ticks: false, domain: false } as const;
  return draw("effect", description, {
    width: Math.max(72, Math.min(110, 620 / columns.length)) * columns.length,
    height: Math.max(26, Math.min(44, 440 / rows.length)) * rows.length,
    title: metric.title,
    encoding: {
      x: { field: "x", type: "nominal", sort: columns, title: xField, axis: names },
      y: { field: "y", type: "nominal", sort: rows.toReversed(), title: yField, axis: names },
    },
    layer: [
      {
        data: { values: values.filter(({ mean }) => mean !== undefined) },
        mark: { type: "rect", stroke: "#ffffff", strokeWidth: 1 },
        encoding: { color: { ...color, legend: null } },
      },
      {
        data: { values },
        mark: { type: "text", fontSize: 10 },
        encoding: {
          text: { field: "text", type: "nominal" },
          // The tiles are light in both themes.
          color: { condition: { test: "isValid(datum.mean)", value: "#22221f" }, value: colours.ink },
        },
      },
    ],
  });
}

const better = ({ better }: MetricDescription, range: string[]): string[] =>
  better === "low" ? range.toReversed() : range;

/** A line for each cell through its values of all fields to the criterion; the best one thick. */
function parallel(
  description: string,
  metric: MetricDescription,
  fields: string[],
  points: Point[],
  best: string | null,
): Plot {
  const settingOf = ({ cell }: Point, field: string): string | number => {
    const value = cell.settings[field];
    return typeof value === "number" ? value : valueText(cell, field);
  };
  const runs = points.map((point) => ({
    id: point.cell.pipeline,
    values: Object.fromEntries(fields.map((field) => [field, settingOf(point, field)])),
    mean: point.mean,
  }));
  return parallelPlot("effect", description, { fields, runs, metric, best });
}
