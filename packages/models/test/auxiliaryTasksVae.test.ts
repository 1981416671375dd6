import { startEngine } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, expect, test } from "vitest";
import { loadSystem, type Model } from "../src/index.js";
import { temperatureAt } from "../src/networks/gumbelSoftmax.js";
import { batchOfAll, buildModel, encodingOf, phaseOf, trainingDataOf, valuesOf } from "../src/testing.js";

beforeAll(async () => {
  await startEngine();
});

const n = 20;
const d = 6;
const labels = Int32Array.from({ length: n }, (_, i) => (i < 8 ? i % 4 : -1));
const training = trainingDataOf(stream(0, "x").fill("uniform", n * d), d, labels);
const build = (options: object = {}): Promise<Model> =>
  buildModel("auxiliary-tasks-vae", { hidden: [8], featureSize: 6, zSize: 3, ...options }, training, {
    classes: 4,
  });

test("the objective has the weights of the author's run on MNIST", async () => {
  const { total, terms, weights } = valuesOf(await build(), batchOfAll(training));
  expect(weights).toEqual({
    reconstruction: 1,
    gaussian: 1.1,
    categorical: 1.2,
    assignment: 4.7,
    metric: 0.85,
  });
  const sum = Object.entries(weights).reduce((sum, [name, weight]) => sum + weight * terms[name]!, 0);
  expect(total).toBeCloseTo(sum, 4);
});

test("all labelled, L_A is the mean of -log q of the given classes", async () => {
  const known = Int32Array.from({ length: n }, (_, i) => i % 4);
  const model = await build();
  const q = encodingOf(model, training).probabilities!;
  const expected = known.reduce((sum, c, i) => sum - Math.log(q[i * 4 + c]!), 0) / n;
  expect(valuesOf(model, batchOfAll(training, { labels: known })).terms.assignment).toBeCloseTo(expected, 5);
});

test("an unlabelled example's neighbours among the labelled ones decide what L_A asks for", async () => {
  const model = await build({ neighbours: 1 });
  const { feature, probabilities: q } = encodingOf(model, training);
  const size = feature!.length / n;
  const distance = (i: number, j: number): number =>
    Math.hypot(...Array.from({ length: size }, (_, k) => feature![i * size + k]! - feature![j * size + k]!));
  const expected = Array.from({ length: n }, (_, i) => {
    const nearest = [0, 1, 2, 3, 4, 5, 6, 7].reduce((a, b) => (distance(i, b) < distance(i, a) ? b : a));
    return -Math.log(q![i * 4 + labels[i < 8 ? i : nearest]!]!);
  }).reduce((sum, cost) => sum + cost / n, 0);
  expect(valuesOf(model, batchOfAll(training)).terms.assignment).toBeCloseTo(expected, 4);
});

test("the temperature falls from 1 to a half over 100 epochs, the rate is halved every 30", async () => {
  const { optionsSchema } = await loadSystem("auxiliary-tasks-vae");
  const { temperature } = optionsSchema.parse({}) as { temperature: Parameters<typeof temperatureAt>[0] };
  expect([0, 100, 200].map((epoch) => temperatureAt(temperature, epoch).toFixed(3))).toEqual([
    "1.000",
    "0.500",
    "0.500",
  ]);
  const factor = phaseOf(await build()).learningRate!;
  expect([0, 29, 30, 60, 90].map((epoch) => factor(epoch, 100))).toEqual([1, 1, 0.5, 0.25, 0.125]);
});
