import { startEngine } from "@gumbel/engine";
import { beforeAll, expect, test } from "vitest";
import type { Model } from "../src/index.js";
import { accuracyOf, buildModel, encodingOf, phaseOf, threeClouds, trainingDataOf } from "../src/testing.js";

beforeAll(async () => {
  await startEngine();
});

const training = threeClouds();
const { n, d } = training;

const build = (options: object = {}): Promise<Model> =>
  buildModel("n2d", { hidden: [12], latentSize: 4, neighbours: 15, restarts: 5, ...options }, training);
async function fitted(options: object = {}): Promise<Model> {
  const model = await build(options);
  await phaseOf(model).start!(training);
  await model.training.finish!(training);
  return model;
}
const positionsOf = async (model: Model): Promise<number[]> => [
  ...(await model.parameters.save()).get("positions")!.values,
];

test("finds three clouds", async () => {
  expect(accuracyOf(await fitted(), training)).toBe(1);
});

test("the embedding has K dimensions, and a reference stands where UMAP put it", async () => {
  const model = await fitted();
  const positions = await positionsOf(model);
  expect(positions).toHaveLength(n * 3);
  encodingOf(model, training).feature!.forEach((value, i) => {
    expect(Math.abs(value - positions[i]!)).toBeLessThan(1e-2);
  });
});

test("with fewer references, any other example stands among its nearest ones", async () => {
  const model = await fitted({ umapExamples: 30, neighbours: 8 });
  const positions = await positionsOf(model);
  expect(positions).toHaveLength(30 * 3);
  expect(accuracyOf(model, training)).toBe(1);
  const feature = encodingOf(model, training).feature!;
  // References are every second example, ten of each cloud: no example leaves the box of its cloud's references.
  for (let row = 0; row < n; row++) {
    const own = [...Array(30).keys()].filter((reference) => (2 * reference) % 3 === row % 3);
    for (let j = 0; j < 3; j++) {
      const box = own.map((reference) => positions[reference * 3 + j]!);
      expect(feature[row * 3 + j]).toBeGreaterThanOrEqual(Math.min(...box) - 1e-4);
      expect(feature[row * 3 + j]).toBeLessThanOrEqual(Math.max(...box) + 1e-4);
    }
  }
});

test("an example is encoded alike alone and among others", async () => {
  const model = await fitted();
  const all = encodingOf(model, training).feature!;
  const alone = encodingOf(model, trainingDataOf(training.rows(Uint32Array.of(0)), d)).feature!;
  expect(alone).toHaveLength(3);
  alone.forEach((value, j) => {
    expect(value).toBeCloseTo(all[j]!, 2);
  });
});

test("equal examples are encoded as numbers", async () => {
  const model = await build();
  const equal = trainingDataOf(new Float32Array(n * d).fill(0.5), d);
  await phaseOf(model).start!(equal);
  await model.training.finish!(equal);
  expect(encodingOf(model, training).feature!.every(Number.isFinite)).toBe(true);
});

test("more clusters than references, and values that are no numbers, are refused", async () => {
  const many = await build({ clusters: 31, umapExamples: 30 });
  await phaseOf(many).start!(training);
  await expect(many.training.finish!(training)).rejects.toThrow(/31 clusters cannot be made of 30/);
  const values = training.all();
  values[7] = Number.NaN;
  const model = await build();
  await expect(model.training.finish!(trainingDataOf(values, d))).rejects.toThrow(/finite/);
});
