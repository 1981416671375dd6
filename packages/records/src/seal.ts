/** A record's own digest: figures, profile, data, dates are those that `gumbel record` wrote, or the record is refused. */
import { UserError } from "@gumbel/config";
import { digest } from "@gumbel/tables";
import { sha256, toCompactJson } from "@gumbel/workspace";
import { z } from "zod";

/** Wide enough for a run on one line. */
const width = 400;
const sealedSchema = z.looseObject({ digest });

const digestOf = (content: unknown): string => sha256(JSON.stringify(content));

/** The text of a record's file: its content and the digest of that. */
export const sealed = (content: object): string =>
  toCompactJson({ ...content, digest: digestOf(content) }, width);

/**
 * Checks that the content of a record's file is what was written.
 *
 * @throws UserError if the file was damaged, or changed by hand.
 */
export function checkSeal(file: unknown, path: string, pipeline: string): void {
  const parsed = sealedSchema.safeParse(file);
  const { digest: given, ...content } = parsed.success ? parsed.data : { digest: "no digest" };
  if (given === digestOf(content)) return;
  throw new UserError({
    what: "the record is not what was written: it was damaged, or changed by hand",
    where: path,
    expected: `a content with the digest ${given}`,
    hint: `restore it from git, or write it anew from its run: pnpm gumbel record ${pipeline} --replace`,
  });
}
