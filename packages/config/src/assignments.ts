/** Fields of pipeline.json set from outside of it: `train.epochs=5 model.wG=6`. */
import { UserError } from "./error.js";

type Json = { [key: string]: unknown };

/** One field and its value. */
export interface Assignment {
  /** Names on the way to the field: `["train", "epochs"]`. */
  field: string[];
  value: unknown;
}

/** Characters up to white space; in quotes, brackets or braces white space counts. */
const word = /(?:[^\s"[{]|"(?:\\.|[^"\\])*"|\[[^\]]*\]|\{[^}]*\})+/g;
const shape = /^([A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z][A-Za-z0-9]*)*)=(.+)$/s;

/**
 * The assignments of a text, separated by white space. A value is JSON, else the word itself: `model.network=conv`.
 *
 * @param where for the error: the variable or the command
 * @throws UserError naming what is no assignment.
 */
export function parseAssignments(text: string, where: string): Assignment[] {
  return (text.match(word) ?? []).map((each) => {
    const [, field, value] = shape.exec(each) ?? [];
    if (field === undefined || value === undefined) {
      throw new UserError({
        what: `"${each}" sets no field`,
        where,
        expected: "field=value, as in docs/configuration.md: train.epochs=5 model.wG=6",
      });
    }
    return { field: field.split("."), value: literalOf(value) };
  });
}

function literalOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * The contents of a pipeline.json with some of its fields set. Whether they exist and take the values is for its schema.
 *
 * @throws UserError if a field on the way to one is no object.
 */
export function assign(contents: Json, assignments: readonly Assignment[], where: string): Json {
  const changed = structuredClone(contents);
  for (const { field, value } of assignments) {
    let at = changed;
    for (const [i, name] of field.slice(0, -1).entries()) {
      const named = (name === "dataset" || name === "model") && i === 0;
      const found = Object.hasOwn(at, name) ? at[name] : undefined;
      // A system without options is its name alone.
      const inner = named && typeof found === "string" ? { name: found } : (found ?? {});
      if (typeof inner !== "object" || inner === null || Array.isArray(inner)) {
        throw new UserError({
          what: `${field.slice(0, i + 1).join(".")} is ${JSON.stringify(inner)}, which has no field ${field[i + 1]}`,
          where,
          expected: "a field of pipeline.json, as in docs/configuration.md",
        });
      }
      at[name] = inner;
      at = inner as Json;
    }
    at[field.at(-1)!] = value;
  }
  return changed;
}

/**
 * The contents of a pipeline.json with some of its fields set whatever the profile: also in each profile that sets the field.
 *
 * @throws UserError if a field on the way to one is no object.
 */
export function assignForGood(contents: Json, assignments: readonly Assignment[], where: string): Json {
  const changed = assign(contents, assignments, where);
  for (const [profile, changes] of Object.entries((changed.profiles ?? {}) as Record<string, Json>)) {
    const own = assignments.filter(({ field }) => sets(changes, field));
    (changed.profiles as Json)[profile] = assign(changes, own, where);
  }
  return changed;
}

/** Whether changes set the field, or something on the way to it that takes its place. */
function sets(changes: unknown, [name, ...rest]: string[]): boolean {
  if (name === undefined || typeof changes !== "object" || changes === null) return true;
  return Object.hasOwn(changes, name) && sets((changes as Json)[name], rest);
}
