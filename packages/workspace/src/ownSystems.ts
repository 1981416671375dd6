/** The user's own systems: a file each in `systems/` under the project's root, named as pipeline.json names it. */
import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";

const extensions = ["ts", "js"];

/** The folder of the user's own systems. In a clone of the tool git does not see it. */
export const ownSystemsFolder = (root: string): string => join(root, "systems");

/** The names of the user's own systems, sorted. Files with other names are what they import. */
export function ownSystemNames(root: string): string[] {
  const folder = ownSystemsFolder(root);
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return files.flatMap((file) => /^([a-z0-9][a-z0-9-]*)\.(?:ts|js)$/.exec(file)?.[1] ?? []).sort();
}

/** The file of the user's own system of that name; undefined if there is none. */
export function ownSystemFile(root: string, name: string): string | undefined {
  if (!ownSystemNames(root).includes(name)) return undefined;
  return extensions.map((extension) => join(ownSystemsFolder(root), `${name}.${extension}`)).find(existsSync);
}

/** What a plan's `code` calls the user's own system in this file. */
export const ownSystemKey = (file: string): string => `systems/${basename(file)}`;

/** Where `plan` writes a system's file as JavaScript, by the digest of its code: a stage loads the code of its plan, no later one. */
export const compiledSystem = (root: string, name: string, digest: string): string =>
  join(root, "node_modules", ".cache", "gumbel", "systems", `${name}-${digest.slice(0, 16)}.mjs`);

/** URL of the compiled code of a plan's system if it is the user's own; undefined for one of the registry. */
export function ownSystemUrl(
  root: string,
  { model, code }: { model: string; code: Record<string, string> },
): string | undefined {
  const digest = extensions.map((extension) => code[ownSystemKey(`${model}.${extension}`)]).find(Boolean);
  return digest && pathToFileURL(compiledSystem(root, model, digest)).href;
}
