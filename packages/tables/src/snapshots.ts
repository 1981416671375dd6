/** train/seed-<s>/snapshots.arrow: encodings of some examples at several moments of training. */
import { parseWith, UserError } from "@gumbel/config";
import { z } from "zod";
import { type Column, column, readTable, TableWriter } from "./arrow.js";

/** The encodings at one moment of training. */
export interface Snapshot {
  /** Epochs or steps done. */
  at: number;
  /** Cluster of each example, n; -1 if the system has none yet. */
  cluster: Int32Array;
  /** The latents of nearest neighbours and of the map, n × F. */
  latent: Column<Float32Array>;
  /** q(c | x), n × K; null if the system has none yet. */
  probabilities: Column<Float32Array> | null;
  /** Pseudo-label of each example, n; -1 before the first propagation. Null if the system does not propagate labels. */
  pseudoLabel: Int32Array | null;
}

/** All snapshots of one run. */
export interface Snapshots {
  /** The unit of `at`. */
  unit: "epoch" | "step";
  /** Rows of ingest/data.arrow, n: the same examples at every moment. */
  index: Uint32Array;
  /** Class of each, -1 if unknown. */
  label: Int32Array;
  /** In the order of training, at least one; all columns have equal widths. */
  moments: Snapshot[];
}

const unitKey = "gumbel.unit";

/** Writes the table atomically, one record batch per moment. */
export function writeSnapshots(path: string, { unit, index, label, moments }: Snapshots): void {
  const table = new TableWriter(path, {
    metadata: { [unitKey]: unit },
    vectors: ["latent", "probabilities"],
  });
  try {
    for (const { at, cluster, latent, probabilities, pseudoLabel } of moments) {
      table.write({
        at: { values: new Int32Array(index.length).fill(at), width: 1 },
        index: { values: index, width: 1 },
        label: { values: label, width: 1 },
        cluster: { values: cluster, width: 1 },
        latent,
        ...(probabilities && { probabilities }),
        ...(pseudoLabel && { pseudoLabel: { values: pseudoLabel, width: 1 } }),
      });
    }
    table.close();
  } catch (error) {
    table.abort();
    throw error;
  }
}

/**
 * Reads train/seed-<s>/snapshots.arrow.
 *
 * @throws UserError if it is no such table, or its moments are not of the same examples.
 */
export async function readSnapshots(path: string): Promise<Snapshots> {
  const table = await readTable(path);
  const unit = parseWith(z.enum(["epoch", "step"]), table.metadata.get(unitKey), `${path}, ${unitKey}`);
  const at = column(table, "at", Int32Array).values;
  const index = column(table, "index", Uint32Array).values;
  const label = column(table, "label", Int32Array).values;
  const cluster = column(table, "cluster", Int32Array).values;
  const latent = column(table, "latent", Float32Array);
  const probabilities = table.columns.probabilities ? column(table, "probabilities", Float32Array) : null;
  const pseudoLabel = table.columns.pseudoLabel ? column(table, "pseudoLabel", Int32Array).values : null;

  const n = at.findIndex((value) => value !== at[0]);
  const size = n === -1 ? table.rows : n;
  const moments: Snapshot[] = [];
  for (let from = 0; from < table.rows; from += size) {
    const rowsOf = ({ values, width }: Column<Float32Array>): Column<Float32Array> => ({
      values: values.subarray(from * width, (from + size) * width),
      width,
    });
    const same = index.subarray(from, from + size).every((row, i) => row === index[i]);
    if (
      !same ||
      at.subarray(from, from + size).some((value) => value !== at[from]) ||
      from + size > table.rows
    ) {
      throw new UserError({
        what: "the moments are not of the same examples",
        where: path,
        expected: `${size} rows for each value of "at"`,
        hint: "run the train stage again",
      });
    }
    moments.push({
      at: at[from]!,
      cluster: cluster.subarray(from, from + size),
      latent: rowsOf(latent),
      probabilities: probabilities && rowsOf(probabilities),
      pseudoLabel: pseudoLabel?.subarray(from, from + size) ?? null,
    });
  }
  return { unit, index: index.subarray(0, size), label: label.subarray(0, size), moments };
}
