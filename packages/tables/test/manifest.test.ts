import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "@gumbel/workspace";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Artifacts, writeManifest } from "../src/manifest.js";

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "gumbel-manifest-"));
  folder = join(root, "train");
  mkdirSync(join(folder, "seed-0"), { recursive: true });
  writeFileSync(join(folder, "seed-0", "weights"), "1");
  writeFileSync(join(root, "secret"), "1");
});
afterEach(() => rmSync(root, { recursive: true }));

async function open(name: string): Promise<Artifacts> {
  const described = { stage: "train", pipeline: "x", config: sha256(""), seed: 0, reads: [], versions: {} };
  await writeManifest(folder, { ...described, files: [{ name, bytes: 1, sha256: sha256("1") }] });
  return Artifacts.open(folder);
}

test("a file in the folder, or in a folder of it, is found", async () => {
  expect(await (await open("seed-0/weights")).path("seed-0/weights")).toBe(join(folder, "seed-0/weights"));
});

test.each([
  "../secret",
  "seed-0/../../secret",
  "/etc/passwd",
  "./seed-0/weights",
  "..\\secret",
  "C:\\secret",
  "",
])("a manifest that names %j is refused", async (name) => {
  await expect(open(name)).rejects.toThrow("the path of a file inside the folder");
});
