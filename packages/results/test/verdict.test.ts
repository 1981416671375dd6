import { hungarianMatching } from "@gumbel/metrics";
import type { Evaluation } from "@gumbel/tables";
import { expect, test } from "vitest";
import { verdictOf } from "../src/verdict.js";

/** An evaluation of one run with this confusion, by [class][cluster]. */
function labelled(confusion: number[][], change: Partial<Evaluation> = {}): Evaluation {
  const [classes, clusters] = [confusion.length, confusion[0]!.length];
  const column = (k: number): number[] => confusion.map((row) => row[k]!);
  const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);
  const sizes = (values: number[][]) => Float64Array.from(values, sum);
  const { assignment } = hungarianMatching({
    classes,
    clusters,
    counts: Float64Array.from(confusion.flat()),
    classSizes: sizes(confusion),
    clusterSizes: sizes(Array.from({ length: clusters }, (_, k) => column(k))),
    total: sum(confusion.flat()),
  });
  return {
    dataset: {
      name: "x",
      n: 0,
      train: 0,
      test: 0,
      classes: confusion.map((_, label) => "abcdefghijklmn"[label]!),
    },
    clusters,
    latent: "z",
    selectedSeed: 0,
    runs: [
      {
        seed: 0,
        figures: { silhouette: 0.4 },
        assignment,
        confusion,
        clusterSizes: Array.from({ length: clusters }, (_, k) => sum(column(k))),
        signs: [],
      },
    ],
    baseline: { examples: 10, accuracy: null, silhouette: 0.5 },
    knn: { examples: 10, of: 10 },
    agreement: null,
    summary: {},
    ...change,
  };
}

const unlabelled = (clusterSizes: number[], change: Partial<Evaluation> = {}): Evaluation => {
  const found = labelled([clusterSizes], change);
  return {
    ...found,
    runs: found.runs.map((run) => ({ ...run, assignment: clusterSizes.map(() => -1), confusion: [] })),
  };
};

test("each class in a cluster of its own", () => {
  expect(
    verdictOf(
      labelled([
        [9, 1],
        [0, 10],
      ]),
    ),
  ).toEqual([
    "95 % of the examples are in the cluster of their class.",
    "Every class has a cluster of its own.",
  ]);
});

test("two classes in one cluster, and one in two", () => {
  const confusion = [
    [10, 0, 0, 0],
    [0, 5, 5, 0],
    [0, 0, 0, 9],
    [0, 0, 0, 8],
  ];
  expect(verdictOf(labelled(confusion))).toEqual([
    "65 % of the examples are in the cluster of their class.",
    "3 of 4 classes have a cluster of their own: a, b and c.",
    "c and d share one.",
    "b has 2 clusters.",
  ]);
});

test("a class that is spread over the clusters of others shares that with most of it", () => {
  const confusion = [
    [10, 0],
    [0, 10],
    [2, 3],
  ];
  expect(verdictOf(labelled(confusion)).slice(1)).toEqual([
    "2 of 3 classes have a cluster of their own: a and b.",
    "b and c share one.",
  ]);
});

test("many classes are counted, not named; one without an example does not count", () => {
  const confusion = Array.from({ length: 14 }, (_, i) =>
    Array.from({ length: 14 }, (_, k) => (i === k ? 1 : 0)),
  );
  confusion[13]![13] = 0;
  expect(verdictOf(labelled(confusion))[1]).toBe("Every class has a cluster of its own.");
});

test("of a system that learned from labels, the error and the most frequent mistake", () => {
  const found = labelled([
    [9, 1],
    [3, 10],
  ]);
  found.baseline = null;
  found.runs[0]!.figures.testError = 2.06;
  expect(verdictOf(found)).toEqual([
    "98 % of the test examples get their class.",
    "The most frequent mistake of all examples: b is taken for a.",
  ]);
});

test("without test examples, of such a system the error on those that it had no label of", () => {
  const found = labelled([
    [9, 1],
    [3, 10],
  ]);
  found.baseline = null;
  Object.assign(found.runs[0]!.figures, { testError: null, unlabelledError: 25 });
  expect(verdictOf(found)).toEqual([
    "75 % of the examples that training had no label of get their class.",
    "All other figures count the labelled ones too.",
    "The most frequent mistake of all examples: b is taken for a.",
  ]);
});

test("of a system that learned from every label that there is, that nothing tells how good it is", () => {
  const found = labelled([[9, 1]]);
  found.baseline = null;
  expect(verdictOf(found)).toEqual([
    "Training saw every label that there is: no figure tells how it does on other examples.",
  ]);
});

test("without labels, the sizes, and how far apart the clusters are beside those of k-means", () => {
  expect(verdictOf(unlabelled([1200, 51]))).toEqual([
    "2 clusters of 51 to 1,200 examples.",
    "They are less far apart than those of k-means on the same data (silhouette 0.400, k-means 0.500).",
  ]);
  const baseline = { examples: 10, accuracy: null, silhouette: 0.41 };
  expect(verdictOf(unlabelled([5, 5], { baseline }))).toEqual([
    "2 clusters of 5 examples.",
    "They are as far apart as those of k-means on the same data (silhouette 0.400, k-means 0.410).",
  ]);
  expect(verdictOf(unlabelled([5, 0], { baseline: null }))).toEqual(["One cluster."]);
});

test("how well the runs agree", () => {
  const words = [0.97, 0.7, 0.1].map(
    (agreement) => verdictOf(unlabelled([5, 0], { agreement, baseline: null }))[1],
  );
  expect(words.map((text) => text!.match(/runs (.*?):/)![1])).toEqual(["agree", "agree in part", "disagree"]);
});

test("kNN errors of a sample are said to be", () => {
  const found = verdictOf(unlabelled([5, 5], { knn: { examples: 40, of: 100 } }));
  expect(found.at(-1)).toBe("The kNN errors are of 40 of the 100 test examples, evenly spaced.");
});

test("classes without a cluster are told in one sentence", () => {
  const confusion = [
    [10, 0, 0, 0],
    [0, 5, 4, 0],
    [0, 4, 5, 0],
    [0, 4, 4, 9],
  ];
  expect(verdictOf(labelled(confusion)).slice(1)).toEqual([
    "2 of 4 classes have a cluster of their own: a and d.",
    "b and c have none.",
  ]);
});

test("clusters that agree with the classes less than a single one would", () => {
  const [agreed, largest] = verdictOf(
    labelled([
      [30, 30],
      [20, 20],
    ]),
  );
  expect(agreed).toBe("50 % of the examples are in the cluster of their class.");
  expect(largest).toBe("One cluster of all would have 60 %: the largest class.");
});
