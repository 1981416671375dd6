/** Pictures that a system has drawn, as extract and training write them. */
import { UserError } from "@gumbel/config";
import { type Artifacts, readTable } from "@gumbel/tables";

/** Pictures by row and column, in the model's input scale. */
export interface Samples {
  rows: number;
  columns: number;
  /** rows × columns × d */
  values: Float32Array;
}

/** Reads pictures that extract wrote; undefined if there are none of that name. */
export async function readSamples(extract: Artifacts, name: string, d: number): Promise<Samples | undefined> {
  if (!extract.names.includes(name)) return undefined;
  return readGrid(await extract.path(name), d, `extract/${name}`);
}

/**
 * Reads a grid of pictures of `d` values each.
 *
 * @throws UserError if the file does not hold a full grid
 */
export async function readGrid(path: string, d: number, where: string): Promise<Samples> {
  const { columns } = await readTable(path);
  const size = (column: string): number =>
    Array.from(columns[column]?.values ?? []).reduce((most, value) => Math.max(most, value + 1), 0);
  const samples = { rows: size("row"), columns: size("column"), values: columns.values?.values };
  if (
    !(samples.values instanceof Float32Array) ||
    samples.values.length !== samples.rows * samples.columns * d
  ) {
    throw new UserError({
      what: "the pictures are not a full grid of rows and columns",
      where,
      expected: `rows × columns × ${d} values; found ${samples.rows} × ${samples.columns}, ${samples.values?.length ?? 0} values`,
      hint: "run the extract stage again",
    });
  }
  return { ...samples, values: samples.values };
}
