/** The whole run, stage by stage, on generated data: from pipeline.json to a report. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeSafetensors } from "@gumbel/engine";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestWorkspace } from "../workspace.js";

const stages = ["plan", "ingest", "train", "extract", "evaluate", "report"];
const glyphs = { name: "glyphs", train: 400, test: 100 };

const systems = [
  {
    model: { name: "gumbel-vae", hidden: [32], featureSize: 16, zSize: 4 },
    sections: [
      "Figures",
      "Playground",
      "Clusters",
      "Generated",
      "Style transfer",
      "Interpolation",
      "Reconstructions",
      "Map of the latents",
      "Confusion matrix",
      "Probabilities of the clusters",
      "Training",
      "Provenance",
    ],
  },
  {
    model: { name: "ae-kmeans", hidden: [32], latentSize: 5, restarts: 2 },
    sections: [
      "Figures",
      "Playground",
      "Clusters",
      "Generated",
      "Interpolation",
      "Reconstructions",
      "Map of the latents",
      "Confusion matrix",
      "Training",
      "Provenance",
    ],
  },
  {
    model: { name: "kmeans", restarts: 2 },
    sections: [
      "Figures",
      "Playground",
      "Clusters",
      "Generated",
      "Map of the latents",
      "Confusion matrix",
      "Provenance",
    ],
  },
];

describe.each(systems)("$model.name", ({ model, sections }) => {
  const workspace = new TestWorkspace({
    dataset: glyphs,
    model,
    train: { seeds: 2, epochs: 2, batchSize: 50 },
    report: { map: { methods: ["umap"], examples: 200 } },
  });
  const read = (file: string): string => readFileSync(join(workspace.artifacts, file), "utf8");

  beforeAll(() => workspace.runAll(...stages), 180_000);
  afterAll(() => workspace.remove());

  test("the number of trained numbers is that of the weights", () => {
    const { parameters } = JSON.parse(read("train/summary.json")) as { parameters: number };
    const file = join(workspace.artifacts, "train", "seed-0", "weights.safetensors");
    const { arrays } = decodeSafetensors(readFileSync(file));
    expect(parameters).toBeGreaterThan(0);
    expect(parameters).toBe([...arrays.values()].reduce((sum, { values }) => sum + values.length, 0));
  });

  test("every figure exists and is in its range", () => {
    const { summary, runs } = JSON.parse(read("evaluate/evaluation.json")) as {
      summary: Record<string, { mean: number; n: number } | null>;
      runs: { seed: number; confusion: number[][] }[];
    };
    expect(runs.map(({ seed }) => seed)).toEqual([0, 1]);
    for (const name of ["accuracy", "nmi"]) {
      expect(summary[name]!.n).toBe(2);
      expect(summary[name]!.mean).toBeGreaterThan(0);
      expect(summary[name]!.mean).toBeLessThanOrEqual(1);
    }
    for (const k of [3, 5, 10]) expect(summary[`knn@${k}`]!.mean).toBeLessThan(90);
    expect(runs[0]!.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(500);
  });

  test("the page has each section that applies to this system, and nothing undefined", () => {
    const page = read("report/index.html");
    const headings = [...page.matchAll(/<h2[^>]*>(.*?)<\/h2>/g)].map((match) => match[1]);
    expect(headings).toEqual(sections);
    const text = page.replace(/<(style|script|svg)[\s\S]*?<\/\1>/g, "").replace(/<[^>]*>/g, " ");
    expect(text).not.toMatch(/undefined|NaN|\[object/);
  });

  test("the page requests nothing from the network", () => {
    const page = read("report/index.html");
    // A link of the text is no request.
    const requested = page.matchAll(/(?<!<a )\b(?:src|href)="(?!#|data:)([^"]*)"/g);
    expect([...requested].map((match) => match[1])).toEqual([]);
    expect(page).not.toMatch(/@import|url\(["']?https?:/);
  });

  test("each plot is written as SVG, PNG and CSV, and every file is in the manifest", () => {
    const plots = readdirSync(join(workspace.artifacts, "report", "plots"));
    const names = new Set(plots.map((file) => file.replace(/\.(svg|png|csv)$/, "")));
    expect(names.size).toBeGreaterThan(1);
    for (const name of names)
      expect(plots).toEqual(expect.arrayContaining([`${name}.svg`, `${name}.png`, `${name}.csv`]));
    const manifest = JSON.parse(read("report/manifest.json")) as { files: { name: string }[] };
    expect(manifest.files.map(({ name }) => name)).toEqual(
      expect.arrayContaining(plots.map((file) => `plots/${file}`)),
    );
  });

  test("no checkpoint is left", () => {
    expect(existsSync(join(workspace.artifacts, "scratch", "train"))).toBe(false);
  });
});

describe("a stage whose input was tampered with", () => {
  test("names the file and what to do, and writes no manifest", async () => {
    const workspace = new TestWorkspace({ dataset: { name: "moons", n: 50 }, model: "kmeans" });
    await workspace.runAll("plan", "ingest");
    const { appendFileSync } = await import("node:fs");
    appendFileSync(join(workspace.artifacts, "ingest", "data.arrow"), "x");
    const { code, output } = await workspace.run("train");
    expect(code).toBe(1);
    expect(output).toMatch(/a file is not what its stage wrote/);
    expect(output).toMatch(/data\.arrow/);
    expect(output).toMatch(/run again/);
    expect(existsSync(join(workspace.artifacts, "train", "manifest.json"))).toBe(false);
    workspace.remove();
  });
});

describe("pipeline.json with a mistake", () => {
  test.each([
    {
      what: "an unknown data set",
      pipeline: { dataset: "mnits", model: "kmeans" },
      message: /no data set named "mnits"[\s\S]*mnist/,
    },
    {
      what: "an unknown model",
      pipeline: { dataset: "moons", model: "kmaens" },
      message: /no model named "kmaens"[\s\S]*kmeans/,
    },
    {
      what: "an unknown field",
      pipeline: { dataset: "moons", model: "kmeans", trian: {} },
      message: /trian/,
    },
    {
      what: "a wrong type",
      pipeline: { dataset: "moons", model: "kmeans", train: { seeds: "3" } },
      message: /train\.seeds/,
    },
    {
      what: "an unknown option of the model",
      pipeline: { dataset: "moons", model: { name: "kmeans", wG: 4 } },
      message: /field model[\s\S]*/,
    },
  ])(
    "$what is named",
    async ({ pipeline, message }) => {
      const workspace = new TestWorkspace(pipeline);
      const { code, output } = await workspace.run("plan");
      expect(code).toBe(1);
      expect(output).toMatch(message);
      expect(output).not.toMatch(/\n {4}at /);
      workspace.remove();
    },
    30_000,
  );
});
