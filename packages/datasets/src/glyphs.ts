import { type RandomStream, stream } from "@gumbel/random";
import { z } from "zod";
import { type Dataset, digits, type ExampleBatch, inBatches } from "./dataset.js";

const optionsSchema = z.strictObject({
  train: z.int().min(1).default(5000).describe("Training examples."),
  test: z.int().min(0).default(1000).describe("Test examples."),
});

const side = 28;
/** A point in the unit square, x to the right, y down. */
type Point = readonly [number, number];
/** A stroke is the smooth curve through its points. */
type Stroke = readonly Point[];

/** Ways to write each digit. */
const shapes: readonly (readonly Stroke[])[][] = [
  [
    [
      [
        [0.5, 0.08],
        [0.22, 0.22],
        [0.14, 0.5],
        [0.24, 0.8],
        [0.5, 0.92],
        [0.77, 0.78],
        [0.86, 0.5],
        [0.76, 0.2],
        [0.5, 0.08],
      ],
    ],
    [
      [
        [0.62, 0.1],
        [0.34, 0.2],
        [0.24, 0.52],
        [0.34, 0.84],
        [0.56, 0.9],
        [0.74, 0.66],
        [0.76, 0.36],
        [0.6, 0.1],
      ],
    ],
  ],
  [
    [
      [
        [0.5, 0.06],
        [0.5, 0.5],
        [0.5, 0.94],
      ],
    ],
    [
      [
        [0.34, 0.24],
        [0.46, 0.14],
        [0.54, 0.06],
        [0.54, 0.5],
        [0.53, 0.94],
      ],
    ],
  ],
  [
    [
      [
        [0.2, 0.28],
        [0.32, 0.1],
        [0.6, 0.08],
        [0.78, 0.28],
        [0.66, 0.52],
        [0.4, 0.74],
        [0.18, 0.92],
      ],
      [
        [0.18, 0.92],
        [0.5, 0.9],
        [0.84, 0.9],
      ],
    ],
    [
      [
        [0.22, 0.24],
        [0.44, 0.08],
        [0.74, 0.18],
        [0.72, 0.44],
        [0.46, 0.72],
        [0.24, 0.86],
        [0.34, 0.74],
        [0.56, 0.86],
        [0.84, 0.9],
      ],
    ],
  ],
  [
    [
      [
        [0.2, 0.16],
        [0.5, 0.06],
        [0.76, 0.22],
        [0.64, 0.42],
        [0.42, 0.47],
      ],
      [
        [0.42, 0.47],
        [0.72, 0.54],
        [0.82, 0.74],
        [0.6, 0.93],
        [0.2, 0.86],
      ],
    ],
    [
      [
        [0.22, 0.1],
        [0.5, 0.1],
        [0.78, 0.1],
      ],
      [
        [0.78, 0.1],
        [0.6, 0.28],
        [0.46, 0.42],
      ],
      [
        [0.46, 0.42],
        [0.76, 0.54],
        [0.8, 0.8],
        [0.5, 0.94],
        [0.18, 0.84],
      ],
    ],
  ],
  [
    [
      [
        [0.6, 0.06],
        [0.38, 0.36],
        [0.14, 0.64],
      ],
      [
        [0.14, 0.64],
        [0.5, 0.63],
        [0.88, 0.62],
      ],
      [
        [0.66, 0.3],
        [0.65, 0.62],
        [0.64, 0.94],
      ],
    ],
    [
      [
        [0.24, 0.08],
        [0.2, 0.3],
        [0.2, 0.5],
        [0.44, 0.52],
        [0.76, 0.46],
      ],
      [
        [0.76, 0.08],
        [0.75, 0.5],
        [0.72, 0.94],
      ],
    ],
  ],
  [
    [
      [
        [0.8, 0.08],
        [0.5, 0.08],
        [0.28, 0.1],
      ],
      [
        [0.28, 0.1],
        [0.26, 0.26],
        [0.24, 0.44],
      ],
      [
        [0.24, 0.44],
        [0.54, 0.38],
        [0.8, 0.58],
        [0.74, 0.84],
        [0.46, 0.94],
        [0.18, 0.84],
      ],
    ],
    [
      [
        [0.74, 0.1],
        [0.5, 0.12],
        [0.34, 0.14],
        [0.3, 0.42],
        [0.56, 0.44],
        [0.74, 0.64],
        [0.62, 0.88],
        [0.24, 0.9],
      ],
    ],
  ],
  [
    [
      [
        [0.68, 0.06],
        [0.4, 0.24],
        [0.22, 0.56],
        [0.28, 0.84],
        [0.54, 0.94],
        [0.78, 0.78],
        [0.72, 0.56],
        [0.48, 0.5],
        [0.26, 0.66],
      ],
    ],
    [
      [
        [0.5, 0.06],
        [0.34, 0.36],
        [0.28, 0.7],
        [0.46, 0.92],
        [0.7, 0.8],
        [0.66, 0.6],
        [0.44, 0.58],
        [0.3, 0.72],
      ],
    ],
  ],
  [
    [
      [
        [0.16, 0.12],
        [0.5, 0.1],
        [0.84, 0.1],
      ],
      [
        [0.84, 0.1],
        [0.6, 0.46],
        [0.44, 0.94],
      ],
    ],
    [
      [
        [0.18, 0.14],
        [0.5, 0.12],
        [0.82, 0.12],
      ],
      [
        [0.82, 0.12],
        [0.62, 0.5],
        [0.5, 0.94],
      ],
      [
        [0.34, 0.52],
        [0.56, 0.51],
        [0.78, 0.5],
      ],
    ],
  ],
  [
    [
      [
        [0.5, 0.48],
        [0.26, 0.34],
        [0.3, 0.12],
        [0.54, 0.06],
        [0.74, 0.18],
        [0.68, 0.38],
        [0.5, 0.48],
        [0.24, 0.64],
        [0.24, 0.86],
        [0.5, 0.94],
        [0.76, 0.84],
        [0.74, 0.62],
        [0.5, 0.48],
      ],
    ],
    [
      [
        [0.72, 0.14],
        [0.46, 0.08],
        [0.3, 0.24],
        [0.46, 0.44],
        [0.66, 0.62],
        [0.66, 0.86],
        [0.42, 0.92],
        [0.28, 0.76],
        [0.44, 0.52],
        [0.68, 0.3],
        [0.72, 0.14],
      ],
    ],
  ],
  [
    [
      [
        [0.74, 0.34],
        [0.56, 0.5],
        [0.32, 0.44],
        [0.24, 0.24],
        [0.44, 0.06],
        [0.7, 0.14],
        [0.76, 0.36],
        [0.68, 0.66],
        [0.52, 0.94],
      ],
    ],
    [
      [
        [0.7, 0.2],
        [0.46, 0.1],
        [0.26, 0.28],
        [0.42, 0.48],
        [0.68, 0.36],
        [0.72, 0.16],
      ],
      [
        [0.72, 0.16],
        [0.71, 0.5],
        [0.7, 0.94],
      ],
    ],
  ],
];

