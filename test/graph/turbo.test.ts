/**
 * Drives turbo itself, in a copy of this checkout: stages that rerun when a field of pipeline.json is changed, and stages
 * that come from the cache.
 */
import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newFromFile, newPipeline } from "@gumbel/cli";
import { stageNames } from "@gumbel/config";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drawSeed, root } from "../workspace.js";
import { Copy } from "./copy.js";

const workspace = new Copy();
const copy = workspace.folder;
const pipelineFile = workspace.path("pipelines", "moons", "pipeline.json");
// The builds come from this checkout's cache. The seed is new, so that no earlier run of this file is in the cache.
const seed = drawSeed();
const base = {
  seed,
  dataset: { name: "moons" },
  model: "kmeans",
  train: {},
  extract: {},
  evaluate: {},
  report: { map: { methods: [] } },
};

interface RunOfTurbo {
  /** Stages of the pipeline that ran after the plan, which always does, in the order of the pipeline. */
  ran: string[];
  /** Packages that were built. */
  built: string[];
}

const configure = (changes: object): void =>
  writeFileSync(pipelineFile, JSON.stringify({ ...base, ...changes }));

/** Runs a task of one pipeline with the builds of this checkout. */
async function runTurbo(task = "report", pipeline = "moons"): Promise<RunOfTurbo> {
  const cache = { TURBO_CACHE_DIR: join(root, ".turbo", "cache") };
  const ran = await workspace.run(task, [pipeline], cache);
  const missed = ran[`@pipelines/${pipeline}`] ?? [];
  return {
    ran: stageNames.filter((stage) => missed.includes(stage)),
    built: Object.keys(ran).filter((name) => ran[name]!.includes("build")),
  };
}

