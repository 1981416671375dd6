import { Parameters, startEngine, tf } from "@gumbel/engine";
import type { Model } from "@gumbel/models";
import { twoMoons } from "@gumbel/models/testing";
import { beforeAll, expect, test } from "vitest";
import { Monitor, nothingObserved } from "../src/monitor.js";

beforeAll(async () => {
  await startEngine();
});

const data = twoMoons();
const unlabelled = new Monitor({ data, classes: new Int32Array(data.n).fill(-1) });

/** A model with two clusters, of which it uses one or both. */
const model = (uses: 1 | 2): Model => ({
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
  decoder: {},
});
const namesOf = (of: Model) => unlabelled.observe(of).signs.map(({ name }) => name);

test("unlabelled data is watched too", () => {
  expect(unlabelled.observe(model(2))).toEqual(nothingObserved);
  expect(namesOf(model(1))).toEqual(["one-cluster"]);
});

test("accuracy is of labelled examples", () => {
  const first = data.all();
  const classes = Int32Array.from({ length: data.n }, (_, row) => Number(first[2 * row]! > 0.5));
  expect(new Monitor({ data, classes }).observe(model(2)).accuracy).toBe(1);
});

test("the test error is of labelled test examples, of a system whose classes are known while it learns", () => {
  const classes = new Int32Array(data.n).fill(1);
  const x = data.all();
  const wrong = Array.from({ length: data.n }, (_, row) => x[2 * row]! <= 0.5).filter(Boolean).length;
  const of = (known: Int32Array) =>
    new Monitor({ data, classes }, { data, classes: known }).observe(model(2)).testError;
  expect(of(classes)).toBeCloseTo((100 * wrong) / data.n, 10);
  // An unlabelled example does not count.
  const half = classes.map((_, row) => (x[2 * row]! > 0.5 ? 0 : -1));
  expect(of(half)).toBe(100);
  expect(of(new Int32Array(data.n).fill(-1))).toBeNull();
  const later: Model = { ...model(2), training: { phases: [], finish: async () => {} } };
  expect(new Monitor({ data, classes }, { data, classes }).observe(later).testError).toBeNull();
  expect(new Monitor({ data, classes }).observe(model(2)).testError).toBeNull();
});
