/** A run and its record are drawn alike: on a fresh clone, figures are those of the records. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readRecord } from "@gumbel/records";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestWorkspace } from "../workspace.js";

const dataset = { name: "glyphs", train: 300, test: 60 };
const model = { name: "gumbel-vae", hidden: [32], featureSize: 16, zSize: 4, wG: 4 };
const name = "glyphs-small";
const workspace = new TestWorkspace(
  {
    dataset,
    model,
    train: { seeds: 3, epochs: 3, batchSize: 50, snapshots: { at: [1, 3], unit: "epoch", examples: 100 } },
  },
  name,
);
const points = workspace.addPipeline("moons", {
  dataset: { name: "moons", n: 80 },
  model: { name: "auxiliary-clustering-propagated", hidden: [8], featureSize: 4, augmentation: null },
  labels: { count: 4 },
  train: { epochs: 2, batchSize: 20, snapshots: { unit: "step", at: [1, 3] } },
});
const given = { source: "A figure", published: null, pipelines: [name] };
const study = {
  title: "Small",
  points: {
    datasets: ["glyphs"],
    pipeline: { model: { name: "gumbel-vae", wG: 4 } },
    vary: [{ parameter: "model.wG", values: [4] }],
  },
  figures: [
    { kind: "epochs", id: "epochs", title: "Per epoch", ...given, metrics: ["accuracy", "loss"] },
    { kind: "latents", id: "umap", title: "While learning", ...given, at: [1, 3] },
    { kind: "latents", id: "pca", title: "While learning", ...given, layout: "pca", at: [3] },
    { kind: "generated", id: "generated", title: "Generated", ...given },
    { kind: "generated", id: "style", title: "Style", ...given, samples: "style" },
    {
      ...{ kind: "probabilities", id: "sure", title: "Certainty", source: "A figure", published: null },
      ...{ parameter: "model.wG", values: [4] },
    },
    {
      ...{ kind: "assignments", id: "points", title: "Points", source: "A figure", published: null },
      pipelines: ["moons"],
    },
    {
      kind: "sweep",
      id: "w-g",
      title: "w_G",
      source: "A figure",
      published: null,
      parameter: "model.wG",
      metrics: ["accuracy"],
    },
  ],
};
afterAll(() => workspace.remove());

const stages = ["ingest", "train", "extract", "evaluate"];
async function evaluate(pipeline: TestWorkspace, seeds = ""): Promise<void> {
  const { code, output } = await pipeline.run("plan", { env: { GUMBEL_SEEDS: seeds } });
  expect(code, output).toBe(0);
  await pipeline.runAll(...stages);
}

async function command(...args: string[]): Promise<string> {
  const { code, output } = await workspace.run("gumbel", { command: args, folder: "." });
  expect(code, output).toBe(0);
  return output;
}

/** The study's page and the files beside it, without the words that tell a record from a run. */
async function reproduced(): Promise<Record<string, string>> {
  await workspace.run("study", { command: ["study/bin.mjs"], folder: "studies/small" });
  const folder = join(workspace.folder, "artifacts", "small", "reproduce");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => statSync(join(folder, file)).isFile() && !file.endsWith("manifest.json"))
    .sort();
  return Object.fromEntries(
    files.map((file) => {
      const bytes = readFileSync(join(folder, file));
      if (file.endsWith(".png")) return [file, bytes.toString("base64")];
      return [
        file,
        bytes
          .toString()
          .replaceAll("computed now", "record")
          .replaceAll("-computed", "-record")
          .replaceAll('"computed"', '"record"')
          .replaceAll(",computed,", ",record,"),
      ];
    }),
  );
}

let ofRun: Record<string, string>;
beforeAll(async () => {
  mkdirSync(join(workspace.folder, "studies", "small"), { recursive: true });
  writeFileSync(join(workspace.folder, "studies", "small", "study.json"), JSON.stringify(study));
  await evaluate(workspace, "0,1");
  await evaluate(points);
  ofRun = await reproduced();
  expect(await command("cli/bin.mjs", "record", name)).toContain("curves; of seed");
  await command("cli/bin.mjs", "record", "moons");
}, 300_000);

test("the page of the record is that of the run, with its plots and pictures", async () => {
  for (const { artifacts } of [workspace, points]) rmSync(artifacts, { recursive: true });
  const ofRecord = await reproduced();
  expect(Object.keys(ofRecord)).toEqual(Object.keys(ofRun));
  expect(Object.keys(ofRun).filter((file) => file.endsWith(".png")).length).toBeGreaterThan(7);
  for (const [file, content] of Object.entries(ofRecord)) {
    // What TeX calls a record of an earlier run.
    if (!file.endsWith(".tex")) expect(content === ofRun[file], file).toBe(true);
  }
  expect(ofRecord["index.html"]).toContain("seed 0; record, quick profile");
});

test("seeds that are recorded later add their curves, and the pictures are those of the lowest loss", async () => {
  await evaluate(workspace, "2");
  await command("cli/bin.mjs", "record", name);
  const { runs, drawn } = (await readRecord(workspace.folder, "small", name))!;
  expect(runs.map(({ curves }) => curves!.find((curve) => curve.name === "loss")!.values.length)).toEqual([
    3, 3, 3,
  ]);
  const best = runs.toSorted((a, b) => a.loss! - b.loss!)[0]!;
  expect(drawn!.seed).toBe(best.seed);
  expect(Object.keys(drawn!.parts).sort()).toEqual([
    "generated",
    "latents-pca",
    "latents-umap",
    "probabilities",
    "style",
  ]);
  expect(existsSync(join(workspace.folder, "studies", "small", "records", "moons.json"))).toBe(true);
}, 120_000);
