/** Every package's own description of itself. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../workspace.js";

const packages = readdirSync(join(root, "packages")).filter((name) =>
  existsSync(join(root, "packages", name, "package.json")),
);

/** Every path that a package.json names under `exports` or `bin`. */
function pathsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(pathsIn) : [];
}

test.each(packages)("what %s exports and runs is built", (name) => {
  const file = join(root, "packages", name, "package.json");
  const { exports, bin } = JSON.parse(readFileSync(file, "utf8")) as { exports?: unknown; bin?: unknown };
  const missing = pathsIn([exports, bin]).filter((path) => !existsSync(join(root, "packages", name, path)));
  expect(missing).toEqual([]);
});
