/** Reads latents.arrow of one run. */

import { UserError } from "@gumbel/config";
import { type ArrowTable, column, readTable, splitRows } from "@gumbel/tables";

/** The encodings of one run, n rows in each column. */
export interface Latents {
  /** Class of each example, -1 if unknown. */
  labels: Int32Array;
  /** Rows of each split, ascending. */
  splits: { train: Uint32Array; test: Uint32Array };
  /** Cluster of each example, 0 … K - 1. */
  clusters: Int32Array;
  /** q(c | x), `n × K`; null if the system has none. */
  probabilities: Float32Array | null;
  /** The column in which nearest neighbours are searched, `n × d`. */
  latent: { name: "feature" | "z"; values: Float32Array; d: number };
  /** The mean of the Gaussian latent, `n × d`; null if the system has none, or it is `latent`. */
  z: { values: Float32Array; d: number } | null;
}

/**
 * Reads and checks one run's latents.
 *
 * @param K number of clusters
 * @throws UserError if a column is missing, or contains a value that is not finite or a cluster outside 0 … K - 1.
 */
export async function readLatents(path: string, seed: number, K: number): Promise<Latents> {
  const table = await readTable(path);
  const name = table.metadata.get("gumbel.latent");
  if (name !== "feature" && name !== "z") {
    throw new UserError({
      what: `seed ${seed}: the metadata names no column for nearest neighbours`,
      where: path,
      expected: 'metadata "gumbel.latent" of "feature" or "z"',
      hint: "run the extract stage again",
    });
  }
  const latent = finiteColumn(table, name, path, seed);
  const hasProbabilities = table.columns.probabilities !== undefined;
  const z = name !== "z" && table.columns.z ? finiteColumn(table, "z", path, seed) : null;
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
      expected: `${K} clusters, as in train/summary.json`,
      hint: "the latents belong to another training: run the extract stage again",
    });
  }
  const split = column(table, "split", Uint8Array).values;
  return {
    labels: column(table, "label", Int32Array).values,
    splits: { train: splitRows({ split }, "train"), test: splitRows({ split }, "test") },
    clusters,
    probabilities: probabilities?.values ?? null,
    latent: { name, values: latent.values, d: latent.width },
    z: z && { values: z.values, d: z.width },
  };
}

function finiteColumn(table: ArrowTable, name: string, path: string, seed: number) {
  const found = column(table, name, Float32Array);
  const at = found.values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    throw new UserError({
      what: `seed ${seed}: column "${name}" has ${found.values[at]} in row ${Math.floor(at / found.width)}`,
      where: path,
      expected: "finite numbers",
      hint: "the training diverged: lower train.learningRate in pipeline.json, or change the seed",
    });
  }
  return found;
}