describe("turbo", () => {
  beforeAll(async () => {
    await workspace.install();
    configure({});
    await runTurbo();
  }, 300_000);
  afterAll(() => workspace.remove(), 120_000);

  test("a second run is all cached", async () => {
    const { ran, built } = await runTurbo();
    expect({ ran, built }).toEqual({ ran: [], built: [] });
  });

  test.each([
    { field: "dataset.noise", changes: { dataset: { name: "moons", noise: 0.08 } }, ran: [...stageNames] },
    { field: "ingest.limit", changes: { ingest: { limit: 400 } }, ran: [...stageNames] },
    {
      field: "model.restarts",
      changes: { model: { name: "kmeans", restarts: 3 } },
      ran: ["train", "extract", "evaluate", "report"],
    },
    {
      field: "train.split",
      changes: { train: { split: "train" } },
      ran: ["train", "extract", "evaluate", "report"],
    },
    {
      field: "train.batchSize, which k-means does not have,",
      changes: { train: { batchSize: 32 } },
      ran: [],
    },
    {
      field: "extract.batchSize",
      changes: { extract: { batchSize: 300 } },
      ran: ["extract", "evaluate", "report"],
    },
    {
      field: "evaluate.knn.k",
      changes: { evaluate: { knn: { k: [1] } } },
      ran: ["evaluate", "report"],
    },
    {
      field: "report.title",
      changes: { report: { title: "Two moons", map: { methods: [] } } },
      ran: ["report"],
    },
  ])(
    "changing $field reruns $ran; going back reruns nothing",
    async ({ changes, ran }) => {
      configure(changes);
      expect(await runTurbo()).toMatchObject({ ran, built: [] });
      configure({});
      expect(await runTurbo()).toMatchObject({ ran: [], built: [] });
    },
    120_000,
  );

  test("changing only white space of pipeline.json reruns nothing", async () => {
    writeFileSync(pipelineFile, `${JSON.stringify(base, null, 4)}\n\n`);
    expect((await runTurbo()).ran).toEqual([]);
    configure({});
  });

  test("another data set runs what depends on it; the first one comes back from the cache", async () => {
    configure({ dataset: "circles" });
    expect((await runTurbo()).ran).toEqual([...stageNames]);
    configure({});
    expect((await runTurbo()).ran).toEqual([]);
    const report = JSON.parse(
      readFileSync(join(copy, "artifacts", "moons", "report", "report.json"), "utf8"),
    ) as { dataset: { name: string } };
    expect(report.dataset.name).toBe("moons");
  }, 120_000);

  test("deleted artifacts are restored, not computed again", async () => {
    rmSync(join(copy, "pipelines", "moons", "out"), { recursive: true });
    expect((await runTurbo()).ran).toEqual([]);
    // By the link that the stages create.
    expect(existsSync(join(copy, "artifacts", "moons", "report", "index.html"))).toBe(true);
  });

  test("another profile, and some of its seeds, are other results, and all stay in the cache", async () => {
    configure({ profiles: { full: { train: { seeds: 2 } } } });
    process.env.GUMBEL_PROFILE = "full";
    try {
      expect((await runTurbo()).ran).toEqual(["train", "extract", "evaluate", "report"]);
      process.env.GUMBEL_SEEDS = `${seed + 1}`;
      expect((await runTurbo()).ran).toEqual(["train", "extract", "evaluate", "report"]);
    } finally {
      delete process.env.GUMBEL_PROFILE;
      delete process.env.GUMBEL_SEEDS;
    }
    configure({});
    expect((await runTurbo()).ran).toEqual([]);
  }, 120_000);

  test("a pipeline of the user's own file runs uninstalled, sees the file change, and changes no file of the project", async () => {
    const data = workspace.path("..", "mine.csv");
    // Content of its own, so that no earlier run is in the cache.
    const write = (last: number): void =>
      writeFileSync(data, `x,y\n${seed},1\n${seed + 1},2\n${seed + 5},${last}\n${seed + 7},4\n`);
    const tracked = ["pnpm-lock.yaml", "pipelines/overview/package.json"];
    const contents = (): string[] => tracked.map((file) => readFileSync(join(copy, file), "utf8"));
    const before = contents();
    write(3);
    const missing = "error";
    await newFromFile(copy, {
      name: "mine",
      data,
      label: null,
      text: null,
      ignore: [],
      missing,
      missingValues: [],
      clusters: "2",
      model: "kmeans",
    });
    const ran = async (): Promise<string[]> => (await runTurbo("report", "mine")).ran;

    expect(await ran()).toEqual([...stageNames]);
    expect(await ran()).toEqual([]);
    write(8);
    expect(await ran()).toEqual([...stageNames]);
    write(3);
    expect(await ran()).toEqual([]);
    await workspace.install();
    expect(contents()).toEqual(before);
  }, 240_000);

  test("a member that starts from another's weights trains again when they change, and only then", async () => {
    const kind = { dataset: "moons", model: "ae-kmeans", study: "benchmark", pretrainedFrom: null };
    const members = join(copy, "studies", "benchmark", "moons");
    // Not by pnpm: a changed lockfile would rebuild every package.
    const link = async (): Promise<void> => {
      for (const member of readdirSync(members).filter(
        (name) => !existsSync(join(members, name, "node_modules")),
      )) {
        symlinkSync(join(copy, "pipelines", "moons", "node_modules"), join(members, member, "node_modules"));
      }
    };
    await newPipeline(copy, { ...kind, name: "moons-first" }, link);
    await newPipeline(copy, { ...kind, name: "moons-second", pretrainedFrom: "moons-first" }, link);
    const model = { name: "ae-kmeans", hidden: [8], latentSize: 2 };
    const first = (changes: object): void =>
      writeFileSync(
        join(members, "first", "pipeline.json"),
        JSON.stringify({ seed, dataset: "moons", model, train: { epochs: 1 }, ...changes }),
      );
    const train = { epochs: 1, pretrainedFrom: "moons-first" };
    const second = (changes: object): void =>
      writeFileSync(
        join(members, "second", "pipeline.json"),
        JSON.stringify({ seed, dataset: "moons", model, train, ...changes }),
      );
    const ran = async (): Promise<string[]> => (await runTurbo("evaluate", "moons-second")).ran;

    first({});
    second({});
    expect(await ran()).toEqual(["ingest", "train", "extract", "evaluate"]);
    first({ evaluate: { knn: { k: [1] } } });
    expect(await ran()).toEqual([]);
    second({ evaluate: { knn: { k: [1] } } });
    expect(await ran()).toEqual(["evaluate"]);
    first({ train: { epochs: 2 } });
    expect(await ran()).toEqual(["train", "extract", "evaluate"]);
  }, 120_000);
});
