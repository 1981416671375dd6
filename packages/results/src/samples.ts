/** The pictures that a system draws, as extract and training write them. */
import { UserError } from "@gumbel/config";
import { type Artifacts, readTable } from "@gumbel/tables";

/** Pictures by row and column, in the model's input scale. */
export interface Samples {
  rows: number;
  columns: number;
  /** rows × columns × d */
  values: Float32Array;
}

/** Pictures that extract wrote; undefined where it wrote none of that name. */
export async function readSamples(extract: Artifacts, name: string, d: number): Promise<Samples | undefined> {
  if (!extract.names.includes(name)) return undefined;
  return readGrid(await extract.path(name), d, `extract/${name}`);
}

/** @throws UserError where the file does not hold a full grid of pictures of `d` values. */
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
