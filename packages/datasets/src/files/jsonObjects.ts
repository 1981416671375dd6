/** The objects of a JSON file: one per line, or one list of all. */
import { endlessLine, longestLine, readText, readWholeText } from "./encoding.js";
import type { Encoding } from "./options.js";
import { unreadable } from "./problem.js";

export interface ReadObject {
  object: Record<string, unknown>;
  /** Its line; in a list its position, from 1. */
  at: number;
}

export interface ReadObjects {
  isList: boolean;
  /** Reads them, any number of times. @throws UserError naming the first that is none. */
  read(): AsyncIterable<ReadObject> | Iterable<ReadObject>;
  /** The place of one. */
  where(at: number): string;
}

/** Opens a file of objects. @throws UserError if it is a list that is no JSON. */
export async function openObjects(path: string, encoding: Encoding): Promise<ReadObjects> {
  for await (const block of readText(path, encoding)) {
    if (block.trim() === "") continue;
    if (!block.trimStart().startsWith("[")) break;
    const { text } = await readWholeText(path, encoding);
    const list = listOf(text, path);
    const where = (at: number): string => `${path}, object ${at}`;
    return { isList: true, read: () => list, where };
  }
  const where = (line: number): string => `${path}:${line}`;
  return { isList: false, read: () => objectsOfLines(readText(path, encoding), path, where), where };
}

/** Whether a value is neither a number or a text nor a list of numbers. */
export const isStructure = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !isListOfNumbers(value);

const isListOfNumbers = (value: unknown): value is (number | null)[] =>
  Array.isArray(value) && value.every((each) => typeof each === "number" || each === null);

function listOf(text: string, path: string): ReadObject[] {
  const expected = "a list of objects, or an object per line";
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch (error) {
    throw unreadable(path, `the file is not JSON: ${(error as Error).message}`, expected);
  }
  const objects = (values as unknown[]).map((value, i): ReadObject => {
    if (!isObject(value))
      throw unreadable(
        `${path}, object ${i + 1}`,
        `it is no object: ${JSON.stringify(value).slice(0, 40)}`,
        expected,
        'give the values names; pandas writes such a list by to_json(path, orient="records")',
      );
    return { object: value, at: i + 1 };
  });
  const all = objects.map(({ object }) => object);
  checkNames(all, text, path);
  return objects;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

async function* objectsOfLines(
  blocks: AsyncIterable<string>,
  path: string,
  where: ReadObjects["where"],
): AsyncGenerator<ReadObject> {
  let at = 0;
  for await (const text of linesOf(blocks, path)) {
    at++;
    if (text.trim() === "") continue;
    const expected = "an object per line, or one list of objects";
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw unreadable(where(at), `the line is not JSON: ${(error as Error).message}`, expected);
    }
    if (!isObject(value))
      throw unreadable(where(at), `the line is not an object: ${text.slice(0, 40)}`, expected);
    checkNames([value], text, where(at));
    yield { object: value, at };
  }
}

/** Of a name that an object has twice, JSON.parse keeps the last value without a word. @throws UserError naming it. */
function checkNames(objects: Record<string, unknown>[], text: string, where: string): void {
  // The names inside of another object are no columns.
  if (objects.some((object) => Object.values(object).some(isStructure))) return;
  let left = objects.reduce((sum, object) => sum + Object.keys(object).length, 0);
  const seen = new Map<string, number>();
  for (const name of namesIn(text)) {
    left--;
    seen.set(name, (seen.get(name) ?? 0) + 1);
  }
  if (left >= 0) return;
  const twice = [...seen].find(
    ([name, count]) => count > objects.filter((object) => Object.hasOwn(object, name)).length,
  );
  throw unreadable(where, `an object has "${twice?.[0]}" twice`, "each name once");
}

/** The names of an object, from the text that JSON.parse has taken: strings with a colon after them. */
function* namesIn(text: string): Generator<string> {
  const colon = /\s*:/y;
  let start = -1;
  for (const { 0: mark, index } of text.matchAll(/\\.|"/g)) {
    if (mark !== '"') continue;
    if (start >= 0) {
      colon.lastIndex = index + 1;
      const name = text.slice(start + 1, index);
      if (colon.test(text)) yield name.includes("\\") ? (JSON.parse(`"${name}"`) as string) : name;
    }
    start = start < 0 ? index : -1;
  }
}

async function* linesOf(blocks: AsyncIterable<string>, path: string): AsyncGenerator<string> {
  let rest = "";
  for await (const block of blocks) {
    const end = block.lastIndexOf("\n");
    if (end >= 0) yield* (rest + block.slice(0, end)).split("\n");
    rest = end >= 0 ? block.slice(end + 1) : rest + block;
    if (rest.length > longestLine) throw endlessLine(path);
  }
  if (rest !== "") yield rest;
}
