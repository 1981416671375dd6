/** The ingest stage: verifies a data set and writes it as one Arrow file. */

import { type IngestPlan, parseWith, UserError } from "@gumbel/config";
import { loadDataset, type OpenDataset } from "@gumbel/datasets";
import { runStage } from "@gumbel/stage";
import { ExamplesWriter, type Labelled, OriginalWriter, originalFile, splits } from "@gumbel/tables";
import { toJson, writeFileAtomic } from "@gumbel/workspace";
import { drawLabelled, notesOn } from "./labelled.js";
import { Limit } from "./limit.js";
import { readPlanned } from "./planned.js";
import { Repeats } from "./repeats.js";

await runStage("ingest", "0.1.0", async (stage) => {
  const { plan, workspace } = stage;
  const dataset = await loadDataset(plan.dataset);
  const options = parseWith(dataset.optionsSchema, plan.options, "plan/ingest.json, field options");
  const context = { folder: workspace.folder, log: (line: string) => console.log(line) };
  const files = (await dataset.files?.(options, context)) ?? {};
  const labelled = await readPlanned(files, plan.files, async () => {
    const opened = await dataset.open(options, { ...context, seed: plan.seed });
    const originalPath = opened.original && (await stage.output(originalFile));
    return write(opened, plan, await stage.output("data.arrow"), originalPath);
  });
  if (labelled) {
    await writeFileAtomic(await stage.output("labelled.json"), toJson(labelled));
    const [{ indices }] = labelled.draws as [Labelled["draws"][number]];
    console.log(
      `${indices.length} training examples keep their label, drawn again for each of ${plan.draws} runs`,
    );
  }
});

/**
 * Streams the examples into the file `path`, which appears when all of them are verified and written.
 *
 * @param originalPath file for the same rows of the user's own columns; undefined for a named data set
 * @returns the rows that keep their label in each run; undefined if the plan uses no labels
 */
async function write(
  { info, sizes, batches, original }: OpenDataset,
  plan: IngestPlan,
  path: string,
  originalPath: string | undefined,
): Promise<Labelled | undefined> {
  const limit = plan.limit === null ? undefined : new Limit(sizes, plan.limit, plan.seed);
  const labels: number[] = [];
  const split: number[] = [];
  const writer = new ExamplesWriter(path, info);
  const own = originalPath === undefined ? undefined : new OriginalWriter(originalPath, original ?? []);
  const repeats = new Repeats();
  try {
    for await (const batch of batches()) {
      const kept = limit ? limit.keep(batch) : batch;
      if (kept.labels.length === 0) continue;
      writer.write(kept);
      own?.write(kept.original!);
      if (own) repeats.add(kept.features, kept.split);
      for (const label of kept.labels) labels.push(label);
      for (const part of kept.split) split.push(part);
    }
    if (labels.length === 0) {
      throw new UserError({ what: "the data set holds no example", where: info.title });
    }
    const labelled = drawAll(plan, labels, split, info.classes);
    writer.close();
    own?.close();
    summarize(info, labels, split);
    const draws = labelled?.draws.map(({ indices }) => indices) ?? [];
    for (const note of repeats.notes()) console.log(note);
    for (const note of notesOn(draws, labels, split, info.classes)) console.log(note);
    return labelled;
  } catch (error) {
    writer.abort();
    own?.abort();
    throw error;
  }
}

/** One draw of labelled examples per run, each with its own seed. */
function drawAll(
  { labels: options, draws }: IngestPlan,
  labels: number[],
  split: number[],
  classes: string[],
): Labelled | undefined {
  if (!options) return undefined;
  const seeds = Array.from({ length: draws }, (_, run) => options.seed + run);
  return {
    draws: seeds.map((seed) => ({
      seed,
      indices: drawLabelled({ ...options, seed }, labels, split, classes),
    })),
  };
}

function summarize({ title, classes }: OpenDataset["info"], labels: number[], split: number[]): void {
  const test = split.filter((part) => part === splits.test).length;
  console.log(`${title}: ${labels.length - test} training and ${test} test examples`);
  if (classes.length > 0) {
    const counts = new Array<number>(classes.length).fill(0);
    for (const label of labels) if (label >= 0) counts[label]!++;
    console.log(`per class: ${classes.map((name, label) => `${name} ${counts[label]}`).join(", ")}`);
  }
}
