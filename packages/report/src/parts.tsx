/** Pieces that several sections are made of. */
import type { ComponentChildren } from "preact";
import type { Plot } from "./plots/render.js";
import type { Sheet } from "./sprites.js";

/** A plot inside the page, with its description as the text alternative. */
export function Figure({ plot, children }: { plot: Plot; children?: ComponentChildren }) {
  // Ids inside an SVG are global to the page; each plot gets its own.
  const svg = plot.svg
    .replace(/\bid="/g, `id="${plot.name}-`)
    .replace(/url\(#/g, `url(#${plot.name}-`)
    .replace("<svg ", `<svg role="img" aria-label="${escapeAttribute(plot.description)}" `);
  return (
    <figure class="plot">
      {/* The SVG is Vega's, which escapes the text in it. */}
      <div dangerouslySetInnerHTML={{ __html: svg }} />
      {children && <figcaption>{children}</figcaption>}
    </figure>
  );
}

/** A sheet of pictures, enlarged without smoothing. */
export function Pictures({ sheet, alt, scale = 2 }: { sheet: Sheet; alt: string; scale?: number }) {
  const source = `data:image/png;base64,${Buffer.from(sheet.png).toString("base64")}`;
  return (
    <img class="pictures" src={source} alt={alt} width={sheet.width * scale} height={sheet.height * scale} />
  );
}

const escapeAttribute = (text: string): string =>
  text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
