import { startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import { loadSystem, type Model } from "../src/index.js";
import { fitLogit } from "../src/networks/logit.js";
import { mixtureTerms } from "../src/systems/vade.js";
import { accuracyOf, termsOf, threeClouds, trainBriefly } from "./clouds.js";

beforeAll(async () => {
  await startEngine();
});

const training = threeClouds();
const { n, d } = training;
const options = { hidden: [16], latentSize: 2, restarts: 5 };

async function build(name: string, range: "unit" | "real" = "unit", seed = 1): Promise<Model> {
  const system = await loadSystem(name);
  return system.build({
    options: system.optionsSchema.parse(options),
    data: { shape: [d], d, range, classes: 3, examples: n },
    random: (...names) => stream(seed, ...names),
  });
}

const valuesOf = (of: (x: tf.Tensor2D) => tf.Tensor): Float32Array =>
  tf.tidy(() =>
    of(tf.tensor2d(training.all(), [n, d]))
      .dataSync<"float32">()
      .slice(),
  );

describe("the objective", () => {
  test("has the two terms of the prior as the paper's sums, written out in NumPy", () => {
    /*
     * For each of the two examples, with dens_c = pi_c prod_j N(z_j | m_cj, exp(lc_cj)) and g = dens / dens.sum():
     *   G += .5 * sum(g[c] * sum(lc[c,j] + exp(lv[j]) / exp(lc[c,j]) + (mu[j] - m[c,j])**2 / exp(lc[c,j]))) - .5 * sum(1 + lv)
     *   C += sum(g[c] * log(g[c] / pi[c]));  then G / 2 and C / 2
     */
    const { gaussian, categorical } = mixtureTerms(
      tf.tensor2d([0.5, -1, 1.5, 0.25], [2, 2]),
      tf.tensor2d([-0.5, 0.2, 0.1, -1], [2, 2]),
      tf.tensor2d([0.75, -0.5, 1, 0.5], [2, 2]),
      {
        logits: tf.tensor1d([0.2, -0.3, 0]),
        means: tf.tensor2d([0, 0, 1, 1, 2, -1], [3, 2]),
        logVariances: tf.tensor2d([0, 0.5, -0.25, 0.1, 0.3, -0.4], [3, 2]),
      },
    );
    expect(gaussian.dataSync()[0]).toBeCloseTo(1.02045933, 5);
    expect(categorical.dataSync()[0]).toBeCloseTo(0.11842613, 5);
  });

  test("with one cluster at the origin of variance 1 is that of a VAE", () => {
    // KL(N(1, e) ‖ N(0, 1)) = ½ (1 + e - 1 - 1), and a single cluster costs nothing.
    const { gaussian, categorical } = mixtureTerms(
      tf.tensor2d([1], [1, 1]),
      tf.tensor2d([1], [1, 1]),
      tf.tensor2d([0.3], [1, 1]),
      { logits: tf.tensor1d([5]), means: tf.zeros([1, 1]), logVariances: tf.zeros([1, 1]) },
    );
    expect(gaussian.dataSync()[0]).toBeCloseTo((Math.E - 1) / 2, 5);
    expect(categorical.dataSync()[0]).toBeCloseTo(0, 6);
  });

  test("stays finite for a sample that is far from every cluster", () => {
    const { gaussian, categorical } = mixtureTerms(
      tf.tensor2d([1000], [1, 1]),
      tf.tensor2d([0], [1, 1]),
      tf.tensor2d([1000], [1, 1]),
      { logits: tf.zeros([2]), means: tf.tensor2d([0, 1], [2, 1]), logVariances: tf.zeros([2, 1]) },
    );
    // All on the nearer one: ½ (1 + 999² - 1), and log 2 for having chosen.
    expect(gaussian.dataSync()[0]! / (0.5 * 999 ** 2)).toBeCloseTo(1, 5);
    expect(categorical.dataSync()[0]).toBeCloseTo(Math.log(2), 5);
  });

  test("is the sum of its terms", async () => {
    const model = await build("vade");
    await model.start!(training);
    const { total, reconstruction, gaussian, categorical } = termsOf(model, training);
    expect(total! / (reconstruction! + gaussian! + categorical!)).toBeCloseTo(1, 5);
  });
});

describe("the start", () => {
  test("puts the prior onto the clusters of the latent", async () => {
    const model = await build("vade");
    await trainBriefly(model, model.pretraining!, training, 30);
    await model.start!(training);
    expect(accuracyOf(model, training)).toBe(1);
  });

  test("takes an autoencoder from another system, with its latent and its scale", async () => {
    const stacked = await build("ae-kmeans", "unit", 5);
    await stacked.start!(training);
    const model = await build("vade");
    const set = model.parameters.load(await stacked.parameters.save());
    expect(set).toEqual(expect.arrayContaining(["encoder/1/weight", "decoder/1/bias", "inputScale"]));
    expect(valuesOf((x) => model.encode(x).z!)).toEqual(valuesOf((x) => stacked.encode(x).feature!));
  });

  test("refits that autoencoder's last layer, so that its sigmoid reconstructs as well as it did", async () => {
    const stacked = await build("ae-kmeans", "unit", 5);
    await trainBriefly(stacked, stacked, training, 100);
    const model = await build("vade");
    model.parameters.load(await stacked.parameters.save());
    const error = (reconstruct: Model): number => {
      const x = training.all();
      const values = valuesOf((input) => reconstruct.reconstruct!(input));
      return values.reduce((sum, value, i) => sum + (value - x[i]!) ** 2, 0) / n;
    };
    const before = error(model);
    await model.start!(training);
    expect(error(model)).toBeLessThan(1.5 * error(stacked));
    // Taken as logits, the old output is far off.
    expect(before).toBeGreaterThan(4 * error(model));
  });

  test("leaves a decoder alone that it has trained itself", async () => {
    const model = await build("vade");
    await model.pretraining!.start!(training);
    const decoder = async () => (await model.parameters.save()).get("decoder/1/weight")!.values;
    const before = await decoder();
    await model.start!(training);
    expect(await decoder()).toEqual(before);
  });

  test("leaves every decoder alone where the data is not in [0, 1]", async () => {
    const model = await build("vade", "real");
    const stacked = await build("ae-kmeans", "real", 5);
    await stacked.start!(training);
    model.parameters.load(await stacked.parameters.save());
    await model.start!(training);
    expect(valuesOf((x) => model.reconstruct!(x))).toEqual(valuesOf((x) => stacked.reconstruct!(x)));
  });
});

test("the learning rate falls by a tenth every ten epochs, down to a tenth in all", async () => {
  const { learningRateFactor } = await build("vade");
  expect([0, 9, 10, 25].map((epoch) => learningRateFactor!(epoch))).toEqual([1, 1, 0.9, 0.9 ** 2]);
  expect(learningRateFactor!(299)).toBe(0.1);
});

test("finds three clouds and keeps them while it learns", async () => {
  const model = await build("vade");
  await trainBriefly(model, model.pretraining!, training, 30);
  await trainBriefly(model, model, training, 60);
  expect(accuracyOf(model, training)).toBe(1);
});

describe("the logistic curve", () => {
  test("is the one of least cross-entropy", () => {
    // SciPy: minimize(lambda a: mean(logaddexp(0, a[0] p + a[1]) - (a[0] p + a[1]) t), [4, -2])
    const { slope, offset } = fitLogit([0.1, 0.3, 0.2, 0.8, 0.6, 0.9], [0, 0.2, 0.4, 0.7, 0.5, 1]);
    expect(slope).toBeCloseTo(4.93662416, 4);
    expect(offset).toBeCloseTo(-2.56585054, 4);
  });

  test("is as steep as it may be, and no steeper, for predictions without error", () => {
    const { slope, offset } = fitLogit([0, 0, 1, 1], [0, 0, 1, 1]);
    expect(slope).toBe(20);
    expect(offset).toBeCloseTo(-10, 0);
  });

  test("is the tangent at a half where all predictions are alike", () => {
    expect(fitLogit([0.5, 0.5], [0, 1])).toEqual({ slope: 4, offset: -2 });
  });
});
