/** New rows for a trained model: read as the user's file, prepared as those of training were. */
import { parseWith, UserError } from "@gumbel/config";
import { type DatasetInfo, dimensions, missingAt, prepareRows, type RawColumn, Unseen } from "@gumbel/tables";
import { formatOf } from "./format.js";
import { openTable } from "./open.js";
import { type FileOptions, optionsSchema } from "./options.js";
import { ownColumns } from "./ownColumns.js";
import { unreadable } from "./problem.js";
import type { Table, TableChunk } from "./table.js";
import { textsOf } from "./textColumn.js";
import { textFolder } from "./textFolder.js";
import { prepareTexts, type TextPreparation, type TextSource, Wordless } from "./textSet.js";

/** Consecutive rows. */
export interface NewRows {
  count: number;
  /** The model's input, count × d. */
  input: Float32Array;
  /** The user's own columns. */
  own: { name: string; values: RawColumn }[];
}

/**
 * Opens a file with the columns of training, in any order, beside others; no label is needed.
 *
 * @param planned options of the pipeline's data set: how its file was read
 * @param info of the training data
 * @throws UserError if the file cannot be read, or lacks a column; while it is read, naming the place of a wrong value.
 */
export async function openNewRows(
  path: string,
  planned: Record<string, unknown>,
  info: DatasetInfo,
  log: (line: string) => void,
): Promise<AsyncIterable<NewRows>> {
  const options = optionsFor(path, info, planned);
  const { format } = await formatOf(path, options);
  log(`reading ${path} as ${format}`);
  const { preparation } = info;
  if (format === "texts") {
    if (preparation?.kind !== "text" || preparation.column !== undefined)
      throw unreadable(path, "a folder of texts", `rows as ${info.title} has them`);
    return preparedTexts(textsOfFolder(await textFolder(path, options)), preparation, log);
  }
  if (preparation?.kind === "text" && preparation.column === undefined)
    throw unreadable(path, `a file of format ${format}`, "a folder of .txt files, as in training");
  const table = await openTable(path, format, options, neededColumns(info));
  for (const note of table.notes) log(note);
  if (preparation?.kind === "text")
    return preparedTexts(textsOfTable(table, preparation.column), preparation, log);
  return rowsOf(path, table, info, log);
}

/** The options of training for another file: nothing of it has to be named. A named data set has none. */
function optionsFor(
  path: string,
  { name, preparation }: DatasetInfo,
  planned: Record<string, unknown>,
): FileOptions {
  const given = name === "file" ? planned : {};
  const text = (preparation?.kind === "text" && preparation.column) || null;
  return parseWith(
    optionsSchema,
    { ...given, path, format: "auto", label: null, split: null, ignore: [], text },
    "plan/ingest.json, field options",
  );
}

/** The columns of the user's that the preparation takes. */
function neededColumns({ preparation }: DatasetInfo): ReadonlySet<string> {
  if (preparation?.kind === "text") return new Set([preparation.column ?? ""]);
  return new Set(preparation?.columns.map(({ name }) => name));
}

async function* rowsOf(
  path: string,
  table: Table,
  info: DatasetInfo,
  log: (line: string) => void,
): AsyncGenerator<NewRows> {
  const unseen = new Unseen("rows");
  const { preparation } = info;
  const prepared = neededColumns(info);
  const own = ownColumns(table, (name) => prepared.has(name), 0);
  for await (const chunk of table.chunks()) {
    const input =
      preparation?.kind === "table"
        ? prepareRows(
            preparation,
            {
              count: chunk.count,
              columns: new Map(table.columns.map(({ name }, j) => [name, chunk.values[j]!])),
              where: chunk.where,
            },
            unseen,
          )
        : pixels(path, table, chunk, info);
    checkRange(input, info, chunk);
    const values = own.of(chunk);
    yield { count: chunk.count, input, own: own.names.map((name, j) => ({ name, values: values[j]! })) };
  }
  for (const line of unseen.lines()) log(line);
}

/** @throws UserError naming the row of an input that is not in [0, 1], if those of training were. */
function checkRange(input: Float32Array, info: DatasetInfo, chunk: TableChunk): void {
  if (info.range !== "unit") return;
  const wrong = input.findIndex((value) => !(value >= 0 && value <= 1));
  if (wrong < 0) return;
  throw unreadable(
    chunk.where(Math.floor(wrong / dimensions(info))),
    `the input ${wrong % dimensions(info)} of the model becomes ${input[wrong]}`,
    "a number in [0, 1], as in training",
    "scale the file as that of training was",
  );
}

/** Pixels in the model's scale. */
function pixels(path: string, table: Table, chunk: TableChunk, info: DatasetInfo): Float32Array {
  const d = dimensions(info);
  const columns = table.columns.flatMap(({ name }, j) => (table.ids?.includes(name) ? [] : [j]));
  if (columns.length !== d) {
    const size = table.shape?.join(" x ") ?? `${columns.length} values`;
    throw new UserError({
      what: `the examples are of ${size}`,
      where: path,
      expected: `${info.shape.join(" x ")}, as in training`,
    });
  }
  const input = new Float32Array(chunk.count * d);
  columns.forEach((j, k) => {
    const values = chunk.values[j]!;
    for (let i = 0; i < chunk.count; i++) input[i * d + k] = Number(values[i]) * info.scale + info.offset;
  });
  const wrong = input.findIndex((value) => Number.isNaN(value));
  if (wrong >= 0) throw unreadable(chunk.where(Math.floor(wrong / d)), "a pixel is missing", "a number");
  return input;
}

/** Texts and the user's own columns beside them. */
type NewTexts = { texts: string[]; own: NewRows["own"] };

async function* preparedTexts(
  batches: AsyncIterable<NewTexts>,
  preparation: TextPreparation,
  log: (line: string) => void,
): AsyncGenerator<NewRows> {
  const wordless = new Wordless(preparation);
  for await (const { texts, own } of batches)
    yield { count: texts.length, input: wordless.seen(prepareTexts(preparation, texts)), own };
  for (const line of wordless.lines()) log(line);
}

async function* textsOfFolder(source: TextSource): AsyncGenerator<NewTexts> {
  for await (const { texts, original } of source.batches())
    yield { texts, own: [{ name: source.original[0]!, values: original[0]! }] };
}

async function* textsOfTable(table: Table, name: string | undefined): AsyncGenerator<NewTexts> {
  const own = ownColumns(table, () => false, 0);
  const column = table.columns.findIndex((each) => each.name === name);
  for await (const chunk of table.chunks()) {
    const texts = chunk.values[column]!;
    for (let i = 0; i < chunk.count; i++) {
      if (missingAt(texts, i))
        throw unreadable(chunk.where(i), `a text is missing in the column "${name}"`, "a text in each row");
    }
    const values = own.of(chunk);
    yield { texts: textsOf(texts), own: own.names.map((each, j) => ({ name: each, values: values[j]! })) };
  }
}
