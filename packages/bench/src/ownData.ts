/** Every system on the twelve tables of test/fixtures/own, with the settings that `gumbel new --data` writes. */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadDataset } from "@gumbel/datasets";
import { startEngine } from "@gumbel/engine";
import { accuracy, collapses, contingency } from "@gumbel/metrics";
import { loadSystem, settingsFor } from "@gumbel/models";
import { kmeansBaseline } from "@gumbel/models/baseline";
import { encodingOf, trainingDataOf, trainSteps } from "@gumbel/models/testing";
import { stream } from "@gumbel/random";

const folder = fileURLToPath(new URL("../test/fixtures/own/", import.meta.url));

/** Names of the tables. */
export const ownSets: string[] = readdirSync(folder)
  .filter((file) => file.endsWith(".csv.gz"))
  .map((file) => file.replace(".csv.gz", ""));

/** The systems that learn without labels from any table. */
export const ownSystems = [
  ...["kmeans", "gmm", "ae-kmeans", "ae-gmm", "dec", "idec", "dcn", "n2d"],
  ...["vade", "vae", "gmvae", "dlgmm", "gumbel-vae", "gumbel-vae-self-trained"],
];

/** The clusters of one system on one table. */
export interface OwnResult {
  set: string;
  system: string;
  accuracy: number;
  /** Signs that something is wrong, as the evaluation of a pipeline finds them. */
  signs: string[];
}

/** A table as the data set `file` prepares it, with its classes. */
async function readSet(set: string) {
  const options = { path: `${folder}${set}.csv.gz`, label: "class" };
  const dataset = await loadDataset("file");
  const { info, ...open } = await dataset.open(dataset.optionsSchema.parse(options), {
    ...{ seed: 0, folder },
    log() {},
  });
  const values: number[] = [];
  const labels: number[] = [];
  for await (const batch of open.batches()) {
    for (const value of batch.features) values.push(value);
    labels.push(...batch.labels);
  }
  return {
    shape: info.shape,
    range: info.range,
    classes: info.classes.length,
    values: Float32Array.from(values),
    labels: Int32Array.from(labels),
  };
}

/**
 * Trains a system on a table with the options, batches and epochs of a new pipeline's quick profile.
 *
 * @throws UserError if the system does not take the table.
 */
export async function clusterOwnData(system: string, set: string): Promise<OwnResult> {
  await startEngine({ threads: 1 });
  const { values, labels, shape, range, classes } = await readSet(set);
  const data = trainingDataOf(values, shape[0]!);
  const loaded = await loadSystem(system);
  const { model: options, train, quick } = settingsFor(loaded, { n: data.n, shape, range });
  const pretraining = { ...Object(options.pretraining), ...Object(quick.model?.pretraining) };
  const model = loaded.build({
    options: loaded.optionsSchema.parse({
      ...options,
      ...(quick.model && { pretraining }),
      clusters: classes,
    }),
    data: { ...{ shape, d: data.d, range, classes }, foundClusters: null, examples: data.n, labelled: 0 },
    schedule: { ...loaded.training, ...train, ...quick.train },
    random: (...names) => stream(0, ...names),
  });
  await trainSteps(model, data, {});
  await model.training.finish?.(data);
  const { cluster, feature, z, probabilities } = encodingOf(model, data);
  const table = contingency(labels, cluster, { classes, clusters: model.clusters });
  const latents = Object.entries({ feature, z }).flatMap(([name, values]) =>
    values ? [[name, { values, d: values.length / data.n }] as const] : [],
  );
  const found = collapses({
    clusters: cluster,
    K: model.clusters,
    probabilities: probabilities ?? null,
    latents: Object.fromEntries(latents),
    largestClass: Math.max(...table.classSizes) / table.total,
  });
  model.parameters.dispose();
  const baseline = kmeansBaseline(
    { values, d: data.d, rows: Uint32Array.from(labels.keys()) },
    labels,
    model.clusters,
    (restart) => stream(0, "baseline", restart),
  );
  const below = baseline?.signOf(cluster);
  return {
    set,
    system,
    accuracy: accuracy.compute(table),
    signs: [...found, ...(below ? [below] : [])].map(({ name }) => name),
  };
}

/**
 * The results whose accuracy is less than that of k-means on the same table by more than 0.1 and that show no sign of it.
 *
 * @param results with those of k-means
 */
export function unsaidFailures(results: OwnResult[]): OwnResult[] {
  const kmeans = new Map(
    results.filter(({ system }) => system === "kmeans").map(({ set, accuracy }) => [set, accuracy]),
  );
  return results.filter(
    ({ set, accuracy, signs }) => accuracy < kmeans.get(set)! - 0.1 && signs.length === 0,
  );
}
