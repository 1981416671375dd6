/** Pixels in the range of their type: bytes, 16-bit numbers or fractions; or in their own, if it is far smaller. */
import { UserError } from "@gumbel/config";
import type { SurveyedColumn } from "./survey.js";

/** How pixels are stored; model input = stored value × scale, in [0, 1]. */
export interface PixelScale {
  Stored: Uint8ArrayConstructor | Float32ArrayConstructor;
  scale: number;
}

const types = [
  { Stored: Uint8Array, most: 255 },
  { Stored: Float32Array, most: 65535 },
];

/**
 * The range of a table of pixels, from its training rows.
 *
 * @throws UserError if it is none of 0 to 1, 0 to 255 and 0 to 65,535.
 */
export function pixelsOf(path: string, columns: SurveyedColumn[]): PixelScale {
  let [min, max, whole] = [0, 0, true];
  for (const { summary, name } of columns) {
    if (summary.type === "text") {
      throw new UserError({
        what: `the column "${name}" has text, but the rows are images`,
        where: path,
        expected: "pixels",
      });
    }
    min = Math.min(min, summary.min);
    max = Math.max(max, summary.max);
    whole &&= summary.whole;
  }
  if (min >= 0 && max <= 1) return { Stored: whole ? Uint8Array : Float32Array, scale: 1 };
  for (const { Stored, most } of types) {
    // The 16 of scikit-learn's digits, or 12 bits in 16: the type's range would leave them nearly black.
    if (min >= 0 && max <= most && whole) return { Stored, scale: 1 / (max > most / 4 ? most : max) };
  }
  throw new UserError({
    what: `the pixels reach from ${min} to ${max}`,
    where: path,
    expected: "0 to 1, or whole numbers of 0 to 255 or 0 to 65535",
    hint: 'say how they become the model\'s input, as with "prepare": "standardize"',
  });
}
