import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ari, contingency, hungarianMatching, labelMetrics, nmi, simpleAccuracy } from "../src/index.js";

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), "utf8"));

interface LabelCase {
  name: string;
  labels: number[];
  clusters: number[];
  [metric: string]: unknown;
}
const labelCases = fixture("labels").cases as LabelCase[];

interface SimpleCase {
  name: string;
  K: number;
  labels: number[];
  clusters: number[];
  probabilities: number[];
  validation: number[];
  assignment: number[];
  accuracy: number;
}
const simpleCases = fixture("simple").cases as SimpleCase[];

describe.each(labelMetrics)("$name", (metric) => {
  test.each(labelCases)("agrees with scikit-learn to 1e-9: $name", (example) => {
    const figure = metric.compute(contingency(example.labels, example.clusters));
    expect(Math.abs(figure - (example[metric.name] as number))).toBeLessThan(1e-9);
  });

  test.each(labelCases)(
    "does not depend on the numbering of classes and clusters: $name",
    ({ labels, clusters }) => {
      const before = metric.compute(contingency(labels, clusters));
      const classes = Math.max(...labels) + 1;
      const count = Math.max(...clusters) + 1;
      const renumbered = contingency(
        labels.map((label) => (label < 0 ? label : classes - 1 - label)),
        clusters.map((cluster) => (cluster + 1) % count),
      );
      expect(metric.compute(renumbered)).toBeCloseTo(before, 12);
    },
  );

  test.each(labelCases)(
    "does not change if there are empty classes and clusters: $name",
    ({ labels, clusters }) => {
      const sizes = { classes: Math.max(...labels) + 4, clusters: Math.max(...clusters) + 3 };
      expect(metric.compute(contingency(labels, clusters, sizes))).toBeCloseTo(
        metric.compute(contingency(labels, clusters)),
        12,
      );
    },
  );
});

test("every metric has a unique name", () => {
  expect(new Set(labelMetrics.map((metric) => metric.name)).size).toBe(labelMetrics.length);
});

test("if both entropies are 0, NMI is 0 and ARI is 1", () => {
  const table = contingency([0, 0, 0], [0, 0, 0]);
  expect(nmi.compute(table)).toBe(0);
  expect(ari.compute(table)).toBe(1);
});

test("the table counts classes by clusters and ignores unknown labels", () => {
  const table = contingency([0, 0, 1, -1, 1, 1], [2, 2, 0, 1, 0, 2]);
  expect([...table.counts]).toEqual([0, 0, 2, 2, 0, 1]);
  expect([...table.classSizes]).toEqual([2, 3]);
  expect([...table.clusterSizes]).toEqual([2, 0, 3]);
  expect(table.total).toBe(5);
});

test("invalid labels and clusters are rejected", () => {
  expect(() => contingency([0, 1], [0])).toThrow("2 labels but 1 clusters");
  expect(() => contingency([-1, -1], [0, 1])).toThrow("no example is labelled");
  expect(() => contingency([0, 3], [0, 1], { classes: 3 })).toThrow(
    "example 1 has label 3; there are 3 classes",
  );
  expect(() => contingency([0, 1], [0, -1])).toThrow("example 1 is in cluster -1");
});

test("matching gives each cluster a class, and -1 to a surplus cluster", () => {
  // Cluster 0 has only class 1, cluster 1 is empty, cluster 2 has three of class 0 and cluster 3 one: 5 of 6 are correct.
  const labels = [1, 1, 0, 0, 0, 0];
  const clusters = [0, 0, 2, 2, 2, 3];
  const matching = hungarianMatching(contingency(labels, clusters, { clusters: 4 }));
  expect(matching).toEqual({ accuracy: 5 / 6, assignment: [1, -1, 0, -1] });
});

test("matching maximises the total, not each cluster's majority", () => {
  // By majority both clusters are class 0 (3 + 4); one-to-one, 3 + 3 = 6 beats 4 + 0.
  const labels = [0, 0, 0, 0, 0, 0, 0, 1, 1, 1];
  const clusters = [0, 0, 0, 1, 1, 1, 1, 1, 1, 1];
  expect(hungarianMatching(contingency(labels, clusters))).toEqual({ accuracy: 0.6, assignment: [0, 1] });
});

test("100 classes and 100 clusters are matched as planted", () => {
  // 200 examples of each class: 120 in the cluster planted for it, the rest over all clusters.
  const labels = Array.from({ length: 20_000 }, (_, i) => Math.floor(i / 200));
  const planted = (label: number) => (label * 37 + 11) % 100;
  const clusters = labels.map((label, i) => (i % 5 < 2 ? i % 100 : planted(label)));
  const { assignment } = hungarianMatching(contingency(labels, clusters));
  for (let label = 0; label < 100; label++) expect(assignment[planted(label)]).toBe(label);
});

test.each(simpleCases)("the simple approach agrees with numpy to 1e-9: $name", (example) => {
  const found = simpleAccuracy({ ...example, validation: example.validation });
  expect(found.assignment).toEqual(example.assignment);
  expect(Math.abs(found.accuracy - example.accuracy)).toBeLessThan(1e-9);
});

test("in the simple approach the most probable validation example labels the cluster, and two clusters may share a label", () => {
  const found = simpleAccuracy({
    labels: [5, 7, -1, 7, 5, 7],
    clusters: [0, 1, 0, 1, 0, 0],
    // Row 2 is the most probable in cluster 0 but has no label; row 4 would win but is not in the validation set.
    probabilities: [0.6, 0.4, 0.4, 0.6, 1, 0, 0.7, 0.3, 0.9, 0.1, 0.5, 0.5],
    K: 2,
    validation: [0, 1, 2, 3],
  });
  expect(found).toEqual({ accuracy: 3 / 5, assignment: [7, 7] });
});

test("the simple approach rejects a validation set without labels", () => {
  const options = { labels: [-1, 0], clusters: [0, 0], probabilities: [1, 1], K: 1, validation: [0] };
  expect(() => simpleAccuracy(options)).toThrow("no validation example is labelled");
});
