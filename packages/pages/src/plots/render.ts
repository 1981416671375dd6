/** Vega-Lite specifications as SVG. */
import * as vega from "vega";
import { type Config, compile, type TopLevelSpec } from "vega-lite";
import { categorical, colours, font } from "./colours.js";
import { type PlacedReadings, placeReadings, type Readings } from "./readings.js";

const config: Config = {
  background: "transparent",
  font,
  axis: {
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: "normal",
    gridColor: colours.grid,
    domainColor: colours.axis,
    tickColor: colours.axis,
    labelColor: colours.ink,
    titleColor: colours.ink,
  },
  legend: {
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: "normal",
    labelColor: colours.ink,
    titleColor: colours.ink,
  },
  title: { fontSize: 12.5, fontWeight: "bold", anchor: "start", color: colours.ink, offset: 8 },
  view: { stroke: null },
  range: { category: categorical },
};

/** A drawn plot. */
export interface Plot {
  /** File name without extension. */
  name: string;
  /** Text alternative. */
  description: string;
  /** SVG for a light background. */
  svg: string;
  /** What is drawn, as a table: the rows of all of its layers. */
  values: PlotRow[];
  /** Values shown under the pointer. */
  readings?: PlacedReadings | undefined;
}

export type PlotRow = Record<string, string | number | boolean | null>;

/**
 * Draws a specification.
 *
 * @param readings of a plot with quantitative axes `x` and `y`
 */
export async function draw(
  name: string,
  description: string,
  spec: TopLevelSpec,
  readings?: Readings,
): Promise<Plot> {
  const { spec: compiled } = compile({ ...withSafeText(spec), config });
  const view = new vega.View(vega.parse(compiled), { renderer: "none" });
  const svg = await view.toSVG();
  const placed = readings && place(view, readings);
  view.finalize();
  return { name, description, svg, values: valuesOf(spec), readings: placed };
}

/** The rows of values that stand in a specification, in its layers too. */
function valuesOf(spec: unknown): PlotRow[] {
  if (Array.isArray(spec)) return spec.flatMap(valuesOf);
  if (typeof spec !== "object" || spec === null) return [];
  return Object.entries(spec).flatMap(([key, value]) =>
    key === "values" && Array.isArray(value)
      ? (value as unknown[]).filter((row): row is PlotRow => typeof row === "object" && row !== null)
      : valuesOf(value),
  );
}

/**
 * A specification whose texts, which may be names from a user's file, break nothing that is made of it: vega takes a title such
 * as `toString` for a method and writes a line separator into code, and an SVG is XML, which has no control characters.
 */
function withSafeText<Value>(value: Value): Value {
  if (typeof value === "string") return safeText(value) as Value;
  if (Array.isArray(value)) return value.map(withSafeText) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withSafeText(inner)])) as Value;
}

const noWidth = "\u200b";
const safeText = (text: string): string =>
  // What every object has by that name is not found with a space of no width behind it.
  xmlText((text in {} ? `${text}${noWidth}` : text).replace(/[\u2028\u2029]/g, " "));

/** Text with the characters alone that XML has. */
export const xmlText = (text: string): string =>
  text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd");

function place(view: vega.View, readings: Readings): PlacedReadings {
  const { left, top } = view.padding() as { left: number; top: number };
  const [originX, originY] = view.origin();
  const scale =
    (name: string, origin: number) =>
    (value: number): number =>
      origin + (view.scale(name) as (value: number) => number)(value);
  const start = originY + top;
  const span: PlacedReadings["span"] = [start, start + (view.signal("height") as number)];
  return placeReadings(readings, scale("x", originX + left), scale("y", start), span);
}

/** An SVG in an address, as of a page's preview. */
export const svgAddress = (svg: string): string =>
  `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;

/** A plot's SVG for the page: with a text alternative, unique ids and the colours of the theme. */
export function toInline({ name, description, svg, readings }: Plot): string {
  const read = readings ? `data-readings="${escapeMarkup(JSON.stringify(readings))}" ` : "";
  // Ids inside an SVG are global to the page, so each plot gets its own.
  let inline = svg
    .replace(/\bid="/g, `id="${name}-`)
    .replace(/url\(#/g, `url(#${name}-`)
    // By a function, since "$&" in a name would be replaced.
    .replace("<svg ", () => `<svg role="img" aria-label="${escapeMarkup(description)}" ${read}`);
  for (const [purpose, colour] of Object.entries(colours)) {
    inline = inline.replaceAll(`"${colour}"`, `"var(--plot-${purpose})"`);
  }
  return inline;
}

/** Text as it stands in an element or in a quoted attribute. */
export const escapeMarkup = (text: string): string =>
  text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
