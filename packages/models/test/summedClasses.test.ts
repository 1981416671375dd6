import { startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, expect, test } from "vitest";
import { everyClass, expectedValues, marginalBounds, summedClasses } from "../src/networks/summedClasses.js";
import { batchOfAll, buildModel, trainingDataOf, valuesOf } from "../src/testing.js";

beforeAll(async () => {
  await startEngine();
});

test("the marginal bound weighs each class by its probability and takes its entropy off", () => {
  const logits = tf.tensor2d([[Math.log(3), 0]]);
  // q = 3/4, 1/4: 3/4 · 8 + 1/4 · 4 - H.
  const entropy = -(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25));
  expect(marginalBounds(logits, tf.tensor1d([8, 4])).dataSync()[0]).toBeCloseTo(7 - entropy, 5);
  expect(expectedValues(logits, tf.tensor1d([8, 4])).dataSync()[0]).toBeCloseTo(7, 5);
});

test("every class comes with every example, class after class", () => {
  expect(everyClass(2, 2).arraySync()).toEqual([
    [1, 0],
    [1, 0],
    [0, 1],
    [0, 1],
  ]);
});

const likely = { count: 2, fromEpoch: 5 };
const logits = () =>
  tf.tensor2d([
    [0, Math.log(3), -4],
    [-9, -1, -1 - Math.LN2],
  ]);

test("from its epoch on a sum goes over the likeliest classes, the likeliest first", () => {
  const summed = summedClasses(logits(), 5, likely);
  expect(summed.y.arraySync()).toEqual([
    [0, 1, 0],
    [0, 1, 0],
    [1, 0, 0],
    [0, 0, 1],
  ]);
  const q = tf.softmax(summed.logits).arraySync() as number[][];
  expect(q.flat()).toEqual([0.75, 0.25, 2 / 3, 1 / 3].map((value) => expect.closeTo(value, 5)));
});

test("before that epoch, and where there are no more classes, it goes over all", () => {
  for (const [epoch, count] of [
    [4, 2],
    [5, 3],
  ] as const) {
    const { y, logits: all } = summedClasses(logits(), epoch, { ...likely, count });
    expect(y.arraySync()).toEqual(everyClass(2, 3).arraySync());
    expect(all.arraySync()).toEqual(logits().arraySync());
  }
});

test("the bound of the likeliest classes has the gradient of its value, and none in a class that is left out", () => {
  const bounds = tf.tensor1d([8, 1, 4, 2]);
  const value = (x: tf.Tensor2D) =>
    tf.sum<tf.Scalar>(marginalBounds(summedClasses(x, 9, likely).logits, bounds));
  const gradient = tf
    .grad((x) => value(x as tf.Tensor2D))(logits())
    .arraySync() as number[][];
  const step = 1e-2;
  for (const [i, j] of [
    [0, 0],
    [0, 1],
    [0, 2],
    [1, 0],
    [1, 1],
    [1, 2],
  ] as const) {
    const at = (by: number) => {
      const rows = logits().arraySync();
      rows[i]![j]! += by;
      return value(tf.tensor2d(rows)).dataSync()[0]!;
    };
    expect(gradient[i]![j]).toBeCloseTo((at(step) - at(-step)) / (2 * step), 2);
  }
  expect(gradient[0]![2]).toBe(0);
});

// What is left out of q(y | x) is nothing if the classifier is certain.
test.each(["m2", "adgm", "sdgm", "gmvae"])(
  "%s has the same value by two classes as by all if it is certain of one",
  async (name) => {
    const d = 6;
    const labels = Int32Array.from({ length: 9 }, (_, i) => (i < 3 ? i : -1));
    const data = trainingDataOf(stream(0, "x").fill("uniform", 9 * d), d, labels);
    const value = async (options: object) => {
      const model = await buildModel(
        name,
        {
          ...(name === "gmvae" ? { expectation: "sum", hidden: [4] } : { hidden: name === "m2" ? 4 : [4] }),
          zSize: 2,
          ...options,
        },
        data,
        { classes: 3 },
      );
      for (const parameter of model.parameters.trainable) parameter.assign(tf.zeros(parameter.shape));
      const bias = model.parameters.trainable.find(
        ({ name, shape }) => shape[0] === 3 && shape.length === 1 && name.endsWith("bias"),
      );
      bias!.assign(tf.tensor1d([40, 0, -1]));
      return valuesOf(model, batchOfAll(data)).total;
    };
    expect(await value({ likelyClasses: { count: 2, fromEpoch: 0 } })).toBeCloseTo(await value({}), 3);
  },
);
