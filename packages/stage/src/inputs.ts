/**
 * inputs.json: everything that a stage's run followed, and what the run before it had followed, so that one can say why it
 * ran again. It lies beside the manifest, which does not list it: no later stage reruns for it.
 */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseWith } from "@gumbel/config";
import { readJson, toJson, writeFileAtomic } from "@gumbel/workspace";
import { z } from "zod";

const texts = z.record(z.string(), z.string());

const inputsSchema = z.strictObject({
  /** The stage's plan but for its code. */
  plan: z.record(z.string(), z.unknown()),
  /** SHA-256 of each file of each stage it read: `train/weights.safetensors`, with the pipeline's name before another's. */
  files: texts,
  /** As in the manifest. */
  versions: texts,
  /** As in the plan. */
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

/** One thing that a run followed and the run before it did not, in words. */
export interface Change {
  kind: "plan" | "file" | "version" | "code";
  /** `epochs: 40 → 60`, `ingest/data.arrow`, `engine: native → wasm`, `systems/gumbelVae`. */
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
