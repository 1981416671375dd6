import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { runPipeline } from "../src/runPipeline.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gumbel-run-"));
  // In place of pnpm, a program that writes down how it was called.
  writeFileSync(join(folder, "pnpm"), '#!/bin/sh\necho "$@" > called\nexit 3\n');
  chmodSync(join(folder, "pnpm"), 0o755);
  vi.stubEnv("PATH", `${folder}${delimiter}${process.env.PATH}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  process.exitCode = 0;
  rmSync(folder, { recursive: true });
});

test("a pipeline is run to its report, and a failure of it is ours", async () => {
  await runPipeline(folder, "sensors");
  expect(readFileSync(join(folder, "called"), "utf8").trim()).toBe(
    "turbo run report --filter=@pipelines/sensors",
  );
  expect(process.exitCode).toBe(3);
});
