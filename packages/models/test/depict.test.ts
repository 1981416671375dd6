import { startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import type { Model } from "../src/index.js";
import {
  accuracyOf,
  batchOfAll,
  buildModel,
  encodingOf,
  phaseOf,
  threeClouds,
  trainingDataOf,
  trainSteps,
  valuesOf,
} from "../src/testing.js";
import { sharpened } from "../src/training/targets.js";

let native = false;
beforeAll(async () => {
  native = (await startEngine()).name === "native";
});

const training = threeClouds();
const { n, d } = training;

const build = (options: object = {}): Promise<Model> =>
  buildModel("depict", { hidden: [8, 6], ...options }, training);
/** A model at the first step of its main phase. */
async function started(options: object = {}): Promise<Model> {
  const model = await build(options);
  await phaseOf(model).start!(training);
  return model;
}
const targetsOf = (model: Model): Float32Array => model.training.state!.get("targets")!.values;

test("the total is the weighted sum of its terms, and pretraining is the reconstruction alone", async () => {
  const model = await started({ hiddenWeight: 0.3 });
  const { total, terms, weights } = valuesOf(model, batchOfAll(training));
  const { clustering, reconstruction, layerwise } = terms;
  expect(weights).toEqual({ clustering: 1, reconstruction: 1, layerwise: 0.3 });
  expect(total).toBeCloseTo(clustering! + reconstruction! + 0.3 * layerwise!, 5);
  const alone = valuesOf(model, batchOfAll(training), phaseOf(model, "pretraining"));
  expect(alone.terms).toEqual({ reconstruction, layerwise });
  expect(alone.total).toBeCloseTo(reconstruction! + 0.3 * layerwise!, 5);
});

test("without dropout and hidden layers' weight the reconstruction is the mean square of what it reconstructs", async () => {
  const model = await started({ dropout: { input: 0, first: 0 }, hiddenWeight: 0 });
  const { total, terms, weights } = valuesOf(model, batchOfAll(training));
  const again = model.decoder.reconstruct!(batchOfAll(training).x).dataSync<"float32">();
  const values = training.all();
  // Inputs in [0, 1] are compared in [-1, 1]: four times the square.
  const expected = again.reduce((sum, r, i) => sum + 4 * (r - values[i]!) ** 2, 0) / values.length;
  expect(terms.reconstruction).toBeCloseTo(expected, 4);
  expect(weights.layerwise).toBe(0);
  expect(total).toBeCloseTo(terms.clustering! + terms.reconstruction!, 5);
});

const starts = [
  { clusters: "k-means", restarts: 3 },
  { clusters: "merging" },
  { clusters: "merging", examples: 30 },
];

describe.each(starts)("the start from %o", (start) => {
  test("makes the clusters one-hot targets, and their means the columns of U", async () => {
    const model = await started({ start });
    const targets = targetsOf(model);
    const cluster = Array.from({ length: n }, (_, row) => targets.indexOf(1, row * 3) - row * 3);
    expect(targets.reduce((sum, q) => sum + q, 0)).toBe(n);
    expect(new Set(cluster)).toEqual(new Set([0, 1, 2]));

    const z = encodingOf(model, training).feature!;
    const size = z.length / n;
    const { values: columns } = (await model.parameters.save()).get("clusters/weight")!;
    for (const k of [0, 1, 2]) {
      const own = [...cluster.keys()].filter((row) => cluster[row] === k);
      const mean = Array.from(
        { length: size },
        (_, j) => own.reduce((sum, row) => sum + z[row * size + j]!, 0) / own.length,
      );
      const length = Math.hypot(...mean);
      mean.forEach((value, j) => {
        expect(columns[j * 3 + k]).toBeCloseTo(value / length, 4);
      });
    }
  });

  test("finds three clouds, after a little training", async () => {
    const model = await build({ start });
    const optimizer = { name: "adam" as const, learningRate: 0.01 };
    await trainSteps(model, training, { steps: 60, optimizer }, [phaseOf(model, "pretraining")]);
    await trainSteps(model, training, { steps: 40, optimizer }, [phaseOf(model)]);
    expect(accuracyOf(model, training)).toBe(1);
  });
});

test("targets stay the first clusters for startEpochs, then follow the clean probabilities once an epoch", async () => {
  const model = await started({ startEpochs: 2 });
  const { beforeStep } = phaseOf(model);
  const first = targetsOf(model);
  await beforeStep!({ epoch: 1, offset: 0, step: 1 }, training);
  expect(targetsOf(model)).toBe(first);
  await beforeStep!({ epoch: 2, offset: 0, step: 2 }, training);
  const second = targetsOf(model);
  sharpened(encodingOf(model, training).probabilities!, 3, 2).forEach((q, i) => {
    expect(second[i]).toBeCloseTo(q, 5);
  });
  await beforeStep!({ epoch: 2, offset: 20, step: 3 }, training);
  expect(targetsOf(model)).toBe(second);
});

test("training ends once the targets stand still", async () => {
  const { beforeStep } = phaseOf(await started({ startEpochs: 0 }));
  expect(await beforeStep!({ epoch: 0, offset: 0, step: 0 }, training)).toBeUndefined();
  expect(await beforeStep!({ epoch: 1, offset: 0, step: 1 }, training)).toBe("converged");
});

test("equal examples train to numbers", async () => {
  const model = await build();
  const equal = trainingDataOf(new Float32Array(n * d).fill(0.5), d);
  await phaseOf(model).start!(equal);
  await phaseOf(model).beforeStep!({ epoch: 10, offset: 0, step: 10 }, equal);
  expect(targetsOf(model).every(Number.isFinite)).toBe(true);
  expect(Number.isFinite(valuesOf(model, batchOfAll(equal)).total)).toBe(true);
});

describe("the convolutional network", () => {
  /** A model of two images of this shape. */
  function imageModel(shape: number[]): Promise<Model> {
    const size = shape.reduce((a, b) => a * b, 1);
    const images = trainingDataOf(new Float32Array(2 * size), size);
    return buildModel("depict", { network: "conv", maps: [3, 4] }, images, {
      shape,
      classes: 5,
      examples: 5,
    });
  }

  test("encodes and decodes images of several sizes", async ({ skip }) => {
    if (!native) skip("convolutions are trained by the native engine alone");
    for (const shape of [
      [4, 4, 1],
      [16, 16, 1],
      [28, 28, 1],
      [32, 32, 3],
      [30, 23, 1],
    ]) {
      const model = await imageModel(shape);
      const size = shape.reduce((a, b) => a * b, 1);
      tf.tidy(() => {
        const x = tf.tensor2d(stream(0, "image").fill("uniform", 2 * size), [2, size]);
        expect(model.encoder.encode(x).feature!.shape).toEqual([2, 5]);
        expect(model.decoder.reconstruct!(x).shape).toEqual([2, size]);
      });
      model.parameters.dispose();
    }
  });

  test("reaches the paper's 13 × 13 and 7 × 7 from 28 × 28, and 7 × 7 and 4 × 4 from 16 × 16", async ({
    skip,
  }) => {
    if (!native) skip("convolutions are trained by the native engine alone");
    const inputs = async (side: number) => {
      const { parameters } = await imageModel([side, side, 1]);
      return parameters.all.find(({ name }) => name === "feature/weight")!.shape[0];
    };
    expect(await inputs(28)).toBe(7 * 7 * 4);
    expect(await inputs(16)).toBe(4 * 4 * 4);
  });

  test("refuses what is no image", async () => {
    await expect(imageModel([6])).rejects.toThrow(/no convolutional network for inputs of shape \[6\]/);
  });
});
