import { type RandomStream, stream } from "@gumbel/random";
import type { ExampleBatch } from "@gumbel/tables";
import { z } from "zod";
import { type Dataset, digits, inBatches } from "./dataset.js";

const optionsSchema = z.strictObject({
  train: z.int().min(1).default(5000).describe("Number of training examples."),
  test: z.int().min(0).default(1000).describe("Number of test examples."),
});

const side = 28;
/** A point in the unit square, x to the right, y down. */
type Point = readonly [number, number];

/**
 * Variants of each digit: strokes separated by semicolons, each a list of points on its curve, in hundredths of the square
 * that the digit fills, x to the right and y down.
 */
const shapes: readonly (readonly string[])[] = [
  ["50,8 22,22 14,50 24,80 50,92 77,78 86,50 76,20 50,8", "62,10 34,20 24,52 34,84 56,90 74,66 76,36 60,10"],
  ["50,6 50,50 50,94", "34,24 46,14 54,6 54,50 53,94"],
  [
    "20,28 32,10 60,8 78,28 66,52 40,74 18,92 ; 18,92 50,90 84,90",
    "22,24 44,8 74,18 72,44 46,72 24,86 34,74 56,86 84,90",
  ],
  [
    "20,16 50,6 76,22 64,42 42,47 ; 42,47 72,54 82,74 60,93 20,86",
    "22,10 50,10 78,10 ; 78,10 60,28 46,42 ; 46,42 76,54 80,80 50,94 18,84",
  ],
  [
    "60,6 38,36 14,64 ; 14,64 50,63 88,62 ; 66,30 65,62 64,94",
    "24,8 20,30 20,50 44,52 76,46 ; 76,8 75,50 72,94",
  ],
  [
    "80,8 50,8 28,10 ; 28,10 26,26 24,44 ; 24,44 54,38 80,58 74,84 46,94 18,84",
    "74,10 50,12 34,14 30,42 56,44 74,64 62,88 24,90",
  ],
  ["68,6 40,24 22,56 28,84 54,94 78,78 72,56 48,50 26,66", "50,6 34,36 28,70 46,92 70,80 66,60 44,58 30,72"],
  ["16,12 50,10 84,10 ; 84,10 60,46 44,94", "18,14 50,12 82,12 ; 82,12 62,50 50,94 ; 34,52 56,51 78,50"],
  [
    "50,48 26,34 30,12 54,6 74,18 68,38 50,48 24,64 24,86 50,94 76,84 74,62 50,48",
    "72,14 46,8 30,24 46,44 66,62 66,86 42,92 28,76 44,52 68,30 72,14",
  ],
  [
    "74,34 56,50 32,44 24,24 44,6 70,14 76,36 68,66 52,94",
    "70,20 46,10 26,28 42,48 68,36 72,16 ; 72,16 71,50 70,94",
  ],
];

/**
 * Glyphs: digits like handwritten ones, drawn from a seed, 28 × 28, ten classes, nothing to download. A digit is one of its
 * variants in smooth strokes, whose points, slant, width, rotation, size, position and thickness are random, with noise on
 * the pixels.
 */
export const glyphs: Dataset<z.output<typeof optionsSchema>> = {
  title: "Glyphs",
  optionsSchema,

  async open({ train, test }, { seed }) {
    return {
      info: {
        name: "glyphs",
        title: "Glyphs (drawn digits)",
        kind: "image",
        shape: [side, side, 1],
        scale: 1 / 255,
        offset: 0,
        range: "unit",
        classes: digits,
        source: "drawn from the pipeline's seed",
      },
      sizes: { train, test },
      *batches(): Generator<ExampleBatch> {
        yield* draw(stream(seed, "glyphs", "train"), 0, 0, train);
        if (test > 0) yield* draw(stream(seed, "glyphs", "test"), 1, train, test);
      },
    };
  },
};

function draw(random: RandomStream, split: 0 | 1, first: number, n: number): Generator<ExampleBatch> {
  const features = new Uint8Array(n * side * side);
  const labels = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const label = random.int(10);
    labels[i] = label;
    drawDigit(label, random, features.subarray(i * side * side, (i + 1) * side * side));
  }
  return inBatches(features, labels, split, first);
}

function drawDigit(digit: number, random: RandomStream, pixels: Uint8Array): void {
  const variants = shapes[digit]!;
  const strokes = parseStrokes(variants[random.int(variants.length)]!);
  const slant = 0.18 * random.normal();
  const rotation = 0.09 * random.normal();
  const width = 15 * (1 + 0.14 * random.normal());
  const height = 19 * (1 + 0.07 * random.normal());
  const [left, top] = [side / 2 + 0.9 * random.normal(), side / 2 + 0.9 * random.normal()];
  const radius = Math.max(0.75, 1.25 + 0.35 * random.normal());
  const wobble = 0.028;
  const [cos, sin] = [Math.cos(rotation), Math.sin(rotation)];

  const ink = new Float32Array(side * side);
  for (const stroke of strokes) {
    const points = stroke.map(([x, y]): Point => {
      const v = y - 0.5 + wobble * random.normal();
      const u = x - 0.5 + wobble * random.normal() - slant * v;
      return [left + width * (cos * u - sin * v), top + height * (sin * u + cos * v)];
    });
    for (const point of curve(points)) stamp(ink, point, radius);
  }
  const pressure = Math.min(1, 0.92 + 0.08 * random.normal());
  for (let i = 0; i < pixels.length; i++) {
    const noise = ink[i]! > 0 ? 0.05 * random.normal() : 0;
    pixels[i] = Math.round(255 * Math.min(1, Math.max(0, pressure * ink[i]! + noise)));
  }
}

/** Strokes of a variant, each a list of points in the unit square. */
function parseStrokes(variant: string): Point[][] {
  return variant.split(" ; ").map((stroke) =>
    stroke.split(" ").map((point): Point => {
      const [x, y] = point.split(",").map(Number) as [number, number];
      return [x / 100, y / 100];
    }),
  );
}

/** Points half a pixel apart along the Catmull-Rom curve through `points`. */
function* curve(points: readonly Point[]): Generator<Point> {
  for (let i = 0; i + 1 < points.length; i++) {
    const [b, c] = [points[i]!, points[i + 1]!];
    const [a, d] = [points[i - 1] ?? b, points[i + 2] ?? c];
    const steps = Math.ceil(2 * Math.hypot(c[0] - b[0], c[1] - b[1])) + 1;
    for (let step = 0; step <= steps; step++) {
      const t = step / steps;
      const at = (k: 0 | 1): number =>
        0.5 *
        (2 * b[k] +
          (c[k] - a[k]) * t +
          (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k]) * t ** 2 +
          (3 * b[k] - a[k] - 3 * c[k] + d[k]) * t ** 3);
      yield [at(0), at(1)];
    }
  }
}

/** Darkens the pixels within `radius` of a point, with a soft edge one pixel wide. */
function stamp(ink: Float32Array, [x, y]: Point, radius: number): void {
  const reach = Math.ceil(radius + 1);
  for (
    let row = Math.max(0, Math.floor(y) - reach);
    row <= Math.min(side - 1, Math.floor(y) + reach);
    row++
  ) {
    for (
      let column = Math.max(0, Math.floor(x) - reach);
      column <= Math.min(side - 1, Math.floor(x) + reach);
      column++
    ) {
      const distance = Math.hypot(column + 0.5 - x, row + 0.5 - y);
      const dark = Math.min(1, Math.max(0, radius + 0.5 - distance));
      const at = row * side + column;
      if (dark > ink[at]!) ink[at] = dark;
    }
  }
}
