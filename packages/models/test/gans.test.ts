/** The losses of the two adversarial systems, and the pieces that they share. */
import { Parameters, startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, expect, test } from "vitest";
import { UniformGenerator } from "../src/networks/uniformGenerator.js";
import { WeightAverage } from "../src/networks/weightAverage.js";
import { WeightNormLayer } from "../src/networks/weightNorm.js";
import { generatedLoss, realLoss } from "../src/systems/improvedGan.js";
import { batchOfAll, buildModel, phaseOf, trainingDataOf, trainSteps } from "../src/testing.js";
import { marginalEntropy, meanEntropy } from "../src/training/entropies.js";

beforeAll(async () => {
  await startEngine();
});

const random = (...names: (string | number)[]) => stream(0, ...names);
const numberOf = (scalar: tf.Scalar) => scalar.dataSync()[0]!;

const d = 6;
const labels = Int32Array.from({ length: 20 }, (_, i) => (i < 6 ? i % 3 : -1));
const data = trainingDataOf(stream(0, "x").fill("uniform", 20 * d), d, labels);

test("logits of 0 for ten classes: real with probability 10/11", () => {
  const logits = tf.zeros([4, 10]) as tf.Tensor2D;
  expect(numberOf(realLoss(logits))).toBeCloseTo(-Math.log(10 / 11), 6);
  expect(numberOf(generatedLoss(logits))).toBeCloseTo(Math.log(11), 6);
  // Of the paper's unlabelled loss.
  expect(0.5 * (numberOf(realLoss(logits)) + numberOf(generatedLoss(logits)))).toBeCloseTo(1.246603, 5);
});

test("entropies: log K of even guesses; of sure ones 0 each, and log K of all classes together", () => {
  const even = tf.zeros([4, 10]) as tf.Tensor2D;
  expect(numberOf(meanEntropy(even))).toBeCloseTo(Math.log(10), 5);
  expect(numberOf(marginalEntropy(even))).toBeCloseTo(Math.log(10), 5);
  const sure = tf.mul(tf.eye(10), 100) as tf.Tensor2D;
  expect(numberOf(meanEntropy(sure))).toBeCloseTo(0, 6);
  expect(numberOf(marginalEntropy(sure))).toBeCloseTo(Math.log(10), 5);
});

test("CatGAN's discriminator is best, at -2 log K, if real examples are sure and balanced and generated ones even", () => {
  const sure = tf.mul(tf.eye(10), 100) as tf.Tensor2D;
  const even = tf.zeros([10, 10]) as tf.Tensor2D;
  const loss = -numberOf(marginalEntropy(sure)) + numberOf(meanEntropy(sure)) - numberOf(meanEntropy(even));
  expect(loss).toBeCloseTo(-4.60517, 4);
});

test("CatGAN's terms have the signs of the paper", async () => {
  const model = await buildModel("cat-gan", { hidden: [8], generatorHidden: [6], noiseSize: 3 }, data);
  const weights = phaseOf(model).players.map(({ objective }) =>
    tf.tidy(() => model.parameters.scope(() => objective(batchOfAll(data))).weights),
  );
  expect(weights).toEqual([
    { marginal: -1, real: 1, generated: -1, supervised: 1 },
    { marginal: -1, generated: 1 },
  ]);
});

test("Improved GAN starts with pre-activations of mean 0 and variance 1", () => {
  const layer = new WeightNormLayer(new Parameters(), random, "layer", d, 4, { learnsScale: false });
  const x = tf.tensor2d(data.all(), [20, d]);
  layer.standardise(x);
  const { mean, variance } = tf.moments(layer.apply(x), 0);
  for (const value of mean.dataSync()) expect(value).toBeCloseTo(0, 5);
  for (const value of variance.dataSync()) expect(value).toBeCloseTo(1, 3);
});

test("the average of 1, 2 and 4 with rate 0.5 weighs them 1/7, 2/7 and 4/7", () => {
  const parameters = new Parameters();
  const weight = parameters.create("weight", [], Float32Array.of(1));
  const averaged = parameters.create("averaged", [], Float32Array.of(9), { trainable: false });
  const average = new WeightAverage(parameters, [weight], [averaged], 0.5);
  for (const value of [1, 2, 4]) {
    weight.assign(tf.scalar(value));
    tf.tidy(() => average.follow());
    parameters.settle();
  }
  expect(averaged.value.dataSync()[0]).toBeCloseTo((1 + 4 + 16) / 7, 5);
});

test("predictions of Improved GAN are those of the averaged discriminator", async () => {
  const model = await buildModel("improved-gan", { hidden: [8], generatorHidden: [6], noiseSize: 3 }, data);
  await trainSteps(model, data, { steps: 2 });
  const of = (name: string) =>
    model.parameters.all.find((parameter) => parameter.name === name)!.value.dataSync();
  expect(of("averaged/0/direction")).not.toEqual(of("discriminator/0/direction"));
  for (const value of of("averaged/0/scale")) expect(value).not.toBe(1);
});

test("normal noise becomes uniform noise: 0 is its middle", () => {
  const shape = { noiseSize: 2, hidden: [], norm: {}, activation: (h: tf.Tensor2D) => h, weightNorm: false };
  const description = {
    shape: [2],
    d: 2,
    range: "real",
    classes: 2,
    examples: 1,
    labelled: 1,
    foundClusters: null,
  } as const;
  const parameters = new Parameters();
  const generator = new UniformGenerator(parameters, random, { ...description, shape: [2] }, shape);
  parameters.all.find(({ name }) => name.endsWith("/weight"))!.assign(tf.eye(2));
  const { generate } = generator.decoder.generator!;
  const uniform = generate(tf.tensor2d([[0, 1.959964]]), tf.zeros([1, 1])).dataSync();
  expect(uniform[0]).toBeCloseTo(0.5, 6);
  expect(uniform[1]).toBeCloseTo(0.975, 5);
});
