/** Vega-Lite specifications as SVG and PNG, the same on every machine: the font comes along. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Resvg } from "@resvg/resvg-js";
import * as vega from "vega";
import { type Config, compile, type TopLevelSpec } from "vega-lite";

const fontFolder = join(
  dirname(createRequire(import.meta.url).resolve("dejavu-fonts-ttf/package.json")),
  "ttf",
);
const font = "DejaVu Sans";

/** Ten colours that differ in lightness as well as in hue (Tol's muted and bright, arranged). */
export const categorical = [
  "#4477aa",
  "#ee6677",
  "#228833",
  "#ccbb44",
  "#66ccee",
  "#aa3377",
  "#e69f00",
  "#882255",
  "#44aa99",
  "#777777",
];

const config: Config = {
  background: "transparent",
  font,
  axis: {
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: "normal",
    gridColor: "#e4e4e0",
    domainColor: "#8a8a86",
    tickColor: "#8a8a86",
    labelColor: "#44443f",
    titleColor: "#44443f",
  },
  legend: {
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: "normal",
    labelColor: "#44443f",
    titleColor: "#44443f",
  },
  header: { labelFontSize: 11, titleFontSize: 11, labelColor: "#44443f" },
  title: { fontSize: 12, fontWeight: "normal", anchor: "start", color: "#44443f" },
  view: { stroke: null },
  range: { category: categorical },
};

/** A drawn plot. */
export interface Plot {
  /** File name without ending. */
  name: string;
  /** What it shows, in words: the text alternative. */
  description: string;
  svg: string;
}

/** Draws a specification. */
export async function draw(name: string, description: string, spec: TopLevelSpec): Promise<Plot> {
  const view = new vega.View(vega.parse(compile({ ...spec, config: { ...config, ...spec.config } }).spec), {
    renderer: "none",
  });
  const svg = await view.toSVG();
  view.finalize();
  return { name, description, svg };
}

/** A plot as PNG, twice its size in pixels, on white. */
export function toPng({ svg }: Plot): Uint8Array {
  return new Resvg(svg, {
    background: "white",
    fitTo: { mode: "zoom", value: 2 },
    font: {
      fontFiles: ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((file) => join(fontFolder, file)),
      loadSystemFonts: false,
      defaultFontFamily: font,
    },
  })
    .render()
    .asPng();
}
