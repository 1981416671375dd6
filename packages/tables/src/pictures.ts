/** Pictures in a grid: extract/seed-<s>/generated.arrow and its like, and the live pictures of training. */
import { writeTable } from "./arrow.js";

/** Pictures row by row, in the model's input scale. */
export interface PictureGrid {
  columns: number;
  /** rows × columns × d */
  values: Float32Array;
}

/**
 * Writes one table row per picture.
 *
 * @param d number of values of one picture
 */
export function writePictures(path: string, { columns, values }: PictureGrid, d: number): void {
  const cells = Int32Array.from({ length: values.length / d }, (_, i) => i);
  writeTable(
    path,
    {
      row: { values: cells.map((i) => Math.floor(i / columns)), width: 1 },
      column: { values: cells.map((i) => i % columns), width: 1 },
      values: { values, width: d },
    },
    { vectors: ["values"] },
  );
}
