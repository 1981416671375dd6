import { Parameters, startEngine, tf } from "@gumbel/engine";
import type { Model } from "@gumbel/models";
import { twoMoons } from "@gumbel/models/testing";
import { beforeAll, expect, test } from "vitest";
import { Monitor } from "../src/monitor.js";

beforeAll(async () => {
  await startEngine();
});

const data = twoMoons();
const unlabelled = new Monitor(data, new Int32Array(data.n).fill(-1));

/** A model with two clusters, of which it uses one or both. */
const model = (uses: 1 | 2, generate?: (noise: tf.Tensor2D) => tf.Tensor2D): Model => ({
  parameters: new Parameters(),
  clusters: 2,
  training: { phases: [] },
  encoder: {
    latent: "feature",
    encode: (x) => ({
      cluster: tf.cast(
        tf.greater(tf.reshape(tf.slice(x, [0, 0], [-1, 1]), [-1]), uses === 1 ? 100 : 0.5),
        "int32",
      ),
      feature: tf.clone(x),
    }),
  },
  decoder: generate ? { generator: { noise: 2, conditional: false, generate } } : {},
});
const namesOf = (of: Model) => unlabelled.observe(of).collapses.map(({ name }) => name);

test("unlabelled data is watched too", () => {
  expect(unlabelled.observe(model(2))).toEqual({ accuracy: null, nmi: null, collapses: [] });
  expect(namesOf(model(1))).toEqual(["one-cluster"]);
});

test("a generator that does not use its noise is seen", () => {
  expect(namesOf(model(2, (noise) => noise))).toEqual([]);
  expect(namesOf(model(2, (noise) => tf.add(tf.mul(noise, 1e-4), 5)))).toEqual(["constant-generator"]);
});

test("accuracy is of labelled examples", () => {
  const first = data.all();
  const classes = Int32Array.from({ length: data.n }, (_, row) => Number(first[2 * row]! > 0.5));
  expect(new Monitor(data, classes).observe(model(2)).accuracy).toBe(1);
});
