import { answerColumns, answerWriter, blockRows, clustersOf } from "@gumbel/assignments";
import type { Stage } from "@gumbel/stage";
import { modelInput } from "@gumbel/tables";
import type { ReportData } from "./data.js";
import { selectedRun } from "./select.js";

const names = ["assignments.csv", "assignments.parquet"];

/**
 * Writes the cluster of each row of the user's own file beside the row's columns, of the shown run.
 *
 * @returns the names of the files; none for a named data set
 */
export async function writeAnswers(stage: Stage<"report">, data: ReportData): Promise<string[]> {
  const original = await data.original();
  if (!original) return [];
  const { examples } = data;
  const latents = await data.latents();
  const cluster = latents.cluster!.values as Int32Array;
  const probabilities = latents.probabilities;
  const clusters = clustersOf(examples, cluster, selectedRun(data).assignment);
  const writers = await Promise.all(names.map(async (name) => answerWriter(await stage.output(name))));
  try {
    for (let from = 0; from < examples.n; from += blockRows) {
      const to = Math.min(examples.n, from + blockRows);
      const columns = answerColumns(
        original.map(({ name, values }) => ({ name, values: values.slice(from, to) })),
        {
          cluster: cluster.subarray(from, to),
          probabilities: probabilities
            ? (probabilities.values as Float32Array).subarray(
                from * probabilities.width,
                to * probabilities.width,
              )
            : null,
          input: modelInput(
            examples,
            Uint32Array.from({ length: to - from }, (_, i) => from + i),
          ),
        },
        clusters,
      );
      for (const writer of writers) writer.write(columns);
    }
    for (const writer of writers) writer.close();
  } catch (error) {
    for (const writer of writers) writer.abort();
    throw error;
  }
  return names;
}
