/** Sheets of pictures as PNG, to be shown crisp at any size. */

import type { Examples } from "@gumbel/artifacts";
import { encode } from "fast-png";

export interface Sheet {
  rows: number;
  columns: number;
  /** Size in pictures' own pixels. */
  width: number;
  height: number;
  png: Uint8Array;
}

/** Pixels between two pictures. */
const gap = 2;

/**
 * @param shape [height, width, channels], one or three channels
 * @param pictures row after row; undefined leaves a place empty
 */
export function sheet(
  shape: number[],
  rows: number,
  columns: number,
  pictures: (ArrayLike<number> | undefined)[],
): Sheet {
  const [height = 1, width = 1, channels = 1] = shape;
  const sheetWidth = columns * (width + gap) - gap;
  const sheetHeight = rows * (height + gap) - gap;
  // Gaps and empty places are transparent, so that the page's own background shows.
  const data = new Uint8Array(sheetWidth * sheetHeight * 4);
  pictures.forEach((picture, i) => {
    if (!picture) return;
    const top = Math.floor(i / columns) * (height + gap);
    const left = (i % columns) * (width + gap);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const to = ((top + y) * sheetWidth + left + x) * 4;
        for (let c = 0; c < 3; c++)
          data[to + c] = picture[(y * width + x) * channels + (channels === 3 ? c : 0)]!;
        data[to + 3] = 255;
      }
    }
  });
  return {
    rows,
    columns,
    width: sheetWidth,
    height: sheetHeight,
    png: encode({ width: sheetWidth, height: sheetHeight, data, channels: 4 }),
  };
}

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
