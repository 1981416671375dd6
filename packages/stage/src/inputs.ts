/**
 * inputs.json: everything that a stage's run followed, and what the run before it had followed, so that one can say why it
 * ran again. It lies beside the manifest, which does not list it: no later stage reruns for it.
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseWith } from "@gumbel/config";
import { readJson, sha256, toJson, writeFileAtomic } from "@gumbel/workspace";
import { z } from "zod";

const texts = z.record(z.string(), z.string());

const inputsSchema = z.strictObject({
  plan: z.record(z.string(), z.unknown()),
  /** SHA-256 of each file of each stage it read: `train/weights.safetensors`, with the pipeline's name before another's. */
  files: texts,
  /** As in the manifest. */
  versions: texts,
  /** SHA-256 of the built code of the stage's package and of each of ours that it stands on. */
  code: texts,
});
export type Inputs = z.output<typeof inputsSchema>;

const recordSchema = inputsSchema.extend({
  /** Of the last run before this one that finished on this machine; null where there is none. */
  before: inputsSchema.nullable(),
});
export type InputsRecord = z.output<typeof recordSchema>;

const fileName = "inputs.json";

/** Reads the inputs.json beside a stage's manifest; undefined where there is none. */
export async function readInputs(folder: string): Promise<InputsRecord | undefined> {
  const path = join(folder, fileName);
  return existsSync(path) ? parseWith(recordSchema, await readJson(path), path) : undefined;
}

export async function writeInputs(folder: string, record: InputsRecord): Promise<void> {
  await writeFileAtomic(join(folder, fileName), toJson(record));
}

/**
 * Keeps a finished run's inputs at `path`, before its folder is cleared. Where the folder holds no finished run, since the last
 * one failed, what is kept already stays.
 */
export async function keepInputs(folder: string, path: string): Promise<void> {
  if (!existsSync(join(folder, "manifest.json"))) return;
  // A file from another version of the project is no reason to fail: this run is then told as the first.
  const found = await readInputs(folder).catch(() => undefined);
  if (!found) return;
  const { before: _, ...inputs } = found;
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomic(path, toJson(inputs));
}

/** What `keepInputs` kept; null where there is none. */
export async function keptInputs(path: string): Promise<Inputs | null> {
  if (!existsSync(path)) return null;
  return inputsSchema
    .nullable()
    .catch(null)
    .parse(await readJson(path));
}

/** SHA-256 of the built code of a package, given any file at its top, and of each of ours that it depends on, by name. */
export async function codeDigests(file: string): Promise<Record<string, string>> {
  const digests = new Map<string, string>();
  const visit = async (folder: string): Promise<void> => {
    const packageFile = join(folder, "package.json");
    const schema = z.looseObject({ name: z.string(), dependencies: texts.default({}) });
    const { name, dependencies } = parseWith(schema, await readJson(packageFile), packageFile);
    if (digests.has(name)) return;
    digests.set(name, await folderDigest(join(folder, "dist")));
    for (const dependency of Object.keys(dependencies).filter((other) => other.startsWith("@gumbel/"))) {
      await visit(await realpath(join(folder, "node_modules", dependency)));
    }
  };
  await visit(dirname(await realpath(file)));
  return Object.fromEntries([...digests].sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function folderDigest(folder: string): Promise<string> {
  if (!existsSync(folder)) return sha256("");
  const names = (await readdir(folder, { recursive: true }))
    .filter((name) => /\.(js|json)$/.test(name))
    .sort();
  const contents = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return sha256(names.map((name, i) => `${name}\n${sha256(contents[i]!)}\n`).join(""));
}

/** One thing that a run followed and the run before it did not, in words. */
export interface Change {
  kind: "plan" | "file" | "version" | "code";
  /** `epochs: 40 → 60`, `ingest/data.arrow`, `engine: native → wasm`, `@gumbel/models`. */
  what: string;
}

/** What changed against the run before, what was decided first before what follows from it; undefined for a first run. */
export function changesOf({ before, ...now }: InputsRecord): Change[] | undefined {
  if (!before) return undefined;
  const fields = (plan: unknown): Record<string, string> => Object.fromEntries(leaves("", plan));
  const arrow = ([name, from, to]: [string, string | undefined, string | undefined]): string =>
    `${name}: ${from ?? "not set"} → ${to ?? "not set"}`;
  return [
    ...differences(fields(before.plan), fields(now.plan)).map((found) => ({
      kind: "plan" as const,
      what: arrow(found),
    })),
    ...differences(before.files, now.files).map(([name, from, to]) => ({
      kind: "file" as const,
      what: from === undefined ? `${name} is new` : to === undefined ? `${name} is gone` : name,
    })),
    ...differences(before.versions, now.versions).map((found) => ({
      kind: "version" as const,
      what: arrow(found),
    })),
    ...differences(before.code, now.code).map(([what]) => ({ kind: "code" as const, what })),
  ];
}

/** Changes that are told; the rest is counted. */
const told = 3;

/** Why a stage ran, as a person reads it. */
export function whyItRan(record: InputsRecord | undefined): string {
  if (!record) return "not recorded";
  const changes = changesOf(record);
  if (!changes) return "first run on this machine";
  if (changes.length === 0) return "nothing that it follows changed: forced, or no longer in the cache";
  const [first] = changes;
  const same = changes.filter(({ kind }) => kind === first!.kind);
  const more = same.length > told ? ` and ${same.length - told} more` : "";
  const kinds = { plan: "", file: "changed: ", version: "version of ", code: "code of " };
  return `${kinds[first!.kind]}${same
    .slice(0, told)
    .map(({ what }) => what)
    .join(", ")}${more}`;
}

/** Every value of nested objects by its dotted name, as JSON. */
function leaves(name: string, value: unknown): [string, string][] {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return [[name, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(name === "" ? key : `${name}.${key}`, inner));
}

function differences(
  before: Record<string, string>,
  now: Record<string, string>,
): [name: string, from: string | undefined, to: string | undefined][] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .filter((name) => before[name] !== now[name])
    .map((name) => [name, before[name], now[name]]);
}
