/** Verification of decoded content. Mirrors compress differently, so no digest is of the compressed bytes. */
import { createHash, type Hash } from "node:crypto";
import { UserError } from "@gumbel/config";

/**
 * @throws UserError where `hash` (of everything decoded so far) is not the expected one.
 */
export function verify(hash: Hash, expected: string, file: string): void {
  const found = hash.digest("hex");
  if (found !== expected) {
    throw new UserError({
      what: "the file is readable but its content is not the published data",
      where: file,
      expected: `decoded SHA-256 ${expected}, found ${found}`,
      hint: "delete it and run again to download it, or put the original in its place",
    });
  }
}

/** SHA-256 hash of numbers rounded to three decimals: the precision that every copy of a text file carries. */
export function hashRounded(hash: Hash, values: Float32Array): void {
  hash.update(new Uint8Array(Int16Array.from(values, (value) => Math.round(value * 1000)).buffer));
}

export const sha256 = (): Hash => createHash("sha256");

/** An error about a file's own structure. */
export function damaged(file: string, what: string, expected: string): UserError {
  return new UserError({
    what,
    where: file,
    expected,
    hint: "the file is damaged or cut: delete it and run again, or replace it",
  });
}
