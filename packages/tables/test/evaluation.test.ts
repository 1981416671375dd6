import { expect, test } from "vitest";
import { evaluationSchema } from "../src/index.js";

const evaluation = (accuracy: object | null, figures: Record<string, number> = {}) => {
  const run = { assignment: [], confusion: [], clusterSizes: [], signs: [] };
  return {
    dataset: { name: "a", n: 2, train: 2, test: 0, classes: ["0"] },
    clusters: 1,
    latent: "z",
    selectedSeed: 0,
    runs: [0.6, 0.8].map((value, seed) => ({
      ...run,
      seed,
      figures: { accuracy: value, nmi: null, ...figures },
    })),
    baseline: null,
    knn: { examples: 10, of: 10 },
    agreement: 1,
    summary: { accuracy, nmi: null },
  };
};
const std = Math.sqrt(0.02);

test("a summary of the runs beside it is taken", () => {
  expect(evaluationSchema.safeParse(evaluation({ mean: 0.7, std, n: 2 })).success).toBe(true);
});

test.each([
  { what: "mean", summary: { mean: 0.8, std, n: 2 } },
  { what: "standard deviation", summary: { mean: 0.7, std: 0.01, n: 2 } },
  { what: "missing standard deviation", summary: { mean: 0.7, std: null, n: 2 } },
  { what: "number of runs", summary: { mean: 0.7, std, n: 3 } },
  { what: "lack of a figure", summary: null },
])("a $what that is not that of the runs is refused", ({ summary }) => {
  expect(() => evaluationSchema.parse(evaluation(summary))).toThrow("expected the mean of the 2 runs");
});

test.each([
  { figures: { accuracy: 1.7 }, says: "expected a number from 0 to 1, found 1.7" },
  { figures: { nmi: -0.1 }, says: "expected a number from 0 to 1, found -0.1" },
  { figures: { silhouette: -1.2 }, says: "expected a number from -1 to 1, found -1.2" },
  { figures: { "knn@5": 101 }, says: "expected a number from 0 to 100, found 101" },
  { figures: { daviesBouldin: -1 }, says: "expected a number of at least 0, found -1" },
])("a figure outside of its range is refused: $figures", ({ figures, says }) => {
  const [name, value] = Object.entries(figures)[0]!;
  const given = evaluation({ mean: 0.7, std, n: 2 }, figures);
  const summary = { ...given.summary, [name]: { mean: value, std: 0, n: 2 } };
  expect(() => evaluationSchema.parse({ ...given, summary })).toThrow(says);
});

test("a figure that rounding puts beyond the end of its range is taken", () => {
  const given = evaluation({ mean: 0.7, std, n: 2 }, { ari: 1 + 2 ** -52 });
  expect(evaluationSchema.safeParse(given).success).toBe(true);
});
