/** The bytes of a folder, also while a stage beside it makes and removes files. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sizeOf } from "../src/sizeOf.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gumbel-size-"));
  mkdirSync(join(folder, "a/b"), { recursive: true });
  writeFileSync(join(folder, "a/b/ten"), "0123456789");
  writeFileSync(join(folder, "five"), "01234");
  symlinkSync(join(folder, "five"), join(folder, "a/link"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("of all files below a folder, of a file, of a link and of nothing", async () => {
  expect(await sizeOf(folder)).toBe(15);
  expect(await sizeOf(join(folder, "five"))).toBe(5);
  expect(await sizeOf(join(folder, "a/link"))).toBe(0);
  expect(await sizeOf(join(folder, "nothing"))).toBe(0);
});

test("what goes away while it is counted counts nothing", async () => {
  const flicker = new Worker(
    `const { mkdirSync, rmSync, writeFileSync } = require("node:fs");
    const { workerData } = require("node:worker_threads");
    for (;;) {
      mkdirSync(workerData + "/c/d", { recursive: true });
      writeFileSync(workerData + "/c/d/empty", "");
      rmSync(workerData + "/c", { recursive: true });
    }`,
    { eval: true, workerData: folder },
  );
  try {
    for (let i = 0; i < 500; i++) expect(await sizeOf(folder)).toBe(15);
  } finally {
    await flicker.terminate();
  }
});
