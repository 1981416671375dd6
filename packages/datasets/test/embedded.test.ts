/** The data sets that are drawn from a seed. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { loadDataset } from "../src/index.js";
import { collect } from "../src/testing.js";
import { accuracyOfKmeans } from "./kmeans.js";

const open = async (name: string, options: object, seed = 0) => {
  const dataset = await loadDataset(name);
  return dataset.open(dataset.optionsSchema.parse(options), { seed, folder: "/", log: () => {} });
};
const draw = async (name: string, options: object, seed = 0) => collect(await open(name, options, seed));
const radii = (points: number[]): number[] =>
  Array.from({ length: points.length / 2 }, (_, i) => Math.hypot(points[2 * i]!, points[2 * i + 1]!));
const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: number[]): number =>
  Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));

describe("circles", () => {
  test("1,000 training points, half on a ring of radius 1 and half on one of 0.5, noise 0.05", async () => {
    const { info, sizes } = await open("circles", {});
    expect({ kind: info.kind, shape: info.shape, range: info.range, sizes }).toEqual({
      kind: "points",
      shape: [2],
      range: "real",
      sizes: { train: 1000, test: 0 },
    });
    const { features, labels, split } = await draw("circles", {});
    expect(new Set(split)).toEqual(new Set([0]));
    for (const [ring, radius] of [1, 0.5].entries()) {
      const found = radii(features).filter((_, i) => labels[i] === ring);
      expect(found).toHaveLength(500);
      expect(Math.abs(mean(found) - radius)).toBeLessThan(0.015);
      expect(Math.abs(deviation(found) - 0.05)).toBeLessThan(0.005);
    }
  });

  test("without noise every point is on its ring", async () => {
    const { features, labels } = await draw("circles", { n: 11, noise: 0 });
    for (const [i, radius] of radii(features).entries())
      expect(radius).toBeCloseTo(labels[i] === 0 ? 1 : 0.5, 6);
  });
});

describe("moons", () => {
  test("1,000 training points on two half circles; the lower one's centre is (1, 0.5)", async () => {
    const { features, labels } = await draw("moons", { noise: 0 });
    expect(labels.filter((label) => label === 0)).toHaveLength(500);
    for (let i = 0; i < 1000; i++) {
      const [x, y] = [features[2 * i]!, features[2 * i + 1]!];
      if (labels[i] === 0) expect(y).toBeGreaterThanOrEqual(-1e-7);
      else expect(y).toBeLessThanOrEqual(0.5 + 1e-7);
      expect(labels[i] === 0 ? Math.hypot(x, y) : Math.hypot(x - 1, y - 0.5)).toBeCloseTo(1, 6);
    }
  });

  test("the default noise is 0.1", async () => {
    const [noisy, exact] = [await draw("moons", {}), await draw("moons", { noise: 0 })];
    expect(deviation(noisy.features.map((value, i) => value - exact.features[i]!))).toBeCloseTo(0.1, 2);
  });
});

describe("glyphs", () => {
  test("ten classes of 28 × 28 bytes, training examples first", async () => {
    const { info, sizes } = await open("glyphs", { train: 500, test: 100 });
    expect(info).toMatchObject({ kind: "image", shape: [28, 28, 1], scale: 1 / 255, range: "unit" });
    expect(sizes).toEqual({ train: 500, test: 100 });
    const { features, labels, split, bytesPerValue } = await draw("glyphs", { train: 500, test: 100 });
    expect(features).toHaveLength(600 * 784);
    expect(bytesPerValue).toBe(1);
    expect(split.filter((part) => part === 1)).toHaveLength(100);
    for (let digit = 0; digit < 10; digit++) {
      expect(labels.filter((label) => label === digit).length).toBeGreaterThan(30);
    }
  });

  test("every image has a dark background and a bright stroke", async () => {
    const { features, labels } = await draw("glyphs", { train: 300, test: 0 });
    for (let i = 0; i < labels.length; i++) {
      const pixels = features.slice(i * 784, (i + 1) * 784);
      expect(Math.max(...pixels)).toBeGreaterThan(150);
      expect(pixels.filter((pixel) => pixel === 0).length).toBeGreaterThan(784 / 2);
      expect(pixels.filter((pixel) => pixel > 100).length).toBeGreaterThan(15);
    }
  });

  test("the accuracy of k-means on pixels (10 restarts) is between 0.3 and 0.75", async () => {
    const { features, labels } = await draw("glyphs", { train: 500, test: 0 });
    const accuracy = accuracyOfKmeans(Float32Array.from(features), labels, 10, 10);
    expect(accuracy).toBeGreaterThan(0.3);
    expect(accuracy).toBeLessThan(0.75);
  });
});

describe.each([
  {
    name: "circles",
    options: {},
    digest: "08f6a93d99ac89c7e24a0ef4c284ce7ff9233f6668032ec210e8bb6be47b5a0a",
  },
  { name: "moons", options: {}, digest: "78ea070e7e190db6f5e6357b0f62dc09a2c214fc96ceacdee0e74193bbf3b420" },
  {
    name: "glyphs",
    options: { train: 100, test: 20 },
    digest: "72dbc7bf3e667db199a23d010c9ef491534c5c8c12e386afe6741eec3a86c656",
  },
])("$name", ({ name, options, digest }) => {
  test("the same seed gives the same bytes, on every machine", async () => {
    const { features, labels } = await draw(name, options);
    // Five decimals: the last bits of sines may differ between builds of Node.
    const text = JSON.stringify({ features: features.map((value) => Number(value.toFixed(5))), labels });
    expect(createHash("sha256").update(text).digest("hex")).toBe(digest);
  });

  test("another seed gives different data of the same size", async () => {
    const [first, second] = [await draw(name, options, 0), await draw(name, options, 1)];
    expect(second.features).toHaveLength(first.features.length);
    expect(second.features).not.toEqual(first.features);
  });
});
