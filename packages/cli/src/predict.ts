import { basename, extname, resolve } from "node:path";
import { openTrained, predictFile } from "@gumbel/assignments";
import { startEngine } from "@gumbel/engine";
import { userPath } from "./userPath.js";

/**
 * Writes the cluster of every row of a file beside the row's own columns.
 *
 * @param output ends with .csv, .parquet or .arrow; by default `<file>.clusters.csv`, beside where the command was typed
 * @throws UserError if the pipeline has not run, or the file does not fit it.
 */
export async function predict(root: string, pipeline: string, file: string, output?: string): Promise<void> {
  const input = userPath(file);
  const name = basename(input).slice(0, -extname(input).length || undefined);
  const target = userPath(output ?? `${name}.clusters.csv`);
  const trained = await openTrained(root, pipeline);
  await startEngine();
  const rows = await predictFile(trained, input, target, (line) => console.log(line));
  console.log(`${rows} rows by seed ${trained.seed} of ${pipeline}: ${resolve(target)}`);
}
