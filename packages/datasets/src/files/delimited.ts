/** CSV and its kin: text tables with commas, semicolons, tabs or blanks, plain or compressed by gzip. */
import { ChunkBuilder, ColumnTypes } from "./cells.js";
import { guessDecimal, guessHeader, guessSeparator, withPoint } from "./dialect.js";
import { detectEncoding, endlessLine, longestLine, readText } from "./encoding.js";
import { missingCells } from "./missingValues.js";
import type { Encoding, FileOptions } from "./options.js";
import { unreadable } from "./problem.js";
import { readRecords, recordsOfStart, type TextRecord } from "./records.js";
import { rowsPerChunk, type Table, type TableChunk } from "./table.js";

/** How the file is written. */
interface Dialect {
  encoding: Encoding;
  separator: string;
  decimal: "." | ",";
  header: boolean;
  /** Lines in front that begin with #. */
  comments: number;
  /** Records before the first example: the header, and Excel's line `sep=;`. */
  before: number;
  names: string[];
  /** Positions of the columns whose name is blank in the header. */
  blank: ReadonlySet<number>;
}

const characters = { tab: "\t", space: " " } as const;
const separatorNames: Record<string, string> = {
  "\t": "tab",
  " ": "blanks",
  ",": "comma",
  ";": "semicolon",
  "|": "|",
};
/** Characters of the start of the file from which the dialect is guessed, and rows of it. */
const [startLength, startRows] = [1 << 20, 1000];

/**
 * Opens a text table: finds its dialect, then reads it once for the types of its columns.
 *
 * @param asText columns whose numbers are names
 * @throws UserError naming file and line of what cannot be read.
 */
export async function openDelimited(
  path: string,
  options: FileOptions,
  asText: ReadonlySet<string>,
): Promise<Table> {
  const dialect = await detect(path, options);
  const { names, blank } = dialect;
  const missing = missingCells(options);
  const types = new ColumnTypes(names, asText, missing);
  for await (const records of rows(path, dialect)) {
    for (const { fields, line } of records) types.add(fields, () => `${path}:${line}`);
  }
  const columns = types
    .columns()
    .map((column, j) => (blank.has(j) ? ({ ...column, unnamed: true } as const) : column));
  return {
    columns,
    notes: notesOf(dialect),
    namesAt: `${path}:${dialect.comments + 1}`,
    rounded: types.rounded,
    async *chunks(): AsyncGenerator<TableChunk> {
      const builder = new ChunkBuilder(
        columns,
        rowsPerChunk(names.length),
        (line) => `${path}:${line}`,
        missing,
      );
      for await (const records of rows(path, dialect)) {
        for (const { fields, line } of records) {
          const chunk = builder.add(fields, line);
          if (chunk) yield chunk;
        }
      }
      const last = builder.take();
      if (last) yield last;
    },
  };
}

const notesOf = ({ encoding, separator, decimal, header, names, comments }: Dialect): string[] => [
  `text in ${encoding}, ${names.length} columns separated by ${separatorNames[separator]}${decimal === "," ? ", decimal commas" : ""}`,
  header
    ? "the first line has the names of the columns"
    : 'no line with names: the columns are "column 1", …',
  ...(comments > 0 ? [`left out in front, since they begin with #: ${comments} lines`] : []),
];

async function detect(path: string, options: FileOptions): Promise<Dialect> {
  const encoding = options.encoding === "auto" ? await detectEncoding(path) : options.encoding;
  const given = await startOf(path, encoding);
  const marked = linesInFront(given);
  const lines = "\n".repeat(marked.length) + given.split("\n").slice(marked.length).join("\n");
  const declared = /^sep=(.)\r?\n/.exec(lines)?.[1];
  const split = (separator: string): string[][] =>
    recordsOfStart(lines, separator, path)
      .slice(declared ? 1 : 0, startRows)
      .map(({ fields }) => fields);
  const separator =
    options.separator === "auto"
      ? (declared ?? guessSeparator(split))
      : options.separator === "tab" || options.separator === "space"
        ? characters[options.separator]
        : options.separator;
  const body = split(separator);
  if (body.length === 0) throw unreadable(path, "the file has no row", "a row per example");
  const decimal = options.decimal === "auto" ? guessDecimal(body, separator) : options.decimal;
  const numbers = decimal === "," ? body.map((fields) => fields.map(withPoint)) : body;
  const bodyHasNames = guessHeader(numbers);
  const last = recordsOfStart(marked.at(-1) ?? "", separator, path)[0]?.fields ?? [];
  // The names may follow a # too.
  const mayBeNames = options.header !== false && !bodyHasNames;
  const isMarked = mayBeNames && last.length > 1 && last.length === body[0]!.length;
  const comments = marked.length - (isMarked ? 1 : 0);
  const start = isMarked ? [last, ...body] : body;
  const header = options.header === "auto" ? bodyHasNames || isMarked : options.header;
  // A blank name in front is that of pandas' index; others come from separators at the end of the lines.
  const names = start[0]!.map((name, j) => (header && (name !== "" || j === 0) ? name : `column ${j + 1}`));
  const blank = new Set(header ? start[0]!.flatMap((name, j) => (name === "" ? [j] : [])) : []);
  const before = (declared ? 1 : 0) + (header ? 1 : 0);
  return { encoding, separator, decimal, header, comments, before, names, blank };
}

/** The lines in front that begin with #, unless all do. */
function linesInFront(start: string): string[] {
  const lines = start.split("\n");
  const first = lines.findIndex((line) => !line.startsWith("#"));
  return first < 0 || lines.slice(first).every((line) => line.trim() === "") ? [] : lines.slice(0, first);
}

/** The start of the file, cut at the end of a line. */
async function startOf(path: string, encoding: Encoding): Promise<string> {
  let text = "";
  let lines = 0;
  for await (const block of readText(path, encoding)) {
    text += block;
    // Lines of very wide tables are longer: at least two are needed.
    if (lines < 2) lines += block.split("\n", 3).length - 1;
    if (text.length > longestLine && lines < 2) throw endlessLine(path);
    if (text.length < startLength || lines < 2) continue;
    const second = text.indexOf("\n", text.indexOf("\n") + 1);
    return text.slice(0, Math.max(second, text.lastIndexOf("\n", startLength)));
  }
  return text;
}

/** The records after the header, numbers with a point. @throws UserError if one has more or fewer values than columns. */
async function* rows(
  path: string,
  { encoding, separator, decimal, comments, before, names }: Dialect,
): AsyncGenerator<TextRecord[]> {
  let left = before;
  const text = withoutLines(readText(path, encoding), comments);
  for await (const records of readRecords(text, separator, path)) {
    const body = left > 0 ? records.slice(left) : records;
    left -= records.length - body.length;
    for (const record of body) {
      if (record.fields.length !== names.length) {
        throw unreadable(
          `${path}:${record.line}`,
          `the line has ${record.fields.length} values`,
          `${names.length}, one per column${record.fields.length > names.length ? `; text with "${separator}" stands in quotes` : ""}`,
        );
      }
      if (decimal === ",") record.fields = record.fields.map(withPoint);
    }
    yield body;
  }
}

/** Text whose first lines are blank. */
async function* withoutLines(blocks: AsyncIterable<string>, count: number): AsyncGenerator<string> {
  let left = count;
  for await (const block of blocks) {
    let at = 0;
    const before = left;
    while (left > 0 && at < block.length) {
      const end = block.indexOf("\n", at);
      if (end >= 0) left--;
      at = end >= 0 ? end + 1 : block.length;
    }
    yield "\n".repeat(before - left) + block.slice(at);
  }
}
