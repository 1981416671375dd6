/** SVG as PNG. The font is bundled, so that pictures are the same on every machine. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Resvg } from "@resvg/resvg-js";
import { font } from "./colours.js";

const fontFolder = join(
  dirname(createRequire(import.meta.url).resolve("dejavu-fonts-ttf/package.json")),
  "ttf",
);

/** Width of a figure's PNG in pixels. */
const pngWidth = 1600;

/** An SVG as PNG on white, 1600 pixels wide. */
export function rasterise(svg: string): Uint8Array {
  return new Resvg(svg, {
    background: "white",
    fitTo: { mode: "width", value: pngWidth },
    font: {
      fontFiles: ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((file) => join(fontFolder, file)),
      loadSystemFonts: false,
      defaultFontFamily: font,
    },
  })
    .render()
    .asPng();
}
