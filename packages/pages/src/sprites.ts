/** Sheets of pictures as PNG, shown without smoothing at any size. */

import type { Examples } from "@gumbel/tables";
import { encode } from "fast-png";

export interface Sheet {
  /** File name without extension. */
  name: string;
  rows: number;
  columns: number;
  /** Size in the pictures' own pixels. */
  width: number;
  height: number;
  /** True if the pictures have one channel. */
  grey: boolean;
  png: Uint8Array;
  /** Names of the rows and columns, for the file of the figure. */
  labels: SheetLabels;
}

export interface SheetLabels {
  rows?: string[];
  columns?: string[];
}

/** Pixels between two pictures. */
export const gap = 2;

/**
 * Lays pictures out on one sheet.
 *
 * @param shape [height, width, channels], one or three channels
 * @param pictures height × width × channels bytes each, row after row; undefined leaves a gap
 */
export function sheet(
  name: string,
  shape: number[],
  rows: number,
  columns: number,
  pictures: (ArrayLike<number> | undefined)[],
  labels: SheetLabels = {},
): Sheet {
  const [height = 1, width = 1, channels = 1] = shape;
  const sheetWidth = columns * (width + gap) - gap;
  const sheetHeight = rows * (height + gap) - gap;
  const grey = channels < 3;
  // Gaps are transparent, so that the page's background shows.
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
  return { name, rows, columns, width: sheetWidth, height: sheetHeight, grey, png, labels };
}

/** Pictures side by side without gaps, for a script to cut out. */
export interface Atlas {
  png: Uint8Array;
  columns: number;
  /** Size of one picture. */
  width: number;
  height: number;
}

/** Most bytes of an atlas before compression: larger pictures are shrunk until they fit. */
const atlasBytes = 1.6e6;

/**
 * @param shape [height, width, channels] of each picture
 * @param pictures height × width × channels bytes each
 */
export function atlas(shape: number[], pictures: ArrayLike<number>[]): Atlas {
  const [height = 1, width = 1, channels = 1] = shape;
  const whole = height * width * channels * pictures.length;
  const by = Math.max(1, Math.ceil(Math.sqrt(whole / atlasBytes)));
  const size = { width: Math.ceil(width / by), height: Math.ceil(height / by) };
  const columns = Math.ceil(Math.sqrt(pictures.length));
  const across = columns * size.width;
  const rows = Math.ceil(pictures.length / columns);
  const sums = new Float32Array(rows * size.height * across * channels);
  pictures.forEach((picture, i) => {
    const top = Math.floor(i / columns) * size.height;
    const left = (i % columns) * size.width;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        // Each pixel of the shrunk picture is the mean of the pixels it replaces.
        const [v, u] = [Math.floor(y / by), Math.floor(x / by)];
        const covered = Math.min(by, height - v * by) * Math.min(by, width - u * by);
        const to = ((top + v) * across + left + u) * channels;
        for (let c = 0; c < channels; c++) {
          sums[to + c]! += picture[(y * width + x) * channels + c]! / covered;
        }
      }
    }
  });
  const png = encode({
    width: across,
    height: rows * size.height,
    data: Uint8ClampedArray.from(sums),
    channels,
  });
  return { png, columns, ...size };
}

/** Factor that enlarges pictures of this shape to about 56 pixels. */
export const enlargement = ([height = 1]: number[]): number => Math.max(1, Math.round(56 / height));

/** Values in [0, 1], the model's input scale for pictures, as bytes. */
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
