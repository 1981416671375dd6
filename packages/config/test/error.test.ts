import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { expect, test } from "vitest";
import { renderError, UserError } from "../src/index.js";

const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

test.each([
  { code: "ENOSPC", says: "the disk is full" },
  { code: "EDQUOT", says: "your share of the disk is used up" },
  { code: "EROFS", says: "the folder cannot be written to" },
  { code: "EFBIG", says: "larger than the disk allows" },
  { code: "EMFILE", says: "too many files are open" },
  { code: "ERR_MODULE_NOT_FOUND", says: "too many files" },
  { code: "ENAMETOOLONG", says: "a name is too long" },
  { code: "ERR_FS_FILE_TOO_LARGE", says: "larger than 2 GiB" },
])("$code is a problem in words, with its place and what to do, and no stack", ({ code, says }) => {
  const text = renderError(Object.assign(new Error(code), { code, path: "/data/x", syscall: "write" }));
  expect(text).toMatch(new RegExp(`^error: .*${says}[\\s\\S]*where:    /data/x[\\s\\S]*to do: `));
  expect(text).not.toMatch(/ at |delete|remove/);
});

test("what the system really throws is rendered", () => {
  const long = thrownBy(() => readFileSync("x".repeat(5000)));
  expect(renderError(long)).toContain("a name is too long");
});

test.skipIf(process.platform !== "linux")("a full disk is rendered", () => {
  const full = openSync("/dev/full", "w");
  expect(renderError(thrownBy(() => writeSync(full, "x")))).toContain("the disk is full");
  closeSync(full);
});

test("a problem is shown alone, a defect of ours with its stack", () => {
  expect(renderError(new UserError({ what: "wrong", where: "a:1" }))).toBe("error: wrong\n  where:    a:1");
  expect(renderError(new TypeError("x"))).toMatch(/TypeError: x\n\s+at /);
});
