/** The ingest stage: a data set, verified, as one Arrow file. */
import { ExamplesWriter, type Stage, runStage, splits, toJson, writeFileAtomic } from "@gumbel/artifacts";
import { UserError } from "@gumbel/config";
import { type OpenDataset, loadDataset } from "@gumbel/datasets";
import { keepRows, limitRows } from "./limit.js";
import { drawLabelled } from "./labelled.js";

await runStage("ingest", "0.1.0", async (stage) => {
  const { plan, workspace } = stage;
  const dataset = await loadDataset(plan.dataset);
  // The plan has checked the options; own files' digests travel beside them to count in the cache key.
  const { ownFiles: _, ...options } = plan.options;
  const opened = await dataset.open(options, { seed: plan.seed, folder: workspace.folder, log: (line) => console.log(line) });
  const summary = await write(stage, opened);

  if (plan.labels) {
    const indices = drawLabelled(plan.labels, summary.labels, summary.split, opened.info.classes.length);
    await writeFileAtomic(await stage.output("labelled.json"), toJson({ indices }));
    console.log(`${indices.length} training examples keep their label`);
  }
});

/** Streams the examples into data.arrow, and returns the small columns. */
async function write(stage: Stage<"ingest">, { info, sizes, batches }: OpenDataset): Promise<{ labels: Int32Array; split: Uint8Array }> {
  const kept = limitRows(sizes, stage.plan.limit, stage.plan.seed);
  const writer = new ExamplesWriter(await stage.output("data.arrow"), info);
  const labels: number[] = [];
  const split: number[] = [];
  try {
    for await (const batch of batches()) {
      const rows = kept ? keepRows(batch, kept) : batch;
      if (rows.labels.length === 0) continue;
      writer.write(rows);
      for (const label of rows.labels) labels.push(label);
      for (const part of rows.split) split.push(part);
    }
    if (labels.length === 0) throw new UserError({ what: "the data set holds no example", where: info.title });
    writer.close();
  } catch (error) {
    writer.abort();
    throw error;
  }
  describe(info.title, info.classes, labels, split);
  return { labels: Int32Array.from(labels), split: Uint8Array.from(split) };
}

function describe(title: string, classes: string[], labels: number[], split: ArrayLike<number>): void {
  const test = Array.from(split).filter((part) => part === splits.test).length;
  console.log(`${title}: ${labels.length - test} training and ${test} test examples`);
  if (classes.length > 0) {
    const counts = classes.map((name, label) => `${name} ${labels.filter((of) => of === label).length}`);
    console.log(`per class: ${counts.join(", ")}`);
  }
}

