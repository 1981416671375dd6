import { startEngine } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, expect, test } from "vitest";
import { kmeansBaseline } from "../src/clustering/kmeansBaseline.js";

beforeAll(() => startEngine());

/** Ten points around 0 and ten around 100, whose halves are the clusters. */
const values = Float32Array.from({ length: 20 }, (_, i) => (i < 10 ? 0 : 100) + (i % 10));
const classes = Int32Array.from({ length: 20 }, (_, i) => (i < 10 ? 0 : 1));
const input = { values, d: 1, rows: Uint32Array.from(values.keys()) };
const random = (restart: number) => stream(0, "test", restart);
const baselineOf = (labels: Int32Array, K = 2) => kmeansBaseline(input, labels, K, random);
/** Every second point in the other cluster. */
const mixed = classes.map((cluster, i) => (i % 2 === 0 ? cluster : 1 - cluster));

test("two distant groups are the clusters of k-means", () => {
  const { examples, figures } = baselineOf(classes)!;
  expect(examples).toBe(20);
  expect(figures.accuracy).toBe(1);
  // scikit-learn 1.9.1, silhouette_score.
  expect(figures.silhouette).toBeCloseTo(0.9632971602236594, 6);
});

test("a run with mixed clusters has the sign, in accuracy if there are labels", () => {
  const sign = baselineOf(classes)!.signOf(mixed)!;
  expect(sign.name).toBe("below-k-means");
  expect(sign.what).toBe("k-means on the same data has the better accuracy: 1.000, this run 0.500");
});

test("without labels the silhouettes are compared", () => {
  const unlabelled = new Int32Array(20).fill(-1);
  expect(baselineOf(unlabelled)!.signOf(mixed)!.what).toContain(
    "the better silhouette: 0.963, this run -0.098",
  );
});

test("clusters that are as good, in any order, have no sign; nor have those that are worse by less than 0.1", () => {
  expect(baselineOf(classes)!.signOf(classes.map((c) => 1 - c))).toBeUndefined();
  expect(baselineOf(classes)!.signOf(classes.map((c, i) => (i === 0 ? 1 : c)))).toBeUndefined();
});

test("one cluster, or more clusters than examples, have no baseline", () => {
  expect(baselineOf(classes, 1)).toBeUndefined();
  expect(baselineOf(classes, 21)).toBeUndefined();
});
