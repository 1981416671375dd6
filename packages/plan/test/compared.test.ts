import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recordPath, sealed } from "@gumbel/records";
import { readJson, toJson } from "@gumbel/workspace";
import { afterAll, beforeAll, expect, test } from "vitest";
import { comparedRecords } from "../src/compared.js";

const root = mkdtempSync(join(tmpdir(), "gumbel-compared-"));
afterAll(() => rmSync(root, { recursive: true }));

const records = [
  { pipeline: "usps-ae-kmeans", model: "ae-kmeans", accuracy: 0.7 },
  { pipeline: "usps-dec", model: "dec", accuracy: 0.8 },
  { pipeline: "usps-n2d", model: "n2d", accuracy: 0.9 },
  { pipeline: "usps-100", model: "m2", accuracy: 0.95, labels: 100 },
  { pipeline: "usps-part", model: "vade", accuracy: 0.99, limit: 500 },
  { pipeline: "mnist-n2d", model: "n2d", accuracy: 0.97, dataset: "mnist" },
  { pipeline: "moons", model: "kmeans", accuracy: 0.9, dataset: "moons" },
  { pipeline: "mine", model: "kmeans", accuracy: 0.9, dataset: "file" },
];

beforeAll(async () => {
  writeFileSync(join(root, "pnpm-workspace.yaml"), "");
  mkdirSync(join(root, "studies", "s", "records"), { recursive: true });
  const drawn = { source: "Nowhere", published: null, metrics: ["accuracy"] };
  const pipelines = records.map(({ pipeline }) => pipeline);
  writeFileSync(
    join(root, "studies", "s", "study.json"),
    toJson({ title: "S", figures: [{ kind: "epochs", id: "f", title: "F", ...drawn, pipelines }] }),
  );
  const path = recordPath(join(import.meta.dirname, "../../.."), "benchmark", "usps-dec");
  const { digest: _, ...like } = (await readJson(path)) as Record<string, unknown> & { made: object[] };
  for (const { pipeline, accuracy, ...change } of records) {
    const content = {
      ...like,
      pipeline,
      dataset: "usps",
      ...change,
      summary: { accuracy: { mean: accuracy, std: null, n: 1 }, silhouette: { mean: 0.1, std: null, n: 1 } },
      runs: [{ seed: 0, epochs: 1, loss: null, figures: { accuracy, silhouette: 0.1 } }],
      made: [{ ...like.made[0], seeds: [0] }],
    };
    writeFileSync(recordPath(root, "s", pipeline), sealed(content));
  }
});

const compare = (
  dataset: string,
  {
    pipeline = "x",
    set = null,
    labels = null,
  }: { pipeline?: string; set?: string | null; labels?: number | null } = {},
) =>
  comparedRecords(root, {
    ingest: {
      dataset,
      labels: labels === null ? null : { count: labels, draw: "per-class", seed: 0 },
    },
    report: { pipeline, profile: "full", set },
  });

const ofMean = (mean: number) => ({ accuracy: { mean, std: null, n: 1 } });
const autoencoder = {
  as: "ae-kmeans",
  modelTitle: "AE + k-means",
  profile: "full",
  figures: ofMean(0.7),
};

test("a run is held against the autoencoder's and the best record of its data set, by their headline figures", async () => {
  expect(await compare("usps")).toEqual([
    autoencoder,
    { as: "best", modelTitle: "N2D", profile: "full", figures: ofMean(0.9) },
  ]);
});

test("a run with labels is held against records with as many, one without against records without", async () => {
  expect(await compare("usps", { labels: 100 })).toMatchObject([{ as: "best", figures: ofMean(0.95) }]);
  expect(await compare("usps", { labels: 10 })).toEqual([]);
});

test("the record of the run itself is not another run's; of the same pipeline with another setting it is", async () => {
  const bestOf = async (of: Parameters<typeof compare>[1]) => (await compare("usps", of)).at(-1)?.figures;
  expect(await bestOf({ pipeline: "usps-n2d" })).toEqual(ofMean(0.8));
  expect(await bestOf({ pipeline: "usps-n2d", set: "seed=5" })).toEqual(ofMean(0.9));
  expect(await compare("usps", { pipeline: "usps-ae-kmeans" })).toMatchObject([{ as: "best" }]);
});

test("data of one's own, data drawn from a seed and a data set without records have nothing", async () => {
  for (const dataset of ["file", "moons", "reuters-21578"]) expect(await compare(dataset)).toEqual([]);
});

test("a record that was changed by hand is not compared with", async () => {
  const path = recordPath(root, "s", "usps-n2d");
  writeFileSync(path, toJson({ ...((await readJson(path)) as object), profile: "quick" }));
  expect((await compare("usps")).at(-1)?.figures).toEqual(ofMean(0.8));
});
