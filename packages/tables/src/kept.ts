/**
 * What training keeps outside of its outputs for a later run: checkpoints and finished seeds. No manifest lists them, so each
 * has a checksum of its own.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "@gumbel/config";
import { sha256, sha256File } from "@gumbel/workspace";
import { z } from "zod";
import { digest } from "./manifest.js";

const checksumBytes = 64;

/** The content of a checkpoint's file: its bytes, followed by their SHA-256 in hexadecimal. */
export const withChecksum = (bytes: Uint8Array): Buffer => Buffer.concat([bytes, Buffer.from(sha256(bytes))]);

/** The bytes of a checkpoint's file; undefined if it is damaged. */
export function checkedBytes(file: Buffer): Buffer | undefined {
  const bytes = file.subarray(0, Math.max(0, file.length - checksumBytes));
  return sha256(bytes) === file.subarray(bytes.length).toString("latin1") ? bytes : undefined;
}

/** The file that describes a finished seed, in its folder beside its outputs. */
export const finishedName = "run.json";

/** What every description of a finished seed has. */
export const finishedSchema = z.looseObject({
  /** SHA-256 of each file, by name. */
  files: z.record(z.string(), digest),
  /** SHA-256 of everything else in the description. */
  digest,
});

/** The digest of a description's other fields, in the order in which they are written. */
export const finishedDigest = (content: object): string => sha256(JSON.stringify(content));

/**
 * Checks that a finished seed is what training wrote.
 *
 * @param folder of the seed
 * @param described content of its description
 * @throws UserError if it, or one of its files, is another.
 */
export async function checkFinished(folder: string, described: unknown): Promise<void> {
  const found = finishedSchema.safeParse(described);
  const damaged = (name: string): UserError =>
    new UserError({
      what: "a file of a finished seed is not what training wrote",
      where: join(folder, name),
    });
  if (!found.success) throw damaged(finishedName);
  // Not from what the schema returns, which may have the fields in another order.
  const { digest: given, ...content } = described as Record<string, unknown>;
  if (finishedDigest(content) !== given) throw damaged(finishedName);
  for (const [name, expected] of Object.entries(found.data.files)) {
    const path = join(folder, name);
    if (!existsSync(path) || (await sha256File(path)) !== expected) throw damaged(name);
  }
}
