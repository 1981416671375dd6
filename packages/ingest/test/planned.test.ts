/** Data that changes while it is read, or after it was planned, is not stored under the key of what it was. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "@gumbel/workspace";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readPlanned } from "../src/planned.js";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gumbel-planned-"));
  file = join(folder, "data.csv");
  writeFileSync(file, "1");
});
afterEach(() => rmSync(folder, { recursive: true }));

const planned = { "data.csv": sha256("1") };
const write = (...texts: string[]): void => {
  for (const text of texts) writeFileSync(file, text);
};
const read = (...whileReading: string[]) =>
  readPlanned({ "data.csv": file }, planned, async () => {
    write(...whileReading);
    return "read";
  });

test("the planned file is read", async () => {
  expect(await read()).toBe("read");
});

test("a file that was edited after it was planned is refused by name", async () => {
  write("2");
  await expect(read()).rejects.toThrow("the data has changed since it was planned");
  await expect(read()).rejects.toThrow(file);
});

test.each([
  { what: "edited", texts: ["2"] },
  { what: "edited and edited back", texts: ["2", "1"] },
])("a file that is $what while it is read is refused by name", async ({ texts }) => {
  await expect(read(...texts)).rejects.toThrow("the data was changed while it was read");
});

test("a planned file that is another one now, as the real data set in place of a stand-in, is refused", async () => {
  await expect(readPlanned({ "other.csv": file }, planned, async () => {})).rejects.toThrow("data.csv");
});
