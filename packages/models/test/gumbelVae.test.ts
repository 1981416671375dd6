import { startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import type { Model } from "../src/index.js";
import {
  batchOfAll,
  buildModel,
  copyTraining,
  encodingOf,
  phaseOf,
  trainingDataOf,
  valuesOf,
} from "../src/testing.js";

beforeAll(async () => {
  await startEngine();
});

const d = 6;
const n = 40;
const training = trainingDataOf(stream(0, "x").fill("uniform", n * d), d);

/** A model at the first step of its main phase. */
async function build(options: object = {}, shape = [d]): Promise<Model> {
  const small = { hidden: [8], featureSize: 6, zSize: 3 };
  const model = await buildModel("gumbel-vae", { ...small, ...options }, training, { shape, classes: 4 });
  await phaseOf(model).start!(training);
  return model;
}

/** The objective at an epoch of the main phase, as numbers. */
const valuesAt = (model: Model, epoch: number) => valuesOf(model, batchOfAll(training, { epoch }));

describe("the objective", () => {
  test("is w_R L_R + w_C L_C + w_G L_G", async () => {
    const { total, terms, weights } = valuesAt(await build({ wR: 3, wC: 2, wG: 5 }), 0);
    const { reconstruction, categorical, gaussian } = terms;
    expect(total).toBeCloseTo(3 * reconstruction! + 2 * categorical! + 5 * gaussian!, 3);
    expect(weights).toEqual({ reconstruction: 3, categorical: 2, gaussian: 5 });
  });

  test("has L_C = Σ π log(K π) of the probabilities that it predicts", async () => {
    const model = await build();
    const probabilities = encodingOf(model, training).probabilities!;
    const expected = probabilities.reduce((sum, p) => sum + p * Math.log(4 * p), 0) / n;
    expect(valuesAt(model, 0).terms.categorical).toBeCloseTo(expected, 4);
  });

  test("weighs cross-entropy for inputs in [0, 1], and squared error if asked for", async () => {
    const bernoulli = valuesAt(await build(), 0).terms.reconstruction!;
    const gaussian = valuesAt(await build({ likelihood: "gaussian" }), 0).terms.reconstruction!;
    // Six dimensions of uncertain bits: about 6 log 2; six squared errors: far less.
    expect(bernoulli).toBeGreaterThan(3);
    expect(gaussian).toBeLessThan(bernoulli);
  });

  test("as published, has one phase with these three terms", async () => {
    const model = await build();
    expect(model.training.phases.map(({ name }) => name)).toEqual(["training"]);
    expect(Object.keys(valuesAt(model, 0).terms)).toEqual(["reconstruction", "categorical", "gaussian"]);
  });
});

describe("the start from an autoencoder", () => {
  const start = { epochs: 2, weight: 10, fadeEpochs: 2 };

  test("is the reconstruction alone in a phase of its own", async () => {
    const model = await build({ autoencoderStart: start });
    expect(model.training.phases.map(({ name, epochs }) => [name, epochs])).toEqual([
      ["autoencoder", 2],
      ["training", 100],
    ]);
    const { total, terms, weights } = valuesOf(model, batchOfAll(training), phaseOf(model, "autoencoder"));
    expect(terms).toEqual({ reconstruction: total });
    expect(weights).toEqual({ reconstruction: 1 });
  });

  test("then adds the cross-entropy against k-means on its latent, which fades", async () => {
    const model = await build({ autoencoderStart: start });
    const assignment = model.training.state!.get("assignment")!.values;
    const encoding = encodingOf(model, training);
    const [z, q] = [encoding.z!, encoding.probabilities!];
    const centroids = [0, 1, 2, 3].map((k) => {
      const members = [...assignment.keys()].filter((i) => assignment[i] === k);
      return [0, 1, 2].map((j) => members.reduce((sum, i) => sum + z[i * 3 + j]! / members.length, 0));
    });
    let entropy = 0;
    for (let i = 0; i < n; i++) {
      const distances = centroids.map((centroid) =>
        centroid.reduce((sum, value, j) => sum + (z[i * 3 + j]! - value) ** 2, 0),
      );
      expect(distances.indexOf(Math.min(...distances))).toBe(assignment[i]);
      entropy -= Math.log(q[i * 4 + assignment[i]!]!) / n;
    }
    for (const [epoch, weight] of [
      [0, 10],
      [1, 5],
    ] as const) {
      const { total, terms, weights } = valuesAt(model, epoch);
      expect(terms.start).toBeCloseTo(entropy, 4);
      expect(weights.start).toBe(weight);
      const others = terms.reconstruction! + terms.categorical! + 4 * terms.gaussian!;
      expect(total).toBeCloseTo(others + weight * entropy, 3);
    }
    expect(valuesAt(model, 2).terms).not.toHaveProperty("start");
  });

  test("keeps the clusters as a state, which the trained model does without", async () => {
    const model = await build({ autoencoderStart: start });
    const plain = await build();
    expect(model.parameters.all.map(({ name }) => name)).toEqual(
      plain.parameters.all.map(({ name }) => name),
    );
    const resumed = await buildModel(
      "gumbel-vae",
      { hidden: [8], featureSize: 6, zSize: 3, autoencoderStart: start },
      training,
      { classes: 4, seed: 2 },
    );
    await copyTraining(model, resumed);
    expect(valuesAt(resumed, 0)).toEqual(valuesAt(model, 0));
  });

  test("gives way to the self-training as it fades", async () => {
    const model = await build({ autoencoderStart: start, selfTraining: { weight: 10 } });
    const [first, half, full] = [0, 1, 2].map((epoch) => valuesAt(model, epoch));
    expect([first, half, full].map((at) => at!.weights.selfTraining)).toEqual([0, 5, 10]);
    expect(half!.terms.selfTraining).toBeGreaterThan(0);
    expect(full!.terms.selfTraining).toBe(half!.terms.selfTraining);
  });
});

describe("self-training", () => {
  test("is the divergence from DEC's target, made of the model's own probabilities", async () => {
    const model = await build({ selfTraining: { weight: 3 } });
    const q = encodingOf(model, training).probabilities!;
    const frequency = [0, 1, 2, 3].map((k) => q.reduce((sum, v, i) => (i % 4 === k ? sum + v : sum), 0));
    let divergence = 0;
    for (let from = 0; from < q.length; from += 4) {
      const shares = frequency.map((f, k) => q[from + k]! ** 2 / f);
      const sum = shares.reduce((a, b) => a + b, 0);
      shares.forEach((share, k) => {
        divergence += ((share / sum) * Math.log(share / sum / q[from + k]!)) / n;
      });
    }
    const { total, terms, weights } = valuesAt(model, 0);
    const { reconstruction, categorical, gaussian, selfTraining } = terms;
    expect(selfTraining).toBeCloseTo(divergence, 4);
    expect(weights.selfTraining).toBe(3);
    expect(total).toBeCloseTo(reconstruction! + categorical! + 4 * gaussian! + 3 * selfTraining!, 3);
  });

  test("takes its target from the image, not from the warped copy that g is shown", async () => {
    const shape = [2, 3, 1];
    const options = { selfTraining: {}, augmentation: { rotation: 0, scale: 0, shear: 0, shift: 0 } };
    const still = valuesAt(await build(options, shape), 0);
    const moved = valuesAt(await build({ ...options, augmentation: { shift: 1 } }, shape), 0);
    const alone = valuesAt(await build({ selfTraining: {} }, shape), 0);
    expect(still).toEqual(alone);
    expect(moved.terms.selfTraining).toBeGreaterThan(still.terms.selfTraining!);
    expect(moved.terms.reconstruction).not.toBe(still.terms.reconstruction);
  });
});

describe("the convolutional network", () => {
  /** A model of two images of this shape. */
  function imageModel(shape: number[]): Promise<Model> {
    const size = shape.reduce((a, b) => a * b, 1);
    const images = trainingDataOf(new Float32Array(2 * size), size);
    const options = { network: "conv", featureSize: 6, zSize: 3 };
    return buildModel("gumbel-vae", options, images, { shape, classes: 10, examples: 10 });
  }

  test("encodes and decodes each size that it has layers for", async () => {
    for (const shape of [
      [16, 16, 1],
      [28, 28, 1],
      [32, 32, 3],
    ]) {
      const size = shape.reduce((a, b) => a * b, 1);
      const model = await imageModel(shape);
      tf.tidy(() => {
        const x = tf.tensor2d(stream(0, "image").fill("uniform", 2 * size), [2, size]);
        expect(model.encoder.encode(x).feature!.shape).toEqual([2, 6]);
        expect(model.decoder.reconstruct!(x).shape).toEqual([2, size]);
      });
      model.parameters.dispose();
    }
  });

  test("refuses another size and names these", async () => {
    await expect(imageModel([20, 20, 1])).rejects.toThrow(/16x16, 28x28, 32x32/);
  });
});
