/** Work on the thread beside the report's own. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { rasterise } from "@gumbel/pages/rasterise";
import { afterEach, expect, test } from "vitest";
import { Aside } from "../src/aside.js";
import { layOutByTsne } from "../src/plots/overTime.js";

const asides: Aside[] = [];
const started = (file: URL): Aside => {
  const aside = new Aside(file);
  asides.push(aside);
  return aside;
};
const worker = new URL("../dist/worker.js", import.meta.url);
afterEach(async () => {
  for (const aside of asides.splice(0)) await aside.end();
});

const square =
  '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><rect width="2" height="2"/></svg>';

test("results are those of the same work here, each of its own job", async () => {
  const aside = started(worker);
  const points = Array.from({ length: 40 }, (_, i) => [i, i % 7, (i * i) % 5]);
  const [laidOut, png, failed] = await Promise.allSettled([
    aside.run("layOutByTsne", 3, points, [points]),
    aside.run("rasterise", square),
    aside.run("rasterise", "<svg"),
  ]);
  expect(laidOut).toEqual({ status: "fulfilled", value: await layOutByTsne(3, points, [points]) });
  expect(png).toMatchObject({ status: "fulfilled" });
  expect(Buffer.from((png as { value: Uint8Array }).value).equals(rasterise(square))).toBe(true);
  expect(failed).toMatchObject({ status: "rejected" });
});

test("what is asked of a thread that ends fails, before it has ended and afterwards", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gumbel-aside-"));
  try {
    const file = join(folder, "worker.mjs");
    writeFileSync(file, 'throw new Error("no memory");');
    const aside = started(pathToFileURL(file));
    await expect(aside.run("rasterise", square)).rejects.toThrow("no memory");
    await expect(aside.run("rasterise", square)).rejects.toThrow("no memory");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
