import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { departuresText, isAsPublished } from "@gumbel/config";
import { loadSystem, systemNames } from "@gumbel/models";
import { afterAll, describe, expect, test } from "vitest";
import { makePlans } from "../src/plans.js";

const folder = mkdtempSync(join(tmpdir(), "gumbel-departures-"));
writeFileSync(join(folder, "pnpm-workspace.yaml"), "");
afterAll(() => rmSync(folder, { recursive: true }));

/** The report's plan of a pipeline.json with these contents. */
async function reportOf(contents: object) {
  const pipeline = { dataset: "moons", model: "gumbel-vae", ...contents };
  writeFileSync(join(folder, "pipeline.json"), JSON.stringify(pipeline));
  return (await makePlans(folder, "x", "quick")).report;
}
const departures = async (contents: object) => (await reportOf(contents)).departures;
const text = async (contents: object) => departuresText(await reportOf(contents));

describe("departures from the published system", () => {
  test.each(systemNames)("%s with its own defaults has none, if it is a published one", async (model) => {
    const { variantOf, training } = await loadSystem(model);
    const report = await reportOf({ model, ...(training.labelledPerBatch && { labels: { count: 10 } }) });
    expect(report.variantOf).toBe(variantOf ?? null);
    expect(isAsPublished(report)).toBe(variantOf === undefined);
    if (!variantOf) expect(departuresText(report)).toBe("as published");
  });

  test("an option, a nested one by its dotted name, and an array as a whole", async () => {
    const model = { name: "gumbel-vae", zSize: 10, temperature: { end: 0.5 }, hidden: [100, 20] };
    expect(await departures({ model })).toEqual([
      { field: "hidden", value: [100, 20], published: [500, 500] },
      { field: "zSize", value: 10, published: 64 },
      { field: "temperature.end", value: 0.5, published: 1 },
    ]);
    expect(await text({ model })).toBe(
      "departs: hidden 100-20 (500-500), zSize 10 (64), temperature.end 0.5 (1)",
    );
  });

  test("a setting that says the default is none", async () => {
    const train = { epochs: 100, batchSize: 128, optimizer: "adam", learningRate: 0.001, seeds: 3 };
    expect(await departures({ model: { name: "gumbel-vae", zSize: 64 }, train })).toEqual([]);
  });

  test("an option that the published system does not have set is an addition", async () => {
    const model = { name: "gumbel-vae", autoencoderStart: { epochs: 6 } };
    expect(await departures({ model })).toMatchObject([
      { field: "autoencoderStart", value: { epochs: 6, restarts: 20 }, published: null },
    ]);
    expect(await text({ model, train: { epochs: 12 } })).toBe("departs: + autoencoderStart, epochs 12 (100)");
    expect(await text({ model: { name: "gumbel-vae", clusters: 14 } })).toBe("departs: + clusters 14");
  });

  test("the schedule, with the constants of the optimizer", async () => {
    const train = { epochs: 12, batchSize: 64, learningRate: 0.01, optimizer: { name: "adam", beta1: 0.5 } };
    expect(await departures({ train })).toEqual([
      { field: "epochs", value: 12, published: 100 },
      { field: "batchSize", value: 64, published: 128 },
      { field: "learningRate", value: 0.01, published: 0.001 },
      { field: "optimizer.beta1", value: 0.5, published: 0.9 },
    ]);
    expect(await text({ train: { optimizer: "sgd" } })).toBe("departs: optimizer sgd (adam)");
    const few = { model: "auxiliary-clustering", labels: { count: 10 }, train: { labelledPerBatch: 8 } };
    expect(await text(few)).toBe("departs: labelledPerBatch 8 (100)");
  });

  test("a part of the examples, a choice among starts and another pipeline's weights", async () => {
    expect(await departures({ ingest: { limit: 50 } })).toEqual([
      { field: "ingest.limit", value: 50, published: null },
    ]);
    expect(await text({ train: { restarts: { count: 4 } } })).toBe("departs: restarts.count 4 (1)");
    const dec = { model: "dec", train: { pretrainedFrom: "moons-ae-kmeans" } };
    expect(await text(dec)).toBe("departs: + pretrainedFrom moons-ae-kmeans");
  });

  test("of a variant count against the published system's defaults, not its own", async () => {
    const report = await reportOf({ model: "gumbel-vae-self-trained" });
    expect(report.variantOf).toBe("gumbel-vae");
    expect(departuresText(report)).toBe(
      "variant of gumbel-vae, departs: zSize 10 (64), wG 1 (4), + autoencoderStart, + augmentation, + selfTraining, epochs 6 (100)",
    );
  });

  test("a variant is never as published, though every option says what the published one does", async () => {
    const model = {
      name: "gumbel-vae-self-trained",
      ...{ zSize: 64, wG: 4, autoencoderStart: null, augmentation: null, selfTraining: null },
    };
    const report = await reportOf({ model, train: { epochs: 100 } });
    expect(report.departures).toEqual([]);
    expect(isAsPublished(report)).toBe(false);
    expect(departuresText(report)).toBe("variant of gumbel-vae");
  });
});
