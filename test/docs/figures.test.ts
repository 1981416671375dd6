/** The figures that the documents name are those of the records and of the publications. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readRecord } from "@gumbel/records";
import { expect, test } from "vitest";
import { root } from "../workspace.js";

const page = readFileSync(join(root, "docs", "reproduction.md"), "utf8");
const cells = page
  .split("\n")
  .flatMap((line) => {
    const [, system, mnist, mnistPublished, usps, uspsPublished] =
      /^\| `([^`]+)` +\|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|$/.exec(line) ?? [];
    if (system === undefined) return [];
    return [
      { dataset: "mnist", system, ours: mnist!.trim(), published: mnistPublished!.trim() },
      { dataset: "usps", system, ours: usps!.trim(), published: uspsPublished!.trim() },
    ];
  })
  .filter(({ ours, published }) => ours || published);

const published = JSON.parse(
  readFileSync(join(root, "packages", "results", "src", "published.json"), "utf8"),
) as {
  dataset: string;
  system: string;
  metric: string;
  value: number;
  unit: string;
}[];

/** Half a unit of the third decimal, and what a double loses. */
const rounding = 0.000501;

test("the table at a glance has figures", () => {
  expect(cells.length).toBeGreaterThan(10);
});

test.each(cells.filter(({ ours }) => ours))(
  "$system on $dataset is its record, $ours",
  async ({ dataset, system, ours }) => {
    const record = await readRecord(root, "benchmark", `${dataset}-${system}`);
    const { mean, std, n } = record!.summary.accuracy!;
    const [shownMean, shownStd] = ours.split(" ± ").map(Number);
    expect(n).toBe(system === "gumbel-vae" ? 5 : 3);
    expect(Math.abs(mean - shownMean!)).toBeLessThan(rounding);
    expect(Math.abs(std! - shownStd!)).toBeLessThan(rounding);
  },
);

test.each(cells.filter((cell) => cell.published))(
  "$system on $dataset is published as $published",
  ({ dataset, system, published: shown }) => {
    const values = published
      .filter((row) => row.dataset === dataset && row.system === system && row.metric === "accuracy")
      .map(({ value, unit }) => (unit === "%" ? value / 100 : value));
    expect(values.some((value) => Math.abs(value - Number(shown)) < rounding)).toBe(true);
  },
);
