import { startEngine, tf } from "@gumbel/engine";
import { beforeAll, expect, test } from "vitest";
import type { Model } from "../src/index.js";
import {
  batchOfAll,
  buildModel,
  encodingOf,
  threeClouds,
  trainingDataOf,
  trainSteps,
  valuesOf,
} from "../src/testing.js";

beforeAll(async () => {
  await startEngine();
});

const training = threeClouds();
const build = (options: object = {}): Promise<Model> =>
  buildModel("dlgmm", { hidden: [16], latentSize: 2, ...options }, training);

test("with every weight zero the objective is worked out by hand", async () => {
  const model = await build({ spread: 2, concentration: 0.5 });
  for (const parameter of model.parameters.all) {
    tf.tidy(() => parameter.assign(tf.zeros(parameter.shape)));
  }
  const { total, terms } = valuesOf(model, batchOfAll(training));
  const { reconstruction, gaussian, sticks } = terms;
  // Pieces sum to 1, and every bit costs log 2.
  expect(reconstruction).toBeCloseTo(training.d * Math.LN2, 4);
  // q is N(0, I), the prior's means are -2, 0 and 2 in both coordinates: ½ · 8 off the middle, so 4 (π_1 + π_3).
  expect(gaussian).toBeGreaterThan(0);
  expect(gaussian).toBeLessThan(4);
  expect(total).toBeCloseTo(reconstruction! + gaussian! + sticks!, 4);
});

test("weights every component by its expected piece, which sum to 1", async () => {
  const model = await build();
  for (const parameter of model.parameters.all) {
    tf.tidy(() => parameter.assign(tf.zeros(parameter.shape)));
  }
  const probabilities = encodingOf(model, trainingDataOf(new Float32Array(training.d), training.d))
    .probabilities!;
  // a = b = log 2 + 0.01; SciPy: m = b * beta(1 + 1 / a, b); m, m * (1 - m), (1 - m)**2
  [0.50888711, 0.24992102, 0.24119187].forEach((expected, k) => {
    expect(probabilities[k]).toBeCloseTo(expected, 2);
  });
});

test("a single component is refused: there is no stick to break", async () => {
  await expect(buildModel("dlgmm", {}, training, { classes: 1 })).rejects.toThrow(/fewer than 2 pieces/);
});

// Its weights are not a reliable clustering even of these: of six seeds they named all three clouds in one or two. Its latent
// is what the thesis reports, by nearest neighbours, and that held for all six.
test("the latent of every example has its nearest neighbour in its own cloud", async () => {
  const { n } = training;
  const model = await build();
  await trainSteps(model, training, { steps: 300, optimizer: { name: "adam", learningRate: 0.01 } });
  const neighbours = tf.tidy(() => {
    const latents = tf.tensor2d(encodingOf(model, training).z!, [n, 2]);
    const differences = tf.squaredDifference(tf.expandDims(latents, 1), tf.expandDims(latents, 0));
    const withoutSelf = tf.add(tf.sum(differences, 2), tf.mul(tf.eye(n), 1e9));
    return [...tf.argMin(withoutSelf, 1).dataSync()];
  });
  expect(neighbours.map((row) => row % 3)).toEqual(neighbours.map((_, row) => row % 3));
});
