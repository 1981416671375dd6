/** The skeleton of a system of the user's own. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { run } from "@gumbel/workspace/programs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { newSystem } from "../src/newSystem.js";

const clone = resolve(import.meta.dirname, "../../..");
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "gumbel-new-system-"));
  writeFileSync(join(root, "package.json"), '{ "type": "module" }');
  symlinkSync(join(clone, "packages"), join(root, "packages"));
  vi.spyOn(console, "log").mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true, force: true });
});

test("is a file of that name, whose types an editor finds", async () => {
  await newSystem(root, "my-method");
  const text = readFileSync(join(root, "systems/my-method.ts"), "utf8");
  expect(text).toContain('title: "My method"');
  expect(text).toContain('"name": "my-method"');
  const tsc = join(clone, "node_modules/.bin/tsc");
  const checked = await run({ cwd: root })`${tsc} -p systems`;
  expect(checked.stdall).toBe("");
  writeFileSync(join(root, "systems/my-method.ts"), text.replace("encoder.apply(x)", "encoder.apply(1)"));
  expect((await run({ cwd: root })`${tsc} -p systems`).stdall).toContain("systems/my-method.ts");
});

test.each([
  ["vae", /"vae" is the name of a built-in system/],
  ["../x", /cannot be the name of a system/],
  ["My", /cannot be the name of a system/],
])("cannot have the name %s", async (name, error) => {
  await expect(newSystem(root, name)).rejects.toThrow(error);
  expect(existsSync(join(root, "systems"))).toBe(false);
});

test("does not replace a system that is there", async () => {
  mkdirSync(join(root, "systems"));
  writeFileSync(join(root, "systems/mine.js"), "export default {};");
  await expect(newSystem(root, "mine")).rejects.toThrow(/of that name exists[\s\S]*systems\/mine\.js/);
});

test("git and the linter of a clone do not see it", async () => {
  const ignored = await run({ cwd: clone })`git check-ignore systems/my-method.ts systems/tsconfig.json`;
  expect(ignored.stdout.trim().split("\n")).toEqual(["systems/my-method.ts", "systems/tsconfig.json"]);
});
