/** The records that ship are those of today's pipelines. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { completedOptions, makePlans } from "@gumbel/plan";
import { readRecord, recordPath } from "@gumbel/records";
import { listPipelines, readStudies, recordStudies } from "@gumbel/workspace";
import { expect, test } from "vitest";
import { Members } from "../src/tables/members.js";

const root = resolve(import.meta.dirname, "../../..");
const places = new Map((await listPipelines(root)).map(({ name, folder }) => [name, folder]));
const kept = [...(await recordStudies(root))]
  .map(([pipeline, study]) => ({ pipeline, study, path: recordPath(root, study, pipeline) }))
  .filter(({ path }) => existsSync(path));

test("every file of a folder of records is that of a pipeline that there is", async () => {
  const files = [...(await readStudies(root)).keys()].flatMap((study) => {
    const folder = dirname(recordPath(root, study, "any"));
    return existsSync(folder) ? readdirSync(folder).map((file) => join(folder, file)) : [];
  });
  expect(kept.map(({ path }) => path).sort()).toEqual(files.sort());
});

test.each(kept)(
  "$pipeline says what its pipeline says today, and what that departs in",
  async ({ pipeline, study, path }) => {
    const record = (await readRecord(root, study, pipeline))!;
    const { ingest, train, report } = await makePlans(places.get(pipeline)!, pipeline, record.profile);
    const { runs } = await (await Members.of(root, study)).read(pipeline, record);
    expect(runs.map(({ settings }) => settings)).toContain("current");
    expect(await completedOptions(root, record.model, record.settings.options)).toEqual(train.options);
    expect(record).toMatchObject({
      ...{ dataset: ingest.dataset, model: train.model, limit: ingest.limit },
      ...{ variantOf: report.variantOf, departures: report.departures },
      settings: { epochs: train.epochs, optimizer: train.optimizer },
    });
    expect(statSync(path).size).toBeLessThan(300_000);
  },
);

test("the records of the published Gumbel-softmax VAE are not those of its variant", async () => {
  const published = (await readRecord(root, "benchmark", "usps-gumbel-vae"))!;
  const variant = (await readRecord(root, "benchmark", "usps-gumbel-vae-self-trained"))!;
  expect(published).toMatchObject({ model: "gumbel-vae", variantOf: null, settings: { epochs: 300 } });
  expect(variant).toMatchObject({ model: "gumbel-vae-self-trained", variantOf: "gumbel-vae" });
  expect(published.summary.accuracy!.mean).toBeLessThan(variant.summary.accuracy!.mean);
});
