/** Names of pipelines and studies, which are parts of paths: checked where they enter. */
import { UserError } from "@gumbel/config";

/** What a name may have, for people. */
const expected = "small letters, digits, hyphens, underscores and dots, a letter or digit first, at most 100";

/**
 * The name, if it can be that of a pipeline or a study: it leads to no other folder than its own, whoever wrote it.
 *
 * @param where file or argument that it came from
 * @throws UserError if it has other characters, as `..` or `../x`.
 */
export function checkedName(name: string, where: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,99}$/.test(name)) return name;
  throw new UserError({
    what: `"${name.slice(0, 100)}" cannot be the name of a pipeline or a study`,
    where,
    expected,
  });
}
