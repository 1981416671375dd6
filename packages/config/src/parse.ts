import type { z } from "zod";
import { UserError } from "./error.js";

/**
 * `value` checked by `schema`; `where` names the file it came from.
 *
 * @throws UserError with one line per wrong field.
 */
export function parseWith<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  where: string,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => `${fieldName(issue.path)}: ${issue.message}`);
  throw new UserError({
    what:
      lines.length === 1
        ? lines[0]!
        : `${lines.length} fields are wrong:\n${lines.map((line) => `  - ${line}`).join("\n")}`,
    where,
    hint: "mend the field; every field and its meaning: docs/configuration.md",
  });
}

/** `["train", "restarts", 0]` as `train.restarts[0]`. */
function fieldName(path: PropertyKey[]): string {
  if (path.length === 0) return "(the whole file)";
  return path
    .map((key, i) => (typeof key === "number" ? `[${key}]` : `${i > 0 ? "." : ""}${String(key)}`))
    .join("");
}
