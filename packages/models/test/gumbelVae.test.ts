import { startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import { loadSystem, type Model, type TrainingData } from "../src/index.js";

beforeAll(async () => {
  await startEngine();
});

const d = 6;
const n = 40;
const values = stream(0, "x").fill("uniform", n * d);
const training: TrainingData = {
  n,
  d,
  rows: (rows) =>
    Float32Array.from({ length: rows.length * d }, (_, i) => values[rows[Math.floor(i / d)]! * d + (i % d)]!),
  all: () => values.slice(),
};

async function build(options: object, shape = [d]): Promise<Model> {
  const system = await loadSystem("gumbel-vae");
  const model = system.build({
    options: system.optionsSchema.parse({ hidden: [8], featureSize: 6, zSize: 3, ...options }),
    data: { shape, d, range: "unit", classes: 4, examples: 60 },
    random: (...names) => stream(1, ...names),
  });
  await model.start?.(training);
  return model;
}

/** The terms of the objective at an epoch, as numbers. */
function termsOf(model: Model, epoch = 0): Record<string, number> {
  const x = tf.tensor2d(values, [n, d]);
  const rows = Uint32Array.from({ length: n }, (_, row) => row);
  const batch = {
    x,
    rows,
    labels: new Int32Array(n).fill(-1),
    epoch,
    random: (name: string) => stream(2, name),
  };
  const terms = model.parameters.scope(() => model.objective!(batch));
  return Object.fromEntries(Object.entries(terms).map(([name, term]) => [name, term.dataSync()[0]!]));
}

/** q(c | x), [n × 4]. */
const probabilities = (model: Model): Float32Array =>
  tf.tidy(() =>
    model
      .encode(tf.tensor2d(values, [n, d]))
      .probabilities!.dataSync<"float32">()
      .slice(),
  );

describe("the objective", () => {
  test("is L_R + w_C L_C + w_G L_G", async () => {
    const { total, reconstruction, categorical, gaussian } = termsOf(await build({ wC: 2, wG: 5 }));
    expect(total).toBeCloseTo(reconstruction! + 2 * categorical! + 5 * gaussian!, 3);
  });

  test("has L_C = Σ π log(K π) of the probabilities that it predicts", async () => {
    const model = await build({});
    const expected = [...probabilities(model)].reduce((sum, p) => sum + p * Math.log(4 * p), 0) / n;
    expect(termsOf(model).categorical).toBeCloseTo(expected, 4);
  });

  test("weighs cross-entropy for inputs in [0, 1], and squared error where asked", async () => {
    const bernoulli = termsOf(await build({})).reconstruction!;
    const gaussian = termsOf(await build({ likelihood: "gaussian" })).reconstruction!;
    // Six dimensions of uncertain bits: about 6 log 2; six squared errors: far less.
    expect(bernoulli).toBeGreaterThan(3);
    expect(gaussian).toBeLessThan(bernoulli);
  });
});

describe("the start from an autoencoder", () => {
  const start = { epochs: 2, weight: 10, fadeEpochs: 2 };

  test("is the reconstruction alone at first", async () => {
    const { total, reconstruction, categorical, gaussian } = termsOf(
      await build({ autoencoderStart: start }),
      1,
    );
    expect(total).toBe(reconstruction);
    expect([categorical, gaussian]).toEqual([0, 0]);
  });

  test("then adds the cross-entropy against k-means on its latent, which fades", async () => {
    const model = await build({ autoencoderStart: start });
    await model.beforeStep!({ epoch: 2, offset: 0, step: 0 }, training);
    const assignment = model.state!.get("assignment")!.values;
    const z = tf.tidy(() =>
      model
        .encode(tf.tensor2d(values, [n, d]))
        .z!.dataSync<"float32">()
        .slice(),
    );
    const q = probabilities(model);
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
    expect(termsOf(model, 2).start).toBeCloseTo(10 * entropy, 3);
    expect(termsOf(model, 3).start).toBeCloseTo(5 * entropy, 3);
    expect(termsOf(model, 4).start).toBe(0);
  });

  test("keeps the clusters as a state, which the trained model does without", async () => {
    const model = await build({ autoencoderStart: start });
    const plain = await build({});
    expect(model.parameters.all.map(({ name }) => name)).toEqual(
      plain.parameters.all.map(({ name }) => name),
    );
    await model.beforeStep!({ epoch: 2, offset: 0, step: 0 }, training);
    const resumed = await build({ autoencoderStart: start });
    resumed.parameters.load(await model.parameters.save());
    for (const [name, array] of model.state!) resumed.state!.set(name, array);
    expect(termsOf(resumed, 2)).toEqual(termsOf(model, 2));
  });

  test("gives way to the self-training as it fades", async () => {
    const model = await build({ autoencoderStart: start, selfTraining: { weight: 10 } });
    await model.beforeStep!({ epoch: 2, offset: 0, step: 0 }, training);
    expect(termsOf(model, 2).selfTraining).toBe(0);
    const half = termsOf(model, 3).selfTraining!;
    expect(half).toBeGreaterThan(0);
    expect(termsOf(model, 4).selfTraining).toBeCloseTo(2 * half, 3);
  });

  test("is not there unless it is asked for", async () => {
    expect(termsOf(await build({}))).not.toHaveProperty("start");
  });
});

describe("self-training", () => {
  test("is the divergence from DEC's target, made of the model's own probabilities", async () => {
    const model = await build({ selfTraining: { weight: 3 } });
    const q = probabilities(model);
    const frequency = [0, 1, 2, 3].map((k) => q.reduce((sum, v, i) => (i % 4 === k ? sum + v : sum), 0));
    let divergence = 0;
    for (let from = 0; from < q.length; from += 4) {
      const shares = frequency.map((f, k) => q[from + k]! ** 2 / f);
      const sum = shares.reduce((a, b) => a + b, 0);
      shares.forEach((share, k) => {
        divergence += ((share / sum) * Math.log(share / sum / q[from + k]!)) / n;
      });
    }
    const { total, reconstruction, categorical, gaussian, selfTraining } = termsOf(model);
    expect(selfTraining).toBeCloseTo(3 * divergence, 4);
    expect(total).toBeCloseTo(reconstruction! + categorical! + 4 * gaussian! + selfTraining!, 3);
  });

  test("takes its target from the image, not from the warped copy that g is shown", async () => {
    const shape = [2, 3, 1];
    const options = { selfTraining: {}, augmentation: { rotation: 0, scale: 0, shear: 0, shift: 0 } };
    const still = termsOf(await build(options, shape));
    const moved = termsOf(await build({ ...options, augmentation: { shift: 1 } }, shape));
    const alone = termsOf(await build({ selfTraining: {} }, shape));
    expect(still).toEqual(alone);
    expect(moved.selfTraining).toBeGreaterThan(still.selfTraining!);
    expect(moved.reconstruction).not.toBe(still.reconstruction);
  });
});

test("the convolutional network encodes and decodes each size it is made for", async () => {
  const system = await loadSystem("gumbel-vae");
  for (const shape of [
    [16, 16, 1],
    [28, 28, 1],
    [32, 32, 3],
  ]) {
    const size = shape.reduce((a, b) => a * b, 1);
    const model = system.build({
      options: system.optionsSchema.parse({ network: "conv", featureSize: 6, zSize: 3 }),
      data: { shape, d: size, range: "unit", classes: 10, examples: 60 },
      random: (...names) => stream(1, ...names),
    });
    tf.tidy(() => {
      const x = tf.tensor2d(stream(0, "image").fill("uniform", 2 * size), [2, size]);
      expect(model.encode(x).feature!.shape).toEqual([2, 6]);
      expect(model.reconstruct!(x).shape).toEqual([2, size]);
    });
    model.parameters.dispose();
  }
});

test("an image of a size without a network is refused with the known sizes", async () => {
  const system = await loadSystem("gumbel-vae");
  const options = system.optionsSchema.parse({ network: "conv" });
  expect(() =>
    system.build({
      options,
      data: { shape: [20, 20, 1], d: 400, range: "unit", classes: 2, examples: 60 },
      random: () => stream(0),
    }),
  ).toThrow(/16x16, 28x28, 32x32/);
});
