/** Figures that need no label, against scikit-learn 1.9.1. */
import { describe, expect, test } from "vitest";
import { type EvaluatedRun, metrics } from "../src/index.js";

// np.random.default_rng(1): three overlapping clouds of 8 points in the plane, rounded to eighths.
const cloud = [
  0.25, 0.75, 0.25, -1.125, 0.875, 0.375, -0.5, 0.5, 0.375, 0.25, 0, 0.5, -0.625, -0.125, -0.375, 0.5, 3,
  0.75, 2.25, 0.75, 3, 0.75, 4.125, 1.875, 0.5, -0.75, 2.875, 0.625, 3.25, 1.25, 4.875, 0, -0.375, 5.875,
  0.625, 4.625, -0.5, 2.5, 0.125, 4.125, -1.125, 3.375, -0.125, 3.125, -0.125, 4.125, 0, 3.5,
];
const three = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2];

function figures(clusters: number[], values: number[] = cloud, K = 3): Record<string, number | null> {
  const n = clusters.length;
  const run: EvaluatedRun = {
    labels: new Int32Array(n).fill(-1),
    clusters: Int32Array.from(clusters),
    K,
    table: null,
    probabilities: null,
    latent: { values: new Float32Array(n), d: 1 },
    input: {
      values: Float32Array.from(values),
      d: values.length / n,
      rows: Uint32Array.from(clusters.keys()),
    },
    splits: { train: Uint32Array.from(clusters.keys()), test: new Uint32Array() },
    labelled: [],
    settings: { knn: { k: [1], queries: null }, validationSplit: "train", trainedOnLabels: false },
  };
  return Object.assign({}, ...metrics.map((metric) => metric.compute(run)));
}

describe("silhouette, Davies-Bouldin and Calinski-Harabasz", () => {
  test("are scikit-learn's", () => {
    const found = figures(three);
    expect(found.silhouette).toBeCloseTo(0.6444589334461381, 10);
    expect(found.daviesBouldin).toBeCloseTo(0.45221109164363393, 10);
    expect(found.calinskiHarabasz).toBeCloseTo(61.204307933931574, 8);
  });

  test("are scikit-learn's if one example is alone and a cluster is empty", () => {
    const found = figures([...new Array(23).fill(0), 2]);
    expect(found.silhouette).toBeCloseTo(-0.06416216887489297, 10);
    expect(found.daviesBouldin).toBeCloseTo(1.0394454423077972, 10);
    expect(found.calinskiHarabasz).toBeCloseTo(0.7432132539259835, 10);
  });

  test("do not depend on the numbers of the clusters", () => {
    expect(figures(three.map((cluster) => 2 - cluster)).silhouette).toBeCloseTo(
      figures(three).silhouette!,
      12,
    );
  });

  test("are none for a single cluster, or as many clusters as examples", () => {
    for (const found of [figures(new Array(24).fill(1)), figures([0, 1, 2], [1, 2, 3])]) {
      expect([found.silhouette, found.daviesBouldin, found.calinskiHarabasz]).toEqual([null, null, null]);
    }
  });

  test("of equal examples in two clusters are zero or none, never NaN", () => {
    const found = figures([0, 0, 1, 1], [5, 5, 5, 5], 2);
    expect([found.silhouette, found.daviesBouldin, found.calinskiHarabasz]).toEqual([0, null, null]);
  });
});
