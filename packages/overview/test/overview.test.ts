import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { sealed } from "@gumbel/records";
import { sha256 } from "@gumbel/workspace";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Entry, Finished, Other } from "../src/entries/entry.js";
import { TestWorkspace } from "./workspace.js";

const entriesOf = (workspace: TestWorkspace): Entry[] =>
  JSON.parse(workspace.read("overview/report/report.json")) as Entry[];
const entryOf = <Kind extends Entry>(workspace: TestWorkspace, id: string): Kind =>
  entriesOf(workspace).find((entry) => entry.id === id) as Kind;

describe("the index over all pipelines", () => {
  const workspace = new TestWorkspace();
  afterAll(() => workspace.remove());

  beforeAll(async () => {
    await workspace.add("a", { dataset: "usps" });
    await workspace.add("b", { model: "kmeans", deep: false, seeds: [0] });
    await workspace.add("broken");
    await workspace.add("evaluated", { title: '<img src=x onerror="document.title=1">' });
    await workspace.add("half");
    rmSync(workspace.path("half/extract"), { recursive: true });
    rmSync(workspace.path("half/evaluate"), { recursive: true });
    await workspace.add("tampered");
    workspace.tamper("tampered/evaluate/evaluation.json");
    // Not even its metadata can be read, and no digest is compared for the overview.
    await workspace.add("unreadable");
    writeFileSync(workspace.path("unreadable/ingest/data.arrow"), "ARROW1\0\0 cut");
    await workspace.add("waiting");
    rmSync(workspace.path("waiting"), { recursive: true });
    for (const name of ["a", "b", "broken"]) expect(workspace.runReport(name), workspace.output).toBe(0);
    workspace.tamper("broken/report/report.json");
    expect(workspace.runOverview(), workspace.output).toBe(0);
  }, 120_000);

  test("has every pipeline of the workspace, each with its state", () => {
    expect(entriesOf(workspace).map(({ id, state }) => [id, state])).toEqual([
      ["a", "finished"],
      ["b", "finished"],
      ["broken", "problem"],
      ["evaluated", "finished"],
      ["half", "unfinished"],
      ["tampered", "problem"],
      ["unreadable", "problem"],
      ["waiting", "not run"],
    ]);
    expect(entryOf<Other>(workspace, "broken").what).toContain("a file is not what its stage wrote");
    expect(entryOf<Other>(workspace, "half").what).toContain("as far as train; extract has not finished");
    expect(entryOf<Other>(workspace, "tampered").what).toContain("tampered/out/evaluate/evaluation.json");
    expect(entryOf<Other>(workspace, "waiting").hint).toBe(
      "pnpm turbo run report --filter=@pipelines/waiting",
    );
  });

  test("gives figures with standard deviation, published figure and difference, and the page", () => {
    const a = entryOf<Finished>(workspace, "a");
    expect(a).toMatchObject({
      page: "../../../pipelines/a/out/report/index.html",
      profile: "quick",
      dataset: { name: "usps", title: "USPS", n: 240 },
      seeds: 3,
      seconds: 244,
      date: "2026-01-02T03:04:05.000Z",
      metrics: { accuracy: { mean: 0.8, std: 0.1, n: 3, published: { value: 0.7258 } } },
    });
    expect(a.metrics.accuracy!.difference).toBeCloseTo(0.0742, 9);
    expect(entryOf<Finished>(workspace, "evaluated")).toMatchObject({
      page: null,
      metrics: { accuracy: { mean: 0.8 } },
    });
  });

  test("gives the last and the best epoch of the quantities recorded during training", () => {
    const curve = (name: string) => entryOf<Finished>(workspace, "a").curves.find((one) => one.name === name);
    // Mean of 100, 101 and 102, plus 50 / epoch.
    expect(curve("curve-loss")).toMatchObject({
      better: "low",
      last: { epoch: 5, value: 111 },
      best: { epoch: 5, value: 111 },
      points: [
        [1, 151],
        [2, 126],
        [3, 117.667],
        [4, 113.5],
        [5, 111],
      ],
    });
    expect(curve("curve-categorical")).toMatchObject({ better: null, best: null });
    expect(entryOf<Finished>(workspace, "b").curves).toEqual([]);
  });

  test("the page holds the rows without a script, and markup in a name as text", () => {
    const page = workspace.read("overview/report/index.html");
    expect(page).toContain('href="../../../pipelines/a/out/report/index.html"');
    for (const told of [workspace.root, homedir()]) expect(page).not.toContain(`${told}/`);
    expect(page).toContain('± 0.100 <span class="on-screen">(3)</span>');
    expect(page).toContain("cannot be shown: a file is not what its stage wrote");
    expect(page).not.toContain("<img");
  });

  test("ends with a manifest of what it wrote and read", () => {
    const manifest = JSON.parse(workspace.read("overview/report/manifest.json")) as {
      files: { name: string; sha256: string }[];
      reads: { path: string; sha256: string }[];
    };
    expect(manifest.files).toMatchObject([
      { name: "index.html", sha256: sha256(readFileSync(workspace.path("overview/report/index.html"))) },
      { name: "report.json" },
    ]);
    expect(manifest.reads.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        "a/report/manifest.json",
        "b/report/manifest.json",
        "evaluated/evaluate/manifest.json",
      ]),
    );
  });

  test("says that a report is older than the figures beside it", async () => {
    await workspace.add("a", { dataset: "usps", seeds: [0] });
    expect(workspace.runOverview(), workspace.output).toBe(0);
    expect(entryOf<Finished>(workspace, "a").notes).toEqual([
      "the report stage is older than a/plan/report.json",
    ]);
  });
});

