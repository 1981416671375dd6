/** ingest/original.arrow: the user's own columns, row by row in the order of data.arrow, so that results can be read beside them. */
import { parseWith } from "@gumbel/config";
import { parseJson } from "@gumbel/workspace";
import { Utf8 } from "apache-arrow";
import { z } from "zod";
import { TableWriter, wholeFile } from "./arrow.js";
import type { RawColumn } from "./summary.js";

/** Its name in the ingest stage's folder; the manifest lists it for the user's own data. */
export const originalFile = "original.arrow";

/** Arrow's reader knows no column without a name, as that of pandas' index is. */
const namesKey = "gumbel.columns";

/** The name, with as many underscores after it as no other column has it. */
export const freeName = (name: string, taken: ReadonlySet<string>): string =>
  taken.has(name) ? freeName(`${name}_`, taken) : name;

/** Writes the columns batch by batch. */
export class OriginalWriter {
  readonly #table: TableWriter;
  readonly #names: string[];

  constructor(path: string, names: string[]) {
    this.#table = new TableWriter(path, { metadata: { [namesKey]: JSON.stringify(names) } });
    this.#names = names;
  }

  /** Appends the values of each column: double-precision numbers, NaN if missing, or text, null if missing. */
  write(columns: RawColumn[]): void {
    this.#table.write(this.#names.map((name, i) => [name, { values: columns[i]!, width: 1 }] as const));
  }

  close(): void {
    this.#table.close();
  }

  abort(): void {
    this.#table.abort();
  }
}

/** Reads the columns of ingest/original.arrow, in the order of the user's table. */
export async function readOriginal(path: string): Promise<{ name: string; values: RawColumn }[]> {
  const { schema, batches } = await wholeFile(path);
  const where = `${path}, ${namesKey}`;
  const names = parseWith(
    z.array(z.string()).length(schema.fields.length),
    parseJson(schema.metadata.get(namesKey) ?? "", where),
    where,
  );
  return schema.fields.map(({ type }, i) => {
    const parts = batches.map((batch) => batch.getChildAt(i)!);
    const values =
      type instanceof Utf8
        ? parts.flatMap((part) => [...(part as Iterable<string | null>)])
        : Float64Array.from(parts.flatMap((part) => [...(part as Iterable<number>)]));
    return { name: names[i]!, values };
  });
}
