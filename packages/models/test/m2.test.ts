import { startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, expect, test } from "vitest";
import { gaussianLosses } from "../src/networks/m2Network.js";
import { batchOfAll, buildModel, trainingDataOf, valuesOf } from "../src/testing.js";

beforeAll(async () => {
  await startEngine();
});

const d = 784;
const n = 12;
const labels = Int32Array.from({ length: n }, (_, i) => (i < 3 ? i : -1));
const data = trainingDataOf(stream(0, "x").fill("uniform", n * d), d, labels);

test("with all weights 0, -L is 784 log 2 + log 10, -U lacks the log 10 of its entropy, and a guess costs log 10", async () => {
  const model = await buildModel("m2", { hidden: 4, zSize: 2 }, data, { classes: 10 });
  for (const parameter of model.parameters.all) parameter.assign(tf.zeros(parameter.shape));
  const { terms, weights } = valuesOf(model, batchOfAll(data));
  expect(terms.labelled).toBeCloseTo(545.73, 2);
  expect(terms.unlabelled).toBeCloseTo(543.4274, 2);
  expect(terms.classifier).toBeCloseTo(Math.LN10, 5);
  expect(terms.prior).toBe(0);
  // 3 of 12 examples are labelled.
  expect(weights).toEqual({ labelled: 0.25, unlabelled: 0.75, classifier: 0.1, prior: 1 / 12 });
});

test("the bounds of labelled and unlabelled examples may weigh alike", async () => {
  const model = await buildModel("m2", { hidden: 4, zSize: 2, labelledShare: 0.5 }, data, { classes: 10 });
  const { weights } = valuesOf(model, batchOfAll(data));
  expect(weights).toEqual({ labelled: 0.5, unlabelled: 0.5, classifier: 0.1, prior: 1 / 12 });
});

test("the Gaussian density: log N(0.5; 0, 1) = -1.043939", () => {
  const loss = gaussianLosses(tf.scalar(0.5), tf.scalar(0), tf.scalar(0));
  expect(loss.dataSync()[0]).toBeCloseTo(1.043939, 6);
});
