import { startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import { loadSystem, type Model } from "../src/index.js";
import {
  digamma,
  kumaraswamyDivergence,
  logComplement,
  logQuantile,
  logStickPieces,
} from "../src/networks/kumaraswamy.js";
import { termsOf, threeClouds, trainBriefly } from "./clouds.js";

beforeAll(async () => {
  await startEngine();
});

const training = threeClouds();

async function build(options: object = {}): Promise<Model> {
  const system = await loadSystem("dlgmm");
  return system.build({
    options: system.optionsSchema.parse({ hidden: [16], latentSize: 2, ...options }),
    data: { shape: [training.d], d: training.d, range: "unit", classes: 3, examples: training.n },
    random: (...names) => stream(1, ...names),
  });
}

describe("the Kumaraswamy distribution", () => {
  const column = (value: number, n: number) => tf.fill([n, 1], value) as tf.Tensor2D;
  /** (i + ½) / n: what a uniform sample is on average. */
  const midpoints = (n: number) => tf.reshape(tf.linspace(0.5 / n, 1 - 0.5 / n, n), [n, 1]);

  // SciPy: b * beta(1 + 1 / a, b)
  test.each([
    [0.7, 1.5, 0.30655443],
    [2, 3, 0.45714286],
  ])("with a = %d and b = %d has the mean %d", (a, b, expected) => {
    const logs = logQuantile(column(a, 2000), column(b, 2000), midpoints(2000));
    expect(tf.mean(tf.exp(logs)).dataSync()[0]).toBeCloseTo(expected, 4);
  });

  // SciPy: quad of q (log q - log p) over logit v, with q = a b v^(a-1) (1 - v^a)^(b-1), p = Beta(alpha, beta)
  test.each([
    [1, 1, 1, 1, 0],
    [2, 3, 1, 1, 0.20842614],
    [0.7, 1.5, 1, 4, 0.3328999],
    [3, 0.5, 2, 2.5, 3.42866886],
  ])("with a = %d and b = %d is from Beta(%d, %d) the divergence %d", (a, b, alpha, beta, expected) => {
    const n = beta === 1 ? 1 : 20_000;
    const [as, bs] = [column(a, n), column(b, n)];
    const logRest = logComplement(logQuantile(as, bs, midpoints(n)));
    const each = kumaraswamyDivergence(as, bs, logRest, alpha, [beta]);
    expect(Math.abs(tf.mean(each).dataSync()[0]! - expected)).toBeLessThan(1e-3);
  });

  test("stays within (0, 1) for the most extreme shapes and draws", () => {
    const a = tf.tensor1d([0.01, 0.01, 0.01, 100, 100, 100]);
    const b = tf.tensor1d([0.01, 1, 100, 0.01, 1, 100]);
    for (const u of [0, 0.5, 1]) {
      const logs = logQuantile(a, b, tf.fill([6], u));
      const rest = logComplement(logs);
      for (const value of [...logs.dataSync(), ...rest.dataSync()]) {
        expect(Number.isFinite(value)).toBe(true);
        expect(value).toBeLessThanOrEqual(0);
      }
    }
  });
});

test("digamma is SciPy's", () => {
  const values = digamma(tf.tensor1d([0.01, 0.5, 1, 3.7, 50])).dataSync();
  [-100.56088546, -1.96351003, -0.57721566, 1.16715354, 3.90198967].forEach((expected, i) => {
    expect(values[i]! / expected).toBeCloseTo(1, 5);
  });
});

test("a stick broken at ½ and then ⅓ leaves pieces of ½, ⅙ and ⅓", () => {
  const v = tf.tensor2d([1 / 2, 1 / 3], [1, 2]);
  const pieces = tf.exp(logStickPieces(tf.log(v), tf.log(tf.sub(1, v)))).dataSync();
  [1 / 2, 1 / 6, 1 / 3].forEach((expected, k) => {
    expect(pieces[k]).toBeCloseTo(expected, 6);
  });
});

test("with every weight zero the objective is worked out by hand", async () => {
  const model = await build({ spread: 2, concentration: 0.5 });
  for (const parameter of model.parameters.all) {
    tf.tidy(() => parameter.assign(tf.zeros(parameter.shape)));
  }
  const { total, reconstruction, gaussian, sticks } = termsOf(model, training);
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
  const probabilities = tf.tidy(() =>
    model
      .encode(tf.zeros([1, training.d]))
      .probabilities!.dataSync()
      .slice(),
  );
  // a = b = log 2 + 0.01; SciPy: m = b * beta(1 + 1 / a, b); m, m * (1 - m), (1 - m)**2
  [0.50888711, 0.24992102, 0.24119187].forEach((expected, k) => {
    expect(probabilities[k]).toBeCloseTo(expected, 2);
  });
});

test("a single component is refused: there is no stick to break", async () => {
  const system = await loadSystem("dlgmm");
  expect(() =>
    system.build({
      options: system.optionsSchema.parse({}),
      data: { shape: [2], d: 2, range: "real", classes: 0, examples: 10 },
      random: () => stream(0),
    }),
  ).toThrow(/fewer than 2 pieces/);
});

// Its weights are no reliable clustering even of these: of six seeds they named all three clouds in one or two. Its latent
// is what the thesis reports, by nearest neighbours, and that held for all six.
test("the latent of every example has its nearest neighbour in its own cloud", async () => {
  const { n, d } = training;
  const model = await build();
  await trainBriefly(model, model, training, 300);
  const neighbours = tf.tidy(() => {
    const latents = model.encode(tf.tensor2d(training.all(), [n, d])).z!;
    const differences = tf.squaredDifference(tf.expandDims(latents, 1), tf.expandDims(latents, 0));
    const withoutSelf = tf.add(tf.sum(differences, 2), tf.mul(tf.eye(n), 1e9));
    return [...tf.argMin(withoutSelf, 1).dataSync()];
  });
  expect(neighbours.map((row) => row % 3)).toEqual(neighbours.map((_, row) => row % 3));
});
