/** Every package's exports, bin and imports. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "@gumbel/workspace/programs";
import { expect, test } from "vitest";
import { root } from "../workspace.js";

const packages = readdirSync(join(root, "packages")).filter((name) =>
  existsSync(join(root, "packages", name, "package.json")),
);

/** Every path under `exports` or `bin` of a package.json. */
function pathsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(pathsIn) : [];
}

test.each(packages)("the exports and programs of %s are built", (name) => {
  const file = join(root, "packages", name, "package.json");
  const { exports, bin } = JSON.parse(readFileSync(file, "utf8")) as { exports?: unknown; bin?: unknown };
  const missing = pathsIn([exports, bin]).filter((path) => !existsSync(join(root, "packages", name, path)));
  expect(missing).toEqual([]);
});

test.each(["stage", "tables", "datasets", "models", "engine", "workspace"])(
  "%s does not load zx, which would slow down the start of every stage",
  async (name) => {
    const script = `
      await import(process.argv[1]);
      const { createRequire } = await import("node:module");
      const loaded = Object.keys(createRequire("file:///x.js").cache);
      console.log(loaded.filter((path) => path.includes("/zx/")).join());
    `;
    const module = join(root, "packages", name, "dist", "index.js");
    const { stdout, stderr } = await run`${process.execPath} --input-type=module -e ${script} ${module}`;
    expect({ stdout, stderr }).toEqual({ stdout: "\n", stderr: "" });
  },
);
