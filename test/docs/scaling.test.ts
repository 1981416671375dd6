/** The hours that docs/scaling.md works out follow from the record that it names. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readRecord } from "@gumbel/records";
import { expect, test } from "vitest";
import { root } from "../workspace.js";

test("the hours of 1,000 cells on 50 nodes are those of the record", async () => {
  const record = await readRecord(root, "benchmark", "mnist-gumbel-vae");
  const made = record!.made.filter(({ seeds }) => seeds.length === 1);
  expect(made).toHaveLength(3);
  const seconds =
    made.flatMap((part) => Object.values(part.seconds)).reduce((sum, each) => sum + each, 0) / 3;
  const page = readFileSync(join(root, "docs", "scaling.md"), "utf8");
  expect(page).toContain(`${Math.round(seconds).toLocaleString("en-US")} seconds`);
  expect(page).toContain(`${(seconds / 3600).toFixed(2)} hours`);
  expect(page).toContain(`${((20 * seconds) / 3600).toFixed(1)} hours`);
});
