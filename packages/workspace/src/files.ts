import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { pipeline } from "node:stream/promises";
import { UserError } from "@gumbel/config";

/** SHA-256 of `bytes`, in hexadecimal. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** SHA-256 of a file, streamed, in hexadecimal. */
export async function sha256File(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** SHA-256 of a file; of a folder that of the names and contents of all files below it, hidden ones left out. */
export async function sha256Path(path: string): Promise<string> {
  if (!(await stat(path)).isDirectory()) return sha256File(path);
  const hash = createHash("sha256");
  for (const name of await filesBelow(path)) hash.update(`${await sha256File(join(path, name))} ${name}\n`);
  return hash.digest("hex");
}

/** The paths of all files below a folder, relative to it and with slashes, sorted; hidden ones left out. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
}

/**
 * Writes `path` so that a reader sees all of it or none: to a temporary file beside it, flushed to disk, then renamed.
 * Creates missing folders.
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, "w");
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** `value` as JSON, indented by two spaces, with a final newline: the format of every JSON file of the project. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** The most numbers of a list that are written with spaces between them. */
const longestSpaced = 20;

/**
 * `value` as JSON in which an object or array is on one line if that line has at most `width` characters, and a long
 * series of numbers in any case: for tracked files that people read.
 */
export function toCompactJson(value: unknown, width = 110): string {
  const write = (value: unknown, indent: string, used: number): string => {
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    const isList = Array.isArray(value);
    // As in `JSON.stringify`, an undefined field is omitted.
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    const key = (name: string): string => (isList ? "" : `${JSON.stringify(name)}: `);
    const [open, close] = isList ? "[]" : "{}";
    if (entries.length === 0) return `${open}${close}`;
    const one = entries.map(([name, inner]) => key(name) + write(inner, "", -Infinity)).join(", ");
    const line = isList ? `[${one}]` : `{ ${one} }`;
    const isSeries =
      isList &&
      value.length > longestSpaced &&
      value.every((inner) => typeof inner === "number" || inner === null);
    if (isSeries) return JSON.stringify(value);
    if (indent.length + used + line.length <= width) return line;
    const deeper = `${indent}  `;
    const lines = entries.map(
      // The comma after every entry but the last takes a character as well.
      ([name, inner], i) =>
        deeper + key(name) + write(inner, deeper, key(name).length + (i < entries.length - 1 ? 1 : 0)),
    );
    return `${open}\n${lines.join(",\n")}\n${indent}${close}`;
  };
  return `${write(value, "", 0)}\n`;
}

/**
 * The parsed contents of a JSON file.
 *
 * @throws UserError if the file is missing or is not JSON.
 */
export async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new UserError({ what: "a file is missing", where: path, hint: "run the stage that writes it" });
  }
  return parseJson(text, path);
}

/** The one key that an assignment to an object does not keep. */
const lostKey = "__proto__";

/**
 * Parses the text of a JSON file; a byte order mark in front is none of it.
 *
 * @throws UserError if it is not JSON, or has the key `__proto__`.
 */
export function parseJson(text: string, path: string): unknown {
  if (text.includes(`"${lostKey}"`)) refuseLostKey(text, path);
  try {
    return JSON.parse(text.startsWith("\uFEFF") ? text.slice(1) : text);
  } catch (error) {
    throw new UserError({
      what: `not JSON: ${(error as Error).message}`,
      where: path,
      expected: "a JSON document",
    });
  }
}

function refuseLostKey(text: string, path: string): void {
  const line = text.split("\n").findIndex((each) => new RegExp(`"${lostKey}"\\s*:`).test(each));
  if (line < 0) return;
  throw new UserError({
    what: `"${lostKey}" cannot be the name of a field`,
    where: `${path}:${line + 1}`,
    expected: "any other name",
    hint: "give the column, data set or system another name",
  });
}
