import { UserError } from "@gumbel/config";

/** The error for a file of the user's that cannot be read as it is. It never speaks of deleting the file. */
export function unreadable(where: string, what: string, expected: string, hint?: string): UserError {
  return new UserError({
    what,
    where,
    expected,
    hint: hint ?? "correct the file, or the options of the data set",
  });
}

/** The error for a path where nothing is. */
export const missingFile = (where: string): UserError =>
  new UserError({
    what: "the data file is missing",
    where,
    expected: "a file or a folder",
    hint: "put it there, or correct dataset.path, which is relative to the pipeline's folder",
  });
