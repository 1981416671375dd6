/** The engine of a plan is that which starts, and changes when another one would. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { engineToUse } from "../src/choose.js";
import * as paths from "../src/provision/paths.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gumbel-choose-"));
  vi.stubEnv("XDG_CACHE_HOME", folder);
  vi.stubEnv("GUMBEL_ENGINE", "");
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

test("the planned engine is the one that starts by itself, also when it is remembered", async () => {
  // As built: the addon is loaded in a process of its own.
  const built = await import("@gumbel/engine");
  const { name } = await built.startEngine({ threads: 1 });
  expect((await built.engineToUse(() => {})).name).toBe(name);
  expect((await built.engineToUse(() => {})).name).toBe(name);
});

test("while the native addon is missing another engine is planned, and the reason is said", async () => {
  vi.spyOn(paths, "linkedAddon").mockReturnValue(join(folder, "no addon"));
  const said: string[] = [];
  expect(await engineToUse((line) => said.push(line))).toEqual({ name: "wasm", build: null });
  expect(said.join()).toMatch(/native does not run: it is not built yet/);
});

test("an engine that is named is planned whether it runs or not, with the build that is here", async () => {
  vi.stubEnv("GUMBEL_ENGINE", "cpu");
  expect(await engineToUse(() => {})).toEqual({ name: "cpu", build: null });
  vi.stubEnv("GUMBEL_ENGINE", "native");
  vi.spyOn(paths, "linkedAddon").mockReturnValue(join(folder, "no addon"));
  expect(await engineToUse(() => {})).toEqual({ name: "native", build: null });
});

test("an engine that does not exist is rejected by name", async () => {
  vi.stubEnv("GUMBEL_ENGINE", "abacus");
  await expect(engineToUse(() => {})).rejects.toThrow('not "abacus"');
});
