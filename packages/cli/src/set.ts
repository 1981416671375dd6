/** `gumbel set PIPELINE field=value …`: writes fields of a pipeline.json. */
import { join, relative } from "node:path";
import { assignForGood, parseAssignments, profileNames, resolvePipeline } from "@gumbel/config";
import { makePlans } from "@gumbel/plan";
import { findPipeline, readJson, toCompactJson, writeFileAtomic } from "@gumbel/workspace";

type Json = Record<string, unknown>;

/**
 * Sets fields as GUMBEL_SET does, for good: also in each profile that sets them. The order of the other fields stays.
 *
 * @param words `train.epochs=5`, `model.wG=6`, `profiles.full.train.epochs=100`
 * @throws UserError naming a field or a value that the pipeline does not take; then nothing is written
 */
export async function setFields(root: string, name: string, words: readonly string[]): Promise<void> {
  const { folder } = await findPipeline(root, name);
  const file = join(folder, "pipeline.json");
  const before = (await readJson(file)) as Json;
  const assignments = parseAssignments(words.join(" "), "gumbel set");
  const after = assignForGood(before, assignments, "gumbel set");
  for (const profile of profileNames) {
    resolvePipeline(after, profile, `${file} as it would become`);
    const set = words.filter((word) => !word.startsWith("profiles.")).join(" ");
    await makePlans(folder, name, profile, { set });
  }
  const changes = differences(before, after);
  if (changes.length === 0) console.log(`${name} has these values already`);
  else {
    await writeFileAtomic(file, toCompactJson(after));
    console.log([relative(root, file), ...changes].join("\n  "));
  }
}

/** `train.epochs: 3 → 5`, a line for each field that differs. */
function differences(before: unknown, after: unknown, field = ""): string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (isObject(before) && isObject(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) =>
      differences(before[name], after[name], field === "" ? name : `${field}.${name}`),
    );
  }
  const text = (value: unknown): string => (value === undefined ? "not set" : JSON.stringify(value));
  return [`${field}: ${text(before)} → ${text(after)}`];
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
