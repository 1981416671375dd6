/** One run's latents.arrow, checked. */

import { UserError } from "@gumbel/config";
import { type ArrowTable, column, readTable } from "@gumbel/tables";

/** What the figures of one run are computed from; n rows throughout. */
export interface Latents {
  /** Class of each example, -1 where unknown. */
  labels: Int32Array;
  /** `splits.train` or `splits.test` of each example. */
  split: Uint8Array;
  /** Cluster of each example, 0 … K - 1. */
  clusters: Int32Array;
  /** q(c | x), `n × K`, where the system has it. */
  probabilities: Float32Array | null;
  /** The column in which neighbours are looked for, `n × d`. */
  latent: { name: "feature" | "z"; values: Float32Array; d: number };
}

/**
 * Reads one run's latents.
 *
 * @param K number of clusters
 * @throws UserError where a column is missing, holds a value that is not finite, or names a cluster that is not there.
 */
export async function readLatents(path: string, seed: number, K: number): Promise<Latents> {
  const table = await readTable(path);
  const name = table.metadata.get("gumbel.latent");
  if (name !== "feature" && name !== "z") {
    throw new UserError({
      what: `seed ${seed}: the latents name no column for nearest neighbours`,
      where: path,
      expected: 'metadata "gumbel.latent" of "feature" or "z"',
      hint: "run the extract stage again",
    });
  }
  const latent = finiteColumn(table, name, path, seed);
  const hasProbabilities = table.columns.probabilities !== undefined;
  const probabilities = hasProbabilities ? finiteColumn(table, "probabilities", path, seed) : null;
  const clusters = column(table, "cluster", Int32Array).values;
  const stray = clusters.findIndex((cluster) => cluster < 0 || cluster >= K);
  if (stray >= 0 || (probabilities && probabilities.width !== K)) {
    throw new UserError({
      what:
        stray >= 0
          ? `seed ${seed}: row ${stray} is in cluster ${clusters[stray]}`
          : `seed ${seed}: each row has ${probabilities?.width} probabilities`,
      where: path,
      expected: `${K} clusters, as train/summary.json says`,
      hint: "the latents are of another training: run the extract stage again",
    });
  }
  return {
    labels: column(table, "label", Int32Array).values,
    split: column(table, "split", Uint8Array).values,
    clusters,
    probabilities: probabilities?.values ?? null,
    latent: { name, values: latent.values, d: latent.width },
  };
}

function finiteColumn(table: ArrowTable, name: string, path: string, seed: number) {
  const found = column(table, name, Float32Array);
  const at = found.values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    throw new UserError({
      what: `seed ${seed}: column "${name}" holds ${found.values[at]} in row ${Math.floor(at / found.width)}`,
      where: path,
      expected: "finite numbers",
      hint: "the training diverged: lower train.learningRate in pipeline.json, or change the seed",
    });
  }
  return found;
}
