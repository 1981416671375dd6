/** Data is what the plan says, whose digests are the cache key, for as long as it is read. */
import { UserError } from "@gumbel/config";
import { sha256Path, stateOf } from "@gumbel/workspace";

/**
 * Reads files that must be the planned ones from beginning to end.
 *
 * @param paths of the files and folders, by name
 * @param planned SHA-256 of each, by the same names
 * @throws UserError if one is another one than planned, or was changed while it was read.
 */
export async function readPlanned<T>(
  paths: Record<string, string>,
  planned: Record<string, string>,
  read: () => Promise<T>,
): Promise<T> {
  const files = Object.entries(paths);
  const missing = Object.keys(planned).find((name) => !(name in paths));
  if (missing !== undefined) throw changed(missing, "is no longer read");
  const states = await Promise.all(files.map(([, path]) => stateOf(path)));
  const result = await read();
  for (const [i, [name, path]] of files.entries()) {
    // Changed and changed back, it has the planned content again, but not its state.
    if ((await stateOf(path)) !== states[i]) throw changed(path, "was changed while it was read");
    if ((await sha256Path(path)) !== planned[name]) throw changed(path, "has changed since it was planned");
  }
  return result;
}

const changed = (where: string, what: string): UserError =>
  new UserError({
    what: `the data ${what}`,
    where,
    expected: "data that no other program writes to during a run",
    hint: "run again when it is complete: the same command plans anew",
  });
