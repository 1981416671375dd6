import { Parameters, startEngine, tf } from "@gumbel/engine";
import { beforeAll, expect, test } from "vitest";
import { drawRows } from "../src/drawing.js";
import type { Model } from "../src/model.js";

beforeAll(async () => {
  await startEngine();
});

/** Draws its noise, and the number of its cluster behind it. */
const model = (conditional: boolean): Model => ({
  parameters: new Parameters(),
  clusters: 3,
  training: { phases: [] },
  encoder: { latent: "feature", encode: (x) => ({ cluster: tf.zeros([x.shape[0]], "int32"), feature: x }) },
  decoder: {
    generator: {
      noise: 1,
      conditional,
      generate: (noise, c) =>
        tf.concat([noise, tf.expandDims(tf.argMax(c, 1), 1).toFloat() as tf.Tensor2D], 1),
    },
  },
});

test("a generator by cluster draws a row for each, with the same noise", () => {
  const drawn = drawRows(model(true), Float32Array.of(5, 7), 2).arraySync();
  expect(drawn).toEqual(
    [0, 1, 2].flatMap((c) => [
      [5, c],
      [7, c],
    ]),
  );
});

test("a generator without clusters draws one row", () => {
  expect(drawRows(model(false), Float32Array.of(5, 7), 2).arraySync()).toEqual([
    [5, 0],
    [7, 0],
  ]);
});

test("a model without a generator says so", () => {
  expect(() => drawRows({ ...model(true), decoder: {} }, Float32Array.of(1), 1)).toThrow(/no generator/);
});