describe("a training that failed", () => {
  const workspace = new TestWorkspace();
  afterAll(() => workspace.remove());

  test("is named in its row, and beside the figures of the training before it", async () => {
    await workspace.add("new");
    for (const stage of ["train", "extract", "evaluate"])
      rmSync(workspace.path(`new/${stage}`), { recursive: true });
    await workspace.add("again");
    expect(workspace.runReport("again"), workspace.output).toBe(0);
    for (const name of ["new", "again"]) {
      mkdirSync(workspace.path(`${name}/scratch/train/live`), { recursive: true });
      writeFileSync(
        workspace.path(`${name}/scratch/train/live/run.json`),
        JSON.stringify({
          startedAt: "2026-01-02T03:04:05.000Z",
          seeds: [0],
          progress: {},
          failure: "the loss is not a number",
        }),
      );
    }
    expect(workspace.runOverview(), workspace.output).toBe(0);
    const what = "Training failed: the loss is not a number.";
    expect(entryOf<Other>(workspace, "new")).toMatchObject({ state: "failed", what });
    expect(entryOf<Finished>(workspace, "again").notes).toEqual([`not these figures: ${what}`]);
    expect(workspace.read("overview/report/index.html")).toContain(`<em class="bad">${what}</em>`);
  }, 120_000);
});

describe("what comes from the cache", () => {
  const workspace = new TestWorkspace();
  afterAll(() => workspace.remove());
  const began = new Date("2026-01-02T03:04:05.000Z").getTime() / 1000;
  const stages = ["ingest", "train", "extract", "evaluate"];
  const written = (stage: string, seconds: number): void =>
    utimesSync(workspace.path(`a/${stage}/run.json`), seconds, seconds);
  const cached = (): string[] | null => entryOf<Finished>(workspace, "a").cached;

  test("are stages written long after they ran, or run before the last overview", async () => {
    await workspace.add("a");
    // Each ran for 61 seconds and wrote run.json at its end; a cache restored one of them an hour later.
    for (const stage of stages) written(stage, began + 61);
    written("ingest", began + 3600);
    expect(workspace.runOverview(), workspace.output).toBe(0);
    expect(cached()).toEqual(["ingest"]);
    expect(workspace.runOverview(), workspace.output).toBe(0);
    expect(cached()).toEqual(stages);
  }, 120_000);
});

