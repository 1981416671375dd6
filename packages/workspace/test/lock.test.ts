import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withLock } from "../src/lock.js";

let folder: string;
let lock: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gumbel-lock-"));
  lock = join(folder, "train.lock");
});
afterEach(() => rmSync(folder, { recursive: true }));

const held = async (): Promise<boolean> => existsSync(lock);

test("a lock is there while the work runs, and gone when it ends or fails", async () => {
  expect(await withLock(lock, held)).toBe(true);
  expect(existsSync(lock)).toBe(false);
  const failing = withLock(lock, () => Promise.reject(new Error("no memory")));
  await expect(failing).rejects.toThrow("no memory");
  expect(existsSync(lock)).toBe(false);
});

test("a living process' lock is refused, with the process named", async () => {
  writeFileSync(lock, String(process.ppid));
  await expect(withLock(lock, held)).rejects.toThrow(`process ${process.ppid} is already working`);
  expect(existsSync(lock)).toBe(true);
});

test.each([
  ["a process that is gone", "999999999"],
  ["a power cut, before its process' id was written", ""],
])("a lock left by %s is taken over", async (_, content) => {
  writeFileSync(lock, content);
  expect(await withLock(lock, held)).toBe(true);
});

test("a lock that another process is writing just now is not taken for a left one", async () => {
  writeFileSync(lock, "");
  const attempt = withLock(lock, held);
  setTimeout(() => writeFileSync(lock, String(process.ppid)), 50);
  await expect(attempt).rejects.toThrow("is already working");
});
