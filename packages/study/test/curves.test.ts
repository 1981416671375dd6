/** Curves in records. */

import { keptSeries, sealed } from "@gumbel/records";
import { expect, test } from "vitest";
import { keptCurves } from "../src/figures/curves.js";

/** The records of a run with this accuracy after each epoch. */
const curveOf = (accuracy: (number | null)[], seed = 0) => ({
  seed,
  records: accuracy.map((value, i) => ({
    ...{ phase: "training", epoch: i + 1, step: i + 1, loss: 123.456789 - i / 7 },
    ...{ totals: {}, terms: { a: i / 3, b: 1 / (i + 1) }, weights: {} },
    ...{ accuracy: value, nmi: value, testError: null, signs: [] },
  })),
});

test("have five significant digits, and none where nothing was recorded", () => {
  const curves = keptCurves(curveOf([1 / 3, null, 0.5]));
  expect(curves.map(({ name }) => name)).toEqual(["loss", "a", "b", "accuracy", "nmi"]);
  expect(curves[0]).toEqual({ name: "loss", last: 3, values: [123.46, 123.31, 123.17] });
  expect(curves[3]).toEqual({ name: "accuracy", last: 3, values: [0.33333, null, 0.5] });
  expect(keptSeries([{ seed: 4, curves }], "accuracy")).toEqual([
    {
      seed: 4,
      points: [
        { epoch: 1, value: 0.33333 },
        { epoch: 3, value: 0.5 },
      ],
    },
  ]);
  expect(keptSeries([{ seed: 4, curves }], "elsewhere")).toBeUndefined();
});

test("of a long training are those of evenly spaced epochs and the last one", () => {
  const long = Array.from({ length: 1001 }, (_, i) => i / 1001);
  const [run] = keptSeries([{ seed: 0, curves: keptCurves(curveOf(long)) }], "accuracy")!;
  const epochs = run!.points.map(({ epoch }) => epoch);
  expect([epochs.length, epochs[0], epochs[1], epochs.at(-2), epochs.at(-1)]).toEqual([
    251, 4, 8, 1000, 1001,
  ]);
});

test("of five seeds over 300 epochs, laid out latents and two sheets leave a record under 300 kB", () => {
  const runs = Array.from({ length: 5 }, (_, seed) => ({
    seed,
    curves: keptCurves(
      curveOf(
        Array.from({ length: 300 }, (_, i) => Math.sqrt(i * 0.3333)),
        seed,
      ),
    ),
  }));
  const places = Array.from({ length: 800 }, (_, i) => 200 + i);
  const moments = Array.from({ length: 10 }, (_, at) => ({ at, x: places, y: places }));
  // The most bytes of a sheet, in base64.
  const png = "x".repeat(80_000);
  const text = sealed({
    runs,
    drawn: { seed: 0, parts: { latents: { moments }, generated: { png }, style: { png } } },
  });
  expect(text.length).toBeLessThan(300_000);
  expect(text.split("\n").length).toBeLessThan(300);
});
