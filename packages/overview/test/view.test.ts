import { describe, expect, test } from "vitest";
import type { Entry, Finished } from "../src/entries/entry.js";
import { compareCurves, compareMetrics, compareSettings } from "../src/page/comparison.js";
import { fromHash, shownEntries, startView, toHash } from "../src/page/view.js";

const metric = (mean: number | null) => ({ mean, std: null, n: 1, published: null, difference: null });

function entry(id: string, given: Partial<Finished> = {}): Finished {
  return {
    id,
    pipeline: id,
    study: null,
    state: "finished",
    origin: "run",
    page: null,
    notes: [],
    title: id,
    profile: "quick",
    dataset: { name: "usps", title: "USPS", n: 9298 },
    limited: false,
    model: { name: "dec", title: "DEC" },
    variantOf: null,
    departures: [],
    madeWith: null,
    seeds: 1,
    metrics: { accuracy: metric(0.5) },
    curves: [],
    settings: {},
    seconds: 1,
    date: null,
    cached: [],
    ...given,
  };
}

const failed: Entry = {
  id: "z",
  pipeline: "z",
  study: null,
  state: "failed",
  what: "it failed",
  hint: null,
};
const entries: Entry[] = [
  failed,
  entry("a", { metrics: { accuracy: metric(0.9) } }),
  entry("b", { metrics: { accuracy: metric(null) } }),
  entry("c", { dataset: { name: "mnist", title: "MNIST", n: 70000 } }),
];
const ids = (changes: Partial<typeof startView>): string[] =>
  shownEntries(entries, { ...startView, ...changes }).map(({ id }) => id);

describe("the view of the overview", () => {
  test("is restored from the address", () => {
    const view = {
      ...startView,
      sort: "knn@5",
      descending: true,
      text: "a & b",
      dataset: "usps",
      picked: ["a", "c"],
      baseline: "c",
      compare: true,
    };
    expect(fromHash(toHash(view), entries)).toEqual(view);
    expect(toHash(startView)).toBe("");
  });

  test("leaves out what does not exist", () => {
    expect(fromHash("#pick=a&pick=gone&pick=z&baseline=gone&compare=1&x=y", entries)).toEqual({
      ...startView,
      picked: ["a"],
    });
  });

  test("sorts both ways; entries without a figure come last", () => {
    expect(ids({ sort: "accuracy" })).toEqual(["c", "a", "b", "z"]);
    expect(ids({ sort: "accuracy", descending: true })).toEqual(["a", "c", "b", "z"]);
  });

  test("filters by words and by selection", () => {
    expect(ids({ text: "MNIST dec" })).toEqual(["c"]);
    expect(ids({ text: "failed" })).toEqual(["z"]);
    expect(ids({ dataset: "usps" })).toEqual(["a", "b"]);
  });
});

describe("a comparison", () => {
  const one = entry("one", {
    settings: {
      train: { epochs: 10, batchSize: 32 },
      model: { name: "dec", hidden: [5, 5] },
      report: { title: "x" },
    },
    metrics: { accuracy: metric(0.5), "knn@5": metric(4) },
  });
  const two = entry("two", {
    settings: { train: { epochs: 20, batchSize: 32 }, model: { name: "dec", hidden: [5, 5], tau: null } },
    metrics: { accuracy: metric(0.75), nmi: metric(0.1) },
  });

  test("holds only the settings that differ", () => {
    expect(compareSettings([one, two])).toEqual({
      differing: [{ key: "train.epochs", values: ["10", "20"] }],
      partial: [{ key: "model.tau", values: [null, "none"] }],
      equal: 3,
    });
  });

  test("a setting that a record lacks is no difference", () => {
    const record = entry("r", {
      origin: "record",
      settings: { train: { epochs: 10 }, model: { name: "dec", hidden: [5, 5] } },
    });
    expect(compareSettings([one, record])).toEqual({ differing: [], partial: [], equal: 4 });
  });

  test("of two records lists the options and the schedule that differ, and the fields of one that the other does without", () => {
    const record = (id: string, model: Finished["settings"], epochs: number): Finished =>
      entry(id, { origin: "record", settings: { model: { clusters: null, ...model }, train: { epochs } } });
    const published = record("a", { wG: 4, zSize: 64, augmentation: null }, 100);
    const variant = record("b", { wG: 1, zSize: 10, augmentation: { rotation: 20, shift: 3 } }, 6);
    expect(compareSettings([published, variant])).toEqual({
      differing: [
        { key: "model.wG", values: ["4", "1"] },
        { key: "model.zSize", values: ["64", "10"] },
        { key: "train.epochs", values: ["100", "6"] },
        { key: "model.augmentation.rotation", values: ["none", "20"] },
        { key: "model.augmentation.shift", values: ["none", "3"] },
      ],
      partial: [],
      equal: 1,
    });
  });

  test("subtracts the baseline's figures from the others'", () => {
    expect(
      compareMetrics([one, two], one).map(({ metric, differences }) => [metric.name, differences]),
    ).toEqual([
      ["accuracy", [null, 0.25]],
      ["nmi", [null, null]],
      ["knn@5", [null, null]],
    ]);
  });

  test("lays a term of the objective over another only if both have it", () => {
    const curve = (name: string) => ({
      name,
      title: name,
      better: null,
      last: { epoch: 1, value: 1 },
      best: null,
      points: [[1, 1] as [number, number]],
    });
    const x = { ...one, curves: [curve("curve-loss"), curve("curve-kl"), curve("curve-own")] };
    const y = { ...two, curves: [curve("curve-kl")] };
    expect(compareCurves([x, y]).map(({ title }) => title)).toEqual(["curve-loss", "curve-kl"]);
  });
});
