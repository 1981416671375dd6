import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sha256 } from "../src/files.js";
import { rememberedDigest, rememberedOf } from "../src/remember.js";

let folder: string;
const path = (...parts: string[]): string => join(folder, ...parts);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gumbel-remember-"));
  vi.stubEnv("XDG_CACHE_HOME", path("cache"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});
/** Files count as settled some seconds after their last change. */
const later = (): void => void vi.useFakeTimers({ now: Date.now() + 60_000, toFake: ["Date"] });
const remembered = (): string[] => readdirSync(path("cache", "gumbel", "remembered"));

test("a file that has not changed is not read again", async () => {
  writeFileSync(path("data.csv"), "1");
  later();
  expect(await rememberedDigest(path("data.csv"))).toBe(sha256("1"));
  const [file] = remembered();
  const kept = path("cache", "gumbel", "remembered", file!);
  writeFileSync(kept, readFileSync(kept, "utf8").replace(sha256("1"), "as remembered"));
  expect(await rememberedDigest(path("data.csv"))).toBe("as remembered");
});

test("a file that was changed is read again, even if its size and date are those of before", async () => {
  writeFileSync(path("data.csv"), "1");
  const date = new Date(0);
  utimesSync(path("data.csv"), date, date);
  later();
  await rememberedDigest(path("data.csv"));
  writeFileSync(path("data.csv"), "2");
  utimesSync(path("data.csv"), date, date);
  expect(await rememberedDigest(path("data.csv"))).toBe(sha256("2"));
});

test("a folder is read again if one of its files was changed or has another name", async () => {
  mkdirSync(path("texts"));
  writeFileSync(path("texts", "a.txt"), "1");
  later();
  const first = await rememberedDigest(path("texts"));
  writeFileSync(path("texts", "a.txt"), "2");
  const second = await rememberedDigest(path("texts"));
  expect(second).toBe(sha256(`${sha256("2")} a.txt\n`));
  expect(second).not.toBe(first);
});

test("a file that has just been written is not remembered, since its times may not tell the next write", async () => {
  writeFileSync(path("data.csv"), "1");
  await rememberedDigest(path("data.csv"));
  expect(() => remembered()).toThrow("ENOENT");
});

test("without a folder to keep it in, the digest is right all the same", async () => {
  writeFileSync(path("cache"), "not a folder");
  writeFileSync(path("data.csv"), "1");
  later();
  expect(await rememberedDigest(path("data.csv"))).toBe(sha256("1"));
});

test("a value of two files is computed again if one of them has changed", async () => {
  writeFileSync(path("a"), "1");
  writeFileSync(path("b"), "1");
  later();
  let computed = 0;
  const value = () => rememberedOf("sum", [path("a"), path("b")], async () => `${++computed}`);
  expect([await value(), await value()]).toEqual(["1", "1"]);
  writeFileSync(path("b"), "22");
  expect([await value(), await value()]).toEqual(["2", "2"]);
});
