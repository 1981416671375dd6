/**
 * inputs.json: all inputs of a stage's run and of the run before it, to explain why it ran again. The manifest beside it does
 * not list it, so no later stage reruns because of it.
 */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseWith } from "@gumbel/config";
import { readJson, toJson, writeFileAtomic } from "@gumbel/workspace";
import { z } from "zod";

const texts = z.record(z.string(), z.string());

const inputsSchema = z.strictObject({
  /** The stage's plan, without its code. */
  plan: z.record(z.string(), z.unknown()),
  /** SHA-256 of each file of each stage it read: `train/weights.safetensors`, after the pipeline's name if that is another one. */
  files: texts,
  /** Versions of software, as in the manifest. */
  versions: texts,
  /** Digests of the stage's code, as in the plan. */
  code: texts,
});
export type Inputs = z.output<typeof inputsSchema>;

const recordSchema = inputsSchema.extend({
  /** Inputs of the last run before this one that finished on this machine; null for the first run. */
  before: inputsSchema.nullable(),
});
export type InputsRecord = z.output<typeof recordSchema>;

const fileName = "inputs.json";

/** Reads the inputs.json beside a stage's manifest; undefined if it is missing. */
export async function readInputs(folder: string): Promise<InputsRecord | undefined> {
  const path = join(folder, fileName);
  return existsSync(path) ? parseWith(recordSchema, await readJson(path), path) : undefined;
}

/** Writes the inputs.json of a stage's folder. */
export async function writeInputs(folder: string, record: InputsRecord): Promise<void> {
  await writeFileAtomic(join(folder, fileName), toJson(record));
}

/**
 * Saves a finished run's inputs at `path`, before its folder is cleared. If the last run failed, `path` is left unchanged.
 */
export async function saveInputs(folder: string, path: string): Promise<void> {
  if (!existsSync(join(folder, "manifest.json"))) return;
  // A file of another version of the project is ignored: this run then counts as the first.
  const found = await readInputs(folder).catch(() => undefined);
  if (!found) return;
  const { before: _, ...inputs } = found;
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomic(path, toJson(inputs));
}

/** Reads the inputs that `saveInputs` saved; null if there are none. */
export async function readSavedInputs(path: string): Promise<Inputs | null> {
  if (!existsSync(path)) return null;
  // A file that is damaged, or of another version of the project, is ignored: this run then counts as the first.
  return inputsSchema.safeParse(await readJson(path).catch(() => undefined)).data ?? null;
}

/** One difference between the inputs of a run and those of the run before it, in words. */
export interface Change {
  kind: "plan" | "file" | "version" | "code";
  /** `epochs: 40 → 60`, `ingest/data.arrow`, `engine: native → wasm`, `systems/gumbelVae`. */
  what: string;
}

/** Two digests say to a reader only that they differ. */
const isDigest = /^"[0-9a-f]{64}"$/;

/** Differences from the run before, causes before their consequences; undefined for a first run. */
export function changesOf({ before, ...now }: InputsRecord): Change[] | undefined {
  if (!before) return undefined;
  const fields = (plan: unknown): Record<string, string> => Object.fromEntries(leaves("", plan));
  const arrow = ([name, from, to]: [string, string | undefined, string | undefined]): string =>
    [from, to].every((value) => value && isDigest.test(value))
      ? `${name} has other contents`
      : `${name}: ${from ?? "not set"} → ${to ?? "not set"}`;
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

/** Number of changes that are named; the rest is counted. */
const named = 3;

/** Explains in one line why a stage ran. */
export function whyItRan(record: InputsRecord | undefined): string {
  if (!record) return "not recorded";
  const changes = changesOf(record);
  if (!changes) return "first run on this machine";
  if (changes.length === 0) return "none of its inputs changed: forced, or no longer in the cache";
  const [first] = changes;
  const same = changes.filter(({ kind }) => kind === first!.kind);
  const more = same.length > named ? ` and ${same.length - named} more` : "";
  const kinds = { plan: "", file: "changed: ", version: "version of ", code: "code of " };
  return `${kinds[first!.kind]}${same
    .slice(0, named)
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
