import { expect, test } from "vitest";
import { joined, type RunRecord } from "../src/index.js";

const record = (accuracy: Record<number, number>, change: Partial<RunRecord> = {}): RunRecord => {
  const runs = Object.entries(accuracy).map(([seed, value]) => ({
    seed: Number(seed),
    epochs: 5,
    loss: 1,
    figures: { accuracy: value, ari: null },
  }));
  return {
    pipeline: "usps-dec",
    dataset: "usps",
    model: "dec",
    variantOf: null,
    departures: [],
    profile: "full",
    labels: null,
    limit: null,
    settings: {
      options: { zSize: 10 },
      epochs: 5,
      batchSize: 100,
      labelledPerBatch: 0,
      optimizer: { name: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8, learningRate: 0.001 },
      split: "all",
      restarts: { count: 1, epochs: 1 },
      pretrainedFrom: null,
    },
    madeWith: null,
    config: { "usps-dec/train": "0".repeat(64) },
    data: { sha256: "0".repeat(64), examples: 9298 },
    summary: { accuracy: { mean: 0, std: null, n: 1 }, ari: null },
    runs,
    made: [
      {
        seeds: runs.map(({ seed }) => seed),
        versions: { "@gumbel/train": "0.1.0" },
        machine: { platform: "linux-x64", node: "v20", cpu: "one", cores: 2, memoryBytes: 1 },
        date: "2026-01-01T00:00:00.000Z",
        seconds: { train: 60 },
      },
    ],
    ...change,
  };
};

test("runs of other seeds are added, and mean and deviation made anew", () => {
  const { runs, summary, made } = joined(record({ 2: 0.5 }), record({ 0: 0.7, 1: 0.9 }))!;
  expect(runs.map(({ seed, figures }) => [seed, figures.accuracy])).toEqual([
    [0, 0.7],
    [1, 0.9],
    [2, 0.5],
  ]);
  expect(summary.accuracy).toMatchObject({
    n: 3,
    mean: expect.closeTo(0.7, 12),
    std: expect.closeTo(0.2, 12),
  });
  expect(summary.ari).toBeNull();
  expect(made.map(({ seeds }) => seeds)).toEqual([[2], [0, 1]]);
});

test("a seed that was run again is the new one, and what made the old one is said no longer", () => {
  const { runs, made } = joined(record({ 0: 0.1, 1: 0.2 }), record({ 1: 0.9 }))!;
  expect(runs.map(({ figures }) => figures.accuracy)).toEqual([0.1, 0.9]);
  expect(made.map(({ seeds }) => seeds)).toEqual([[0], [1]]);
  expect(joined(record({ 1: 0.2 }), record({ 1: 0.9 }))!.made).toHaveLength(1);
});

const first = record({ 0: 0.5 });
test.each([
  ["settings", { config: { "usps-dec/train": "1".repeat(64) } }],
  ["profile", { profile: "quick" as const }],
  ["code", { madeWith: "before phases" as const }],
  ["data", { data: { sha256: "1".repeat(64), examples: 9298 } }],
  ["versions", { made: [{ ...first.made[0]!, seeds: [1], versions: { "@gumbel/train": "0.2.0" } }] }],
])("a record of other %s takes in nothing", (_, change) => {
  expect(joined(first, record({ 1: 0.9 }, change))).toBeUndefined();
});