/**
 * Glyphs: handwritten-like digits drawn from a seed, 28 × 28, ten classes, nothing to download. Each is a way of writing
 * a digit as smooth strokes whose points, slant, width, turn, size, place and thickness vary at random, with noise on the
 * pixels.
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
  const ways = shapes[digit]!;
  const strokes = ways[random.int(ways.length)]!;
  const slant = 0.18 * random.normal();
  const turn = 0.09 * random.normal();
  const width = 15 * (1 + 0.14 * random.normal());
  const height = 19 * (1 + 0.07 * random.normal());
  const [left, top] = [side / 2 + 0.9 * random.normal(), side / 2 + 0.9 * random.normal()];
  const radius = Math.max(0.75, 1.25 + 0.35 * random.normal());
  const wobble = 0.028;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];

  const ink = new Float32Array(side * side);
  for (const stroke of strokes) {
    const placed = stroke.map(([x, y]): Point => {
      const v = y - 0.5 + wobble * random.normal();
      const u = x - 0.5 + wobble * random.normal() - slant * v;
      return [left + width * (cos * u - sin * v), top + height * (sin * u + cos * v)];
    });
    for (const point of curve(placed)) stamp(ink, point, radius);
  }
  const pressure = Math.min(1, 0.92 + 0.08 * random.normal());
  for (let i = 0; i < pixels.length; i++) {
    const noise = ink[i]! > 0 ? 0.05 * random.normal() : 0;
    pixels[i] = Math.round(255 * Math.min(1, Math.max(0, pressure * ink[i]! + noise)));
  }
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
