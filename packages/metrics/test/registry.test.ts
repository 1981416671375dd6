import { describe, expect, test } from "vitest";
import {
  contingency,
  describeMetric,
  describeMetrics,
  type EvaluatedRun,
  headlineMetrics,
  metrics,
} from "../src/index.js";

/** Four labelled examples whose clusters are their classes; the last two are the test split. */
const run: EvaluatedRun = {
  labels: Int32Array.of(0, 1, 0, 1),
  clusters: Int32Array.of(0, 1, 0, 1),
  K: 2,
  table: contingency([0, 1, 0, 1], [0, 1, 0, 1]),
  probabilities: Float32Array.of(0.9, 0.1, 0.2, 0.8, 0.7, 0.3, 0.4, 0.6),
  latent: { values: Float32Array.of(0, 10, 1, 9), d: 1 },
  input: { values: Float32Array.of(0, 10, 1, 9), d: 1, rows: Uint32Array.of(0, 1, 2, 3) },
  splits: { train: Uint32Array.of(0, 1), test: Uint32Array.of(2, 3) },
  labelled: [0],
  settings: { knn: { k: [1], queries: null }, validationSplit: "train", trainedOnLabels: true },
};
const unlabelled: EvaluatedRun = { ...run, labels: new Int32Array(4).fill(-1), table: null };

const ofLabels = metrics.filter((metric) =>
  Object.values(metric.compute(unlabelled)).every((v) => v === null),
);

describe("every metric of labels", () => {
  test.each(ofLabels.map((metric) => [Object.keys(metric.compute(run)).join(), metric] as const))(
    "describes the figures that it computes: %s",
    (_, metric) => {
      const figures = metric.compute(run);
      expect(Object.keys(figures).length).toBeGreaterThan(0);
      for (const [name, value] of Object.entries(figures)) {
        expect(metric.describe(name)).toMatchObject({
          name,
          range: [expect.any(Number), expect.any(Number)],
        });
        expect(metrics.filter((other) => other.describe(name))).toEqual([metric]);
        // The clusters are the classes, so every figure has its best value.
        expect(value).toBe(metric.describe(name)!.better === "high" ? 1 : 0);
      }
    },
  );

  test("there are seven, and three of clusters alone", () => {
    expect(ofLabels).toHaveLength(7);
    const others = metrics.filter((metric) => !ofLabels.includes(metric));
    expect(others.flatMap((metric) => Object.keys(metric.compute(unlabelled)))).toEqual([
      "silhouette",
      "daviesBouldin",
      "calinskiHarabasz",
    ]);
  });
});

describe("figures by name", () => {
  test("are in the order of the registry, those that no metric computes last", () => {
    const names = describeMetrics(["purity", "knn@5", "testError", "accuracy"]).map(({ name }) => name);
    expect(names).toEqual(["accuracy", "testError", "knn@5", "purity"]);
  });

  test("have a title, a unit and a better direction", () => {
    expect(describeMetric("knn@5")).toMatchObject({
      title: "kNN error, k = 5",
      unit: { symbol: "%" },
      better: "low",
    });
    expect(describeMetric("purity")).toMatchObject({ title: "purity", better: null });
    expect(describeMetric("knn@0").better).toBeNull();
  });

  test("in a headline are ACC, NMI, ARI, the test error and one kNN error, and those of clusters alone if there is none", () => {
    const keys = (names: string[]): string[] => headlineMetrics(names).map(({ name }) => name);
    expect(keys(["knn@3", "knn@5", "accuracySimple", "ari", "nmi", "accuracy"])).toEqual([
      "accuracy",
      "nmi",
      "ari",
      "knn@5",
    ]);
    expect(keys(["knn@1"])).toEqual(["knn@1"]);
    expect(keys(["accuracy", "silhouette", "testError"])).toEqual(["accuracy", "testError"]);
    expect(keys(["silhouette", "daviesBouldin"])).toEqual(["silhouette", "daviesBouldin"]);
  });
});
