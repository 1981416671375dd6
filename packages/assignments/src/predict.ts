/** The clusters of new rows. */
import { resolve } from "node:path";
import { UserError } from "@gumbel/config";
import { type NewRows, openNewRows } from "@gumbel/datasets";
import { tf } from "@gumbel/engine";
import type { Model } from "@gumbel/models";
import { dimensions } from "@gumbel/tables";
import { answerColumns, type Encoded } from "./assign.js";
import type { Trained } from "./trained.js";
import { answerWriter } from "./writers.js";

/**
 * Writes the answer for every row of a file: its own columns, and the cluster. Some rows are in memory at a time. The engine
 * must have been started.
 *
 * @param input a file or folder as the data set `file` reads it, with the columns of training
 * @param output ends with .csv, .parquet or .arrow
 * @returns how many rows were written
 * @throws UserError if the file cannot be read, or its columns are not those of training.
 */
export async function predictFile(
  trained: Trained,
  input: string,
  output: string,
  log: (line: string) => void,
): Promise<number> {
  const { info, extractPlan } = trained;
  const writer = answerWriter(output);
  let rows = 0;
  try {
    const opened = await openNewRows(resolve(input), trained.ingestPlan.options, info, log);
    const model = await trained.model();
    const clusters = await trained.clusters();
    for await (const chunk of opened) {
      const encoded = encode(model, chunk, dimensions(info), extractPlan.batchSize);
      writer.write(answerColumns(chunk.own, encoded, clusters));
      rows += chunk.count;
    }
    if (rows === 0) {
      throw new UserError({ what: "the file has no row", where: input, expected: "a row per example" });
    }
    writer.close();
  } catch (error) {
    writer.abort();
    throw error;
  }
  return rows;
}

function encode(model: Model, { count, input }: NewRows, d: number, batchSize: number): Encoded {
  const cluster = new Int32Array(count);
  let probabilities: Float32Array | null = null;
  for (let from = 0; from < count; from += batchSize) {
    const to = Math.min(count, from + batchSize);
    tf.tidy(() => {
      const x = tf.tensor2d(input.slice(from * d, to * d), [to - from, d]);
      const encoding = model.encoder.encode(x);
      cluster.set(encoding.cluster.dataSync<"int32">(), from);
      if (!encoding.probabilities) return;
      probabilities ??= new Float32Array(count * model.clusters);
      probabilities.set(encoding.probabilities.dataSync<"float32">(), from * model.clusters);
    });
  }
  return { cluster, probabilities, input };
}
