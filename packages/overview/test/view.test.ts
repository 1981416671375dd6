import { describe, expect, test } from "vitest";
import type { Entry, Finished } from "../src/entries/entry.js";
import { compareCurves, compareMetrics, compareSettings } from "../src/page/comparison.js";
import { groupsOf, linesOf, runsByValue } from "../src/page/many.js";
import { fromHash, shownEntries, startView, toHash } from "../src/page/view.js";

const metric = (mean: number | null) => ({ mean, std: null, n: 1, published: null, difference: null });

function entry(id: string, given: Partial<Finished> = {}): Finished {
  return {
    id,
    pipeline: id,
    study: null,
    studies: [],
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
    runs: [],
    made: [],
    metrics: { accuracy: metric(0.5) },
    curves: [],
    settings: {},
    seconds: 1,
    start: null,
    date: null,
    cached: [],
    ran: [],
    ...given,
  };
}

const failed: Entry = {
  id: "z",
  pipeline: "z",
  study: null,
  studies: [],
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
      open: "a",
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

describe("many runs beside each other", () => {
  const run = (id: string, dataset: string, mean: number, model: Finished["settings"]): Finished =>
    entry(id, {
      dataset: { name: dataset, title: dataset.toUpperCase(), n: 10 },
      metrics: { accuracy: metric(mean) },
      settings: { model },
    });
  const entries = [
    run("a", "usps", 0.5, { name: "dec", wG: 1, size: 10, half: 5 }),
    run("b", "mnist", 0.9, { name: "dec" }),
    run("c", "usps", 0.7, { name: "dec", wG: 4, size: 10, half: 5 }),
    run("d", "usps", 0.6, { name: "dec", wG: 4, size: 20, half: 10 }),
  ];

  test("are grouped by data set, the best first or in the order of the view", () => {
    const order = (view: Partial<typeof startView>) =>
      groupsOf(entries, { ...startView, ...view }).map(({ entries }) => entries.map(({ id }) => id).join(""));
    expect(order({})).toEqual(["b", "cda"]);
    expect(order({ sort: "accuracy" })).toEqual(["b", "adc"]);
  });

  test("have the best mean of each metric, unless there is one run alone", () => {
    expect(groupsOf(entries, startView).map(({ best }) => [...best])).toEqual([[], [["accuracy", 0.7]]]);
  });

  test("have an axis for each setting that divides them otherwise than those before", () => {
    const group = groupsOf(entries, startView)[1]!;
    expect(group.differing.map(({ key }) => key)).toEqual(["model.wG", "model.size", "model.half"]);
    expect(group.axes.map(({ key }) => key)).toEqual(["model.wG", "model.size"]);
    expect(linesOf(group, group.metric!)[0]).toEqual({
      id: "a",
      mean: 0.5,
      values: { "model.wG": 1, "model.size": 10 },
    });
    expect(runsByValue(group.differing[0]!, group.entries)).toEqual([
      ["4", ["c", "d"]],
      ["1", ["a"]],
    ]);
  });
});
