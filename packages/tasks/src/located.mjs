/**
 * Files and libraries of our packages as the bundle of the stages finds them, which lies in another folder than the modules
 * that it is made of. A package is given by the names that lead to it: one of this package's dependencies, one of that one's,
 * and so on.
 */
import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** @type {Map<string, string>} */
const folders = new Map();

/** @type {(names: string[]) => string} */
function folderOf(names) {
  const key = names.join(" ");
  if (!folders.has(key)) {
    const from =
      names.length === 1 ? fileURLToPath(import.meta.url) : join(folderOf(names.slice(0, -1)), "_");
    const name = names.at(-1);
    const found = (createRequire(from).resolve.paths(name) ?? [])
      .map((each) => join(each, name))
      .find(existsSync);
    if (!found) throw new Error(`${from} does not find ${name}`);
    folders.set(key, realpathSync(found));
  }
  return folders.get(key);
}

/** URL of a package's file. @type {(names: string[], file: string) => string} */
export const located = (names, file) => pathToFileURL(join(folderOf(names), file)).href;

/** A library that a package imports. @type {(names: string[], library: string) => unknown} */
export const required = (names, library) => createRequire(join(folderOf(names), "_"))(library);

/** Where the bundle is. */
export const bundle = import.meta.url;
