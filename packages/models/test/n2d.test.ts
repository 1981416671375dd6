import { startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, expect, test } from "vitest";
import { loadSystem, type Model, type TrainingData } from "../src/index.js";

beforeAll(async () => {
  await startEngine();
});

const d = 6;
const over = (all: Float32Array): TrainingData => ({
  n: all.length / d,
  d,
  rows: (rows) =>
    Float32Array.from({ length: rows.length * d }, (_, i) => all[rows[Math.floor(i / d)]! * d + (i % d)]!),
  all: () => all.slice(),
});

/** Three clouds of 30 points in [0, 1]^6. */
const noise = stream(0, "x");
const values = Float32Array.from({ length: 90 * d }, (_, i) => {
  const centre = Math.floor(i / d / 30) === i % 3 ? 0.9 : 0.1;
  return Math.min(1, Math.max(0, centre + 0.05 * noise.normal()));
});
const training = over(values);

async function build(options: object = {}): Promise<Model> {
  const system = await loadSystem("n2d");
  return system.build({
    options: system.optionsSchema.parse({
      hidden: [12],
      latentSize: 4,
      neighbours: 15,
      restarts: 5,
      ...options,
    }),
    data: { shape: [d], d, range: "unit", classes: 3, examples: 90 },
    random: (...names) => stream(1, ...names),
  });
}

const fitted = async (options: object = {}): Promise<Model> => {
  const model = await build(options);
  await model.start?.(training);
  await model.finish?.(training);
  return model;
};

const encodingOf = (model: Model, x = values): { cluster: number[]; feature: number[] } =>
  tf.tidy(() => {
    const { cluster, feature } = model.encode(tf.tensor2d(x, [x.length / d, d]));
    return { cluster: [...cluster.dataSync()], feature: [...feature!.dataSync()] };
  });

const placesOf = async (model: Model): Promise<number[]> => [
  ...(await model.parameters.save()).get("places")!.values,
];

test("finds three clouds", async () => {
  const { cluster } = encodingOf(await fitted());
  for (const from of [0, 30, 60]) expect(new Set(cluster.slice(from, from + 30)).size).toBe(1);
  expect(new Set(cluster).size).toBe(3);
});

test("the embedding has K dimensions, and a reference stands where UMAP put it", async () => {
  const model = await fitted();
  const places = await placesOf(model);
  expect(places).toHaveLength(90 * 3);
  const { feature } = encodingOf(model);
  feature.forEach((value, i) => {
    expect(Math.abs(value - places[i]!)).toBeLessThan(1e-2);
  });
});

test("with fewer references, any other example stands among its nearest ones", async () => {
  const model = await fitted({ umapExamples: 30, neighbours: 4 });
  const places = await placesOf(model);
  expect(places).toHaveLength(30 * 3);
  const { cluster, feature } = encodingOf(model);
  for (const from of [0, 30, 60]) expect(new Set(cluster.slice(from, from + 30)).size).toBe(1);
  // References are every third example, ten of each cloud: no example leaves the box of its cloud's references.
  for (let row = 0; row < 90; row++) {
    const own = Math.floor(row / 30);
    for (let j = 0; j < 3; j++) {
      const box = Array.from({ length: 10 }, (_, i) => places[(10 * own + i) * 3 + j]!);
      expect(feature[row * 3 + j]).toBeGreaterThanOrEqual(Math.min(...box) - 1e-4);
      expect(feature[row * 3 + j]).toBeLessThanOrEqual(Math.max(...box) + 1e-4);
    }
  }
});

test("an example is encoded alike alone and among others", async () => {
  const model = await fitted();
  const all = encodingOf(model).feature;
  const alone = encodingOf(model, values.slice(0, d)).feature;
  alone.forEach((value, j) => {
    expect(value).toBeCloseTo(all[j]!, 2);
  });
});

test("equal examples are encoded as numbers", async () => {
  const model = await build();
  const equal = over(new Float32Array(90 * d).fill(0.5));
  await model.start?.(equal);
  await model.finish?.(equal);
  expect(encodingOf(model).feature.every(Number.isFinite)).toBe(true);
});

test("more clusters than references, and values that are no numbers, are refused", async () => {
  const many = await build({ clusters: 31, umapExamples: 30 });
  await many.start?.(training);
  await expect(many.finish?.(training)).rejects.toThrow(/31 clusters cannot be made of 30/);
  const holed = values.slice();
  holed[7] = Number.NaN;
  const model = await build();
  await expect(model.finish?.(over(holed))).rejects.toThrow(/finite/);
});
