/**
 * Records: studies/<study>/records/<pipeline>.json keeps the figures of a long run, so that its study can show them
 * if nothing has run.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseWith, UserError } from "@gumbel/config";
import { readJson, recordStudies } from "@gumbel/workspace";
import { type RunRecord, recordSchema } from "./schema.js";
import { checkSeal } from "./seal.js";

/** Where a member's record lies. */
export function recordPath(root: string, study: string, pipeline: string): string {
  return join(root, "studies", study, "records", `${pipeline}.json`);
}

/**
 * The record of a member; undefined if there is none.
 *
 * @throws UserError if it is not one, or is that of another pipeline.
 */
export async function readRecord(
  root: string,
  study: string,
  pipeline: string,
): Promise<RunRecord | undefined> {
  const path = recordPath(root, study, pipeline);
  if (!existsSync(path)) return undefined;
  const file = (await readJson(path)) as Record<string, unknown>;
  // What is wrong with its fields is said first: it tells more than that its digest is.
  const { digest: _, ...fields } = file;
  const record = parseWith(recordSchema, fields, path);
  checkSeal(file, path, pipeline);
  if (record.pipeline !== pipeline) {
    throw new UserError({
      what: `the record is that of ${record.pipeline}`,
      where: path,
      expected: `a record of ${pipeline}`,
    });
  }
  return record;
}

/**
 * Every record of the project.
 *
 * @param skipped told of one that cannot be read
 */
export async function readRecords(root: string, skipped: (error: UserError) => void): Promise<RunRecord[]> {
  const records: RunRecord[] = [];
  for (const [pipeline, study] of await recordStudies(root)) {
    try {
      const record = await readRecord(root, study, pipeline);
      if (record) records.push(record);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      skipped(error);
    }
  }
  return records;
}
