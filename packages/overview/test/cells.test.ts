import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { collect } from "../src/entries/collect.js";

const root = mkdtempSync(join(tmpdir(), "gumbel-cells-"));
afterAll(() => rmSync(root, { recursive: true }));

test("cells of a sweep are entries only by name", async () => {
  writeFileSync(join(root, "pnpm-workspace.yaml"), "packages: []\n");
  for (const [name, folder] of [
    ["mine", "pipelines/mine"],
    ["rates-0a1b2c3d", "studies/local/rates/0a1b2c3d"],
  ] as const) {
    mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, folder, "package.json"), JSON.stringify({ name: `@pipelines/${name}` }));
    writeFileSync(join(root, folder, "pipeline.json"), "{}");
  }
  const ids = async (names?: string[]) => (await collect(root, undefined, names)).entries.map(({ id }) => id);
  expect(await ids()).toEqual(["mine"]);
  expect(await ids(["rates-0a1b2c3d"])).toEqual(["rates-0a1b2c3d"]);
});
