import { startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, expect, test } from "vitest";
import { loadSystem, type Model } from "../src/index.js";
import { sampleGaussian } from "../src/networks/gaussian.js";
import { accuracyOf, termsOf, threeClouds, trainBriefly } from "./clouds.js";

beforeAll(async () => {
  await startEngine();
});

const training = threeClouds();
const { n, d } = training;

async function build(options: object = {}): Promise<Model> {
  const system = await loadSystem("vae");
  return system.build({
    options: system.optionsSchema.parse({ hidden: [16], latentSize: 2, restarts: 5, ...options }),
    data: { shape: [d], d, range: "unit", classes: 3, examples: n },
    random: (...names) => stream(1, ...names),
  });
}

test("with every weight zero it costs d log 2 for inputs in [0, 1], ‖x‖² for others, and nothing for the latent", async () => {
  const x = training.all();
  const squares = x.reduce((sum, value) => sum + value * value, 0) / n;
  for (const [likelihood, expected] of [
    ["auto", d * Math.LN2],
    ["gaussian", squares],
  ] as const) {
    const model = await build({ likelihood });
    for (const parameter of model.parameters.all) {
      tf.tidy(() => parameter.assign(tf.zeros(parameter.shape)));
    }
    const { total, reconstruction, gaussian } = termsOf(model, training);
    expect(reconstruction).toBeCloseTo(expected, 4);
    expect(gaussian).toBeCloseTo(0, 6);
    expect(total).toBeCloseTo(expected, 4);
  }
});

test("the sample has the mean and the variance that it is given", () => {
  const size = 20_000;
  const sample = sampleGaussian(
    tf.fill([size, 1], 3) as tf.Tensor2D,
    tf.fill([size, 1], Math.log(0.25)) as tf.Tensor2D,
    stream(0, "sample"),
  );
  const { mean, variance } = tf.moments(sample);
  expect(mean.dataSync()[0]).toBeCloseTo(3, 1);
  expect(variance.dataSync()[0]).toBeCloseTo(0.25, 1);
});

test("k-means on its latent finds three clouds", async () => {
  const model = await build({ likelihood: "bernoulli" });
  await trainBriefly(model, model, training, 150);
  await model.finish!(training);
  expect(accuracyOf(model, training)).toBe(1);
});
