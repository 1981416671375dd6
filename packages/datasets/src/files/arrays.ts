/** Files of arrays (npy, npz, mat, IDX): which of them has the examples, which the classes, and both as one table. */
import type { FileOptions } from "./options.js";
import { unreadable } from "./problem.js";
import { rowsPerChunk, type SourceColumn, type Table, type TableChunk } from "./table.js";

export type Numbers =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/** An array in a file. */
export interface NamedArray {
  name: string;
  shape: number[];
  /** Its values in row-major order. */
  read(): Promise<Numbers | string[]>;
}

/** Names that stand for examples and for classes where people save arrays. */
const exampleNames = ["x", "data", "features", "images", "arr_0"];
const labelNames = ["y", "labels", "label", "target", "targets", "classes"];

/** The array of a name, or its two parts for training and test: x_train and x_test. */
interface Found {
  name: string;
  /** One array, or that of training and that of test. */
  parts: NamedArray[];
}

/**
 * The arrays of a file as a table: a column per value of an example, and the label.
 *
 * @throws UserError naming the arrays of the file if none or several could be the examples, or the shapes do not fit.
 */
export function openArrays(path: string, arrays: NamedArray[], options: FileOptions): Table {
  const { name, parts } = findExamples(path, arrays, options);
  const labels = options.label === null ? undefined : find(arrays, options.label);
  const [, ...sizes] = parts[0]!.shape;
  const d = sizes.reduce((product, size) => product * size, 1);
  if (options.label !== null && labels?.parts.length !== parts.length)
    throw unreadable(
      path,
      `there is no array "${options.label}" for the label`,
      listed(arrays),
      "correct dataset.label",
    );
  parts.forEach((part, i) => {
    const found = labels?.parts[i]?.shape.reduce((product, size) => product * size, 1) ?? part.shape[0];
    if (found !== part.shape[0] || part.shape.slice(1).join() !== sizes.join())
      throw unreadable(
        path,
        `the arrays do not fit together: ${listed(arrays)}`,
        `${part.shape[0]} labels for "${part.name}"`,
      );
  });

  const split = parts.length > 1 ? "split" : undefined;
  const values = Array.from({ length: d }, (_, j): SourceColumn => ({ name: `x${j + 1}`, type: "number" }));
  const columns = [
    ...values,
    ...(labels ? [{ name: labels.name, type: "text" } as const] : []),
    ...(split ? [{ name: split, type: "text" } as const] : []),
  ];
  const shape = imageShape(sizes);
  const proposed = labelNames.find((candidate) => find(arrays, candidate));
  const rounded = new Set<string>();
  return {
    columns,
    notes: [
      `examples in the array "${name}" of ${parts.map((part) => part.shape.join(" x ")).join(" and ")}`,
    ],
    ...(shape && { shape, unnamed: new Set(values.map((column) => column.name)) }),
    ...(labels && { label: labels.name }),
    ...(split && { split }),
    ...(proposed && { proposedLabel: find(arrays, proposed)!.name }),
    rounded,
    chunks: () => chunks(path, { name, parts }, labels, d, rounded),
  };
}

const listed = (arrays: NamedArray[]): string =>
  arrays.map(({ name, shape }) => `${name} (${shape.join(" x ")})`).join(", ");

function imageShape(sizes: number[]): [number, number, number] | undefined {
  if (sizes.length === 2) return [sizes[0]!, sizes[1]!, 1];
  return sizes.length === 3 ? [sizes[0]!, sizes[1]!, sizes[2]!] : undefined;
}

/** An array by its name in any case, or the pair of it for training and test. */
function find(arrays: NamedArray[], wanted: string): Found | undefined {
  const named = (name: string): NamedArray | undefined =>
    arrays.find((array) => array.name === name) ??
    arrays.find((array) => array.name.toLowerCase() === name.toLowerCase());
  const one = named(wanted);
  if (one) return { name: one.name, parts: [one] };
  const [train, test] = [named(`${wanted}_train`), named(`${wanted}_test`)];
  return train && test ? { name: wanted, parts: [train, test] } : undefined;
}

function findExamples(path: string, arrays: NamedArray[], { array }: FileOptions): Found {
  const tables = arrays.filter(({ shape }) => shape.length >= 2 && Math.min(...shape) > 1);
  const known = (array === null ? exampleNames : [array]).flatMap((name) => find(arrays, name) ?? []);
  const only = tables.length === 1 ? tables[0] : arrays.length === 1 ? arrays[0] : undefined;
  const found = known[0] ?? (array === null && only ? { name: only.name, parts: [only] } : undefined);
  if (found) return found;
  throw unreadable(
    path,
    array === null ? "it is not clear which array has the examples" : `there is no array "${array}"`,
    `one of ${listed(arrays) || "no arrays at all"}`,
    'name it: "array": "…"',
  );
}

async function* chunks(
  path: string,
  { parts, name }: Found,
  labels: Found | undefined,
  d: number,
  rounded: Set<string>,
): AsyncGenerator<TableChunk> {
  let first = 0;
  for (const [p, part] of parts.entries()) {
    const n = part.shape[0]!;
    const values = await part.read();
    const classes = await labels?.parts[p]?.read();
    if (isText(values)) throw unreadable(path, `the array "${name}" has text`, "numbers");
    const step = rowsPerChunk(d);
    for (let from = 0; from < n; from += step) {
      const count = Math.min(step, n - from);
      const start = first + from;
      const columns = Array.from({ length: d }, (_, j) => {
        const column = new Float64Array(count);
        for (let i = 0; i < count; i++) {
          const value = values[(from + i) * d + j]!;
          column[i] = Number(value);
          if (typeof value === "bigint" && BigInt(column[i]!) !== value) rounded.add(`x${j + 1}`);
        }
        return column;
      });
      yield {
        first: start,
        count,
        values: [
          ...columns,
          ...(classes ? [Array.from({ length: count }, (_, i) => labelText(classes[from + i]!))] : []),
          ...(parts.length > 1 ? [new Array<string>(count).fill(p === 0 ? "train" : "test")] : []),
        ],
        where: (row) => `${path}, array ${part.name}, row ${from + row + 1}`,
      };
    }
    first += n;
  }
}

const isText = (values: Numbers | string[]): values is string[] => Array.isArray(values);

const labelText = (value: string | number | bigint): string | null =>
  value === "" || Number.isNaN(value) ? null : String(value);
