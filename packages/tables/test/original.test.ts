import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { OriginalWriter, readOriginal } from "../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "gumbel-original-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the user's columns come back as they were, in their order, over several batches", async () => {
  const path = join(folder, "original.arrow");
  const writer = new OriginalWriter(path, ["2", "1", ""]);
  writer.write([Float64Array.of(0.1, Number.NaN), ["größer", null], [null, null]]);
  writer.write([Float64Array.of(1e-25), [""], ["b"]]);
  writer.close();
  expect(await readOriginal(path)).toEqual([
    { name: "2", values: Float64Array.of(0.1, Number.NaN, 1e-25) },
    { name: "1", values: ["größer", null, ""] },
    { name: "", values: [null, null, "b"] },
  ]);
});
