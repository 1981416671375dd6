/** The files of a figure, for a paper or a slide: SVG, PNG and, of a plot, its values as CSV. */
import { csvFormat } from "d3-dsv";
import { escapeMarkup, type Plot, xmlText } from "./plots/render.js";
import { enlargement, type Sheet } from "./sprites.js";

export interface FigureFile<Png> {
  /** Path from the page. */
  name: string;
  contents: string | Png;
}

/**
 * `plots/<name>.svg`, `.png` on white and `.csv`.
 *
 * @param rasterise that of @gumbel/pages/rasterise, here or elsewhere
 */
export const plotFiles = <Png>(
  { name, svg, values }: Plot,
  rasterise: (svg: string) => Png,
): FigureFile<Png>[] => [
  { name: `plots/${name}.svg`, contents: svg },
  { name: `plots/${name}.png`, contents: rasterise(svg) },
  { name: `plots/${name}.csv`, contents: `${csvFormat(values, columnsOf(values))}\n` },
];

const columnsOf = (values: Plot["values"]): string[] => [
  ...new Set(values.flatMap((row) => Object.keys(row))),
];

/** `pictures/<name>.svg` and `.png` on white: the sheet with its rows and columns labelled. */
export function sheetFiles<Png>(sheet: Sheet, rasterise: (svg: string) => Png): FigureFile<Png>[] {
  const svg = labelledSheet(sheet);
  return [
    { name: `pictures/${sheet.name}.svg`, contents: svg },
    { name: `pictures/${sheet.name}.png`, contents: rasterise(svg) },
  ];
}

const fontSize = 12;
/** Width of a character of the labels, on average, in their font size. */
const characterWidth = 0.62;
const space = 8;

/** A sheet as SVG, enlarged, with the names of its rows to the left and those of its columns above. */
function labelledSheet({ rows, columns, width, height, png, labels }: Sheet): string {
  const scale = enlargement([height / rows]);
  const widest = Math.max(0, ...(labels.rows ?? []).map(({ length }) => length));
  const left = labels.rows ? Math.ceil(widest * characterWidth * fontSize) + space : 0;
  const top = labels.columns ? fontSize + space : 0;
  const [across, down] = [width * scale, height * scale];
  const text = (x: number, y: number, anchor: "end" | "middle", words: string): string =>
    `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escapeMarkup(xmlText(words))}</text>`;
  const names = [
    ...(labels.rows ?? []).map((name, row) =>
      text(left - space, top + ((row + 0.5) * down) / rows + 0.36 * fontSize, "end", name),
    ),
    ...(labels.columns ?? []).map((name, column) =>
      text(left + ((column + 0.5) * across) / columns, fontSize, "middle", name),
    ),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + across}" height="${top + down}" viewBox="0 0 ${left + across} ${top + down}">`,
    `<g font-family="DejaVu Sans, sans-serif" font-size="${fontSize}" fill="#222">${names.join("")}</g>`,
    `<image x="${left}" y="${top}" width="${across}" height="${down}" image-rendering="optimizeSpeed" href="data:image/png;base64,${Buffer.from(png).toString("base64")}"/>`,
    "</svg>",
  ].join("\n");
}
