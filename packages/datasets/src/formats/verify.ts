/** Checks of decoded content. Mirrors compress differently, so digests are of the uncompressed bytes. */
import { createHash, type Hash } from "node:crypto";
import { UserError } from "@gumbel/config";

/**
 * Compares `hash`, of all decoded content, with the expected one.
 *
 * @throws UserError if they differ.
 */
export function verify(hash: Hash, expected: string, file: string): void {
  const found = hash.digest("hex");
  if (found !== expected) {
    throw new UserError({
      what: "the file is readable but its content is not the published data",
      where: file,
      expected: `decoded SHA-256 ${expected}, found ${found}`,
      hint: "put the original file in its place, or move this one away and run again to download it",
    });
  }
}

/** Starts a SHA-256 hash. */
export const sha256 = (): Hash => createHash("sha256");

/** Creates the error for a file that is not in the expected format. */
export function damaged(file: string, what: string, expected: string): UserError {
  return new UserError({
    what,
    where: file,
    expected,
    hint: "correct or replace the file; a downloaded one is downloaded again once you have moved it away",
  });
}
