import { Parameters, startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, expect, test } from "vitest";
import { convSmall, layersOf } from "../src/networks/layers.js";
import { NoisyEncoder } from "../src/networks/noisyEncoder.js";
import { batchOfAll, buildModel, trainingDataOf, valuesOf } from "../src/testing.js";

beforeAll(async () => {
  await startEngine();
});

const images = {
  shape: [28, 28, 1],
  d: 784,
  range: "unit",
  classes: 10,
  examples: 4,
  labelled: 2,
  foundClusters: null,
} as const;
const random = (...names: (string | number)[]) => stream(0, ...names);

test("Conv-Small turns 28 × 28 into 32, 16, 14, 16, 8, 6, 6 and 1 pixels a side, then 10 classes", () => {
  tf.tidy(() => {
    let h: tf.Tensor = tf.ones([2, 28, 28, 1]);
    const shapes = layersOf(
      new Parameters(),
      random,
      "encoder",
      [28, 28, 1],
      [...convSmall, { dense: 10 }],
    ).map((layer) => {
      h = layer.apply(h);
      return h.shape.slice(1).join(" × ");
    });
    expect(shapes).toEqual([
      "32 × 32 × 32",
      "16 × 16 × 32",
      "14 × 14 × 64",
      "16 × 16 × 64",
      "8 × 8 × 64",
      "6 × 6 × 128",
      "6 × 6 × 10",
      "10",
      "10",
    ]);
  });
});

test("black images leave every layer at 0: all classes are as likely", () => {
  tf.tidy(() => {
    const encoder = new NoisyEncoder(
      new Parameters(),
      random,
      { ...images, shape: [...images.shape] },
      convSmall,
      10,
      { noise: 0 },
    );
    const { logits, z } = encoder.corrupted(tf.zeros([3, 784]), (name) => random(name), "unlabelled");
    expect(tf.max(tf.abs(z(9))).dataSync()[0]).toBe(0);
    expect(new Set(tf.softmax(logits).dataSync())).toEqual(new Set([Math.fround(0.1)]));
  });
});

test("the total is the cross-entropy of the labelled and λ times the cost at the layer of the classes", async () => {
  const data = trainingDataOf(
    stream(0, "x").fill("uniform", 8 * 784),
    784,
    Int32Array.from([0, 1, -1, -1, -1, -1, -1, -1]),
  );
  const model = await buildModel("conv-ladder", { denoising: 3 }, data, { shape: [28, 28, 1], classes: 10 });
  const { total, terms } = valuesOf(model, batchOfAll(data));
  expect(total).toBeCloseTo(terms.supervised! + 3 * terms.denoising!, 4);
  // Two examples are normalised to ±1 of each other.
  expect(terms.supervised).toBeGreaterThan(0);
});