describe("members of a study", () => {
  const workspace = new TestWorkspace();
  afterAll(() => workspace.remove());

  test("are shown from their evaluation, and from the record of an earlier run", async () => {
    await workspace.add("usps-dec", { dataset: "usps", model: "dec" });
    const folder = `${workspace.root}/studies/benchmark/usps/dec`;
    mkdirSync(`${workspace.root}/studies/benchmark/usps`, { recursive: true });
    mkdirSync(`${workspace.root}/studies/benchmark/records`);
    renameSync(`${workspace.root}/pipelines/usps-dec`, folder);
    const record = (
      pipeline: string,
      pretrainedFrom: string | null,
      seconds: object,
      curves?: { name: string; last: number; values: (number | null)[] }[],
    ): void =>
      writeFileSync(
        `${workspace.root}/studies/benchmark/records/${pipeline}.json`,
        sealed({
          pipeline,
          dataset: "usps",
          model: "dec",
          variantOf: null,
          departures: [{ field: "updateInterval", value: 30, published: 140 }],
          profile: "full",
          labels: null,
          limit: null,
          settings: {
            options: { updateInterval: 30 },
            epochs: 100,
            batchSize: 256,
            labelledPerBatch: 0,
            optimizer: { name: "sgd", momentum: 0.9, learningRate: 0.01 },
            split: "all",
            restarts: { count: 1, epochs: 1 },
            pretrainedFrom,
          },
          madeWith: "before phases",
          config: {},
          data: { sha256: "0".repeat(64), examples: 9298 },
          summary: { accuracy: { mean: 0.75, std: null, n: 1 } },
          runs: [{ seed: 0, epochs: 100, loss: 1, figures: { accuracy: 0.75 }, curves }],
          made: [
            {
              seeds: [0],
              versions: {},
              machine: { platform: "linux-x64", node: "v20", cpu: "one", cores: 2, memoryBytes: 1 },
              date: "2026-01-01T00:00:00.000Z",
              seconds,
            },
          ],
        }),
      );
    record("usps-dec", "usps-ae-kmeans", { train: 3600 }, [
      { name: "loss", last: 3, values: [2, 1, 1.5] },
      { name: "accuracy", last: 3, values: [0.5, 0.8, 0.75] },
      { name: "nmi", last: 3, values: [null, null, null] },
    ]);
    record("usps-ae-kmeans", null, { ingest: 400, train: 5000 });
    mkdirSync(`${workspace.root}/studies/benchmark/usps/ae-kmeans`);
    cpSync(`${folder}/pipeline.json`, `${workspace.root}/studies/benchmark/usps/ae-kmeans/pipeline.json`);
    writeFileSync(
      `${workspace.root}/studies/benchmark/usps/ae-kmeans/package.json`,
      '{ "name": "@pipelines/usps-ae-kmeans" }',
    );
    expect(workspace.runOverview(), workspace.output).toBe(0);
    expect(entriesOf(workspace)).toMatchObject([
      { id: "usps-ae-kmeans@record", seconds: 5400, start: null, curves: [] },
      { id: "usps-dec", study: "benchmark", origin: "run", metrics: { accuracy: { mean: 0.8 } } },
      {
        id: "usps-dec@record",
        study: "benchmark",
        origin: "record",
        profile: "full",
        dataset: { title: "USPS" },
        metrics: { accuracy: { mean: 0.75 } },
        departures: [{ field: "updateInterval" }],
        madeWith: "before phases",
        settings: { model: { name: "dec", updateInterval: 30 }, train: { seeds: 1, batchSize: 256 } },
        runs: [{ seed: 0, metrics: { accuracy: 0.75 } }],
        made: [{ seeds: [0], cpu: "one", cores: 2 }],
        seconds: 3600,
        start: { pipeline: "usps-ae-kmeans", seconds: 5400 },
        curves: [
          { name: "curve-loss", title: "Total loss", best: null, last: { epoch: 3, value: 1.5 } },
          {
            name: "curve-accuracy",
            best: { epoch: 2, value: 0.8 },
            last: { epoch: 3, value: 0.75 },
            points: [
              [1, 0.5],
              [2, 0.8],
              [3, 0.75],
            ],
          },
        ],
      },
    ]);
  }, 120_000);
});

describe("a workspace without any figures", () => {
  test("says how to get some", () => {
    const empty = new TestWorkspace();
    expect(empty.runOverview(), empty.output).toBe(0);
    expect(empty.read("overview/report/index.html")).toContain("No pipeline has figures yet");
    empty.remove();
  });
});
