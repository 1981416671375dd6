/** Sheets of pictures as PNG, to be shown crisp at any size. */

import type { Examples } from "@gumbel/artifacts";
import { encode } from "fast-png";

export interface Sheet {
  /** File name without ending. */
  name: string;
  rows: number;
  columns: number;
  /** Size in pictures' own pixels. */
  width: number;
  height: number;
  /** Whether it has no colour. */
  grey: boolean;
  png: Uint8Array;
}

/** Pixels between two pictures. */
export const gap = 2;

/**
 * Lays pictures out on one sheet.
 *
 * @param shape [height, width, channels], one or three channels
 * @param pictures height × width × channels bytes each, row after row; undefined leaves a place empty
 */
export function sheet(
  name: string,
  shape: number[],
  rows: number,
  columns: number,
  pictures: (ArrayLike<number> | undefined)[],
): Sheet {
  const [height = 1, width = 1, channels = 1] = shape;
  const sheetWidth = columns * (width + gap) - gap;
  const sheetHeight = rows * (height + gap) - gap;
  const grey = channels < 3;
  // Gaps and empty places are transparent, so that the page's own background shows.
  const samples = grey ? 2 : 4;
  const data = new Uint8Array(sheetWidth * sheetHeight * samples);
  pictures.forEach((picture, i) => {
    if (!picture) return;
    const top = Math.floor(i / columns) * (height + gap);
    const left = (i % columns) * (width + gap);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const from = (y * width + x) * channels;
        const to = ((top + y) * sheetWidth + left + x) * samples;
        for (let c = 0; c < samples - 1; c++) data[to + c] = picture[from + c]!;
        data[to + samples - 1] = 255;
      }
    }
  });
  const png = encode({ width: sheetWidth, height: sheetHeight, data, channels: samples });
  return { name, rows, columns, width: sheetWidth, height: sheetHeight, grey, png };
}

/** How much pictures of this shape are enlarged so that they show at about 56 pixels. */
export const enlargement = ([height = 1]: number[]): number => Math.max(1, Math.round(56 / height));

/** Values of the model's input scale, [0, 1] for pictures, as bytes. */
export function toBytes(values: Float32Array): Uint8ClampedArray {
  return Uint8ClampedArray.from(values, (value) => value * 255);
}

/** A stored example as bytes. */
export function exampleBytes(
  { features, d, info: { scale, offset } }: Examples,
  row: number,
): Uint8ClampedArray {
  return Uint8ClampedArray.from(
    features.subarray(row * d, (row + 1) * d),
    (value) => (value * scale + offset) * 255,
  );
}
