import { startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import { fitUmap } from "../src/clustering/umap.js";
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
      neighbours: 8,
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

describe("UMAP", () => {
  const settings = { dimensions: 2, neighbours: 8, minimumDistance: 0 };

  test("puts the points of a cloud nearer to one another than to the other clouds", async () => {
    const places = await fitUmap(values, d, settings, stream(0));
    const distance = (a: number, b: number) =>
      Math.hypot(places[2 * a]! - places[2 * b]!, places[2 * a + 1]! - places[2 * b + 1]!);
    const rows = [...Array(90).keys()];
    const wide = Math.max(
      ...rows.flatMap((a) =>
        rows.filter((b) => Math.floor(a / 30) === Math.floor(b / 30)).map((b) => distance(a, b)),
      ),
    );
    const apart = Math.min(
      ...rows.flatMap((a) =>
        rows.filter((b) => Math.floor(a / 30) !== Math.floor(b / 30)).map((b) => distance(a, b)),
      ),
    );
    expect(apart).toBeGreaterThan(wide);
  });

  test("is the same for the same stream, and another for another", async () => {
    const [a, b, c] = await Promise.all([0, 0, 1].map((seed) => fitUmap(values, d, settings, stream(seed))));
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });

  test("of equal points is made of numbers", async () => {
    const places = await fitUmap(new Float32Array(60).fill(3), 2, settings, stream(0));
    expect(places.every(Number.isFinite)).toBe(true);
  });

  test("takes fewer neighbours than asked for where there are no more, and refuses two points", async () => {
    expect(await fitUmap(values.subarray(0, 5 * d), d, settings, stream(0))).toHaveLength(10);
    await expect(fitUmap(values.subarray(0, 2 * d), d, settings, stream(0))).rejects.toThrow(/at least 3/);
  });
});

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
