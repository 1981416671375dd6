/** The figures that the laboratory notes name are those of the records. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readRecord } from "@gumbel/records";
import { expect, test } from "vitest";
import { root } from "../workspace.js";

const slugs: Record<string, string> = {
  "k-means": "kmeans",
  "AE + k-means": "ae-kmeans",
  "AE + GMM": "ae-gmm",
  "GMM, diagonal covariances": "gmm",
};
const laboratory = readFileSync(join(root, "docs", "laboratory.md"), "utf8");
const [, kept = ""] = /^## Records\n(.*?)^## /ms.exec(laboratory) ?? [];
/** The rows of each table under "Records" that have figures of ours; a table's data set is in its heading or in its rows. */
const rows = kept.split(/^(?=###|\| MNIST \| kNN)/m).flatMap((section) => {
  const heading = section.split("\n")[0]!;
  return section.split("\n").flatMap((line) => {
    const figures = [...line.matchAll(/(\d+\.\d+) ± (\d+\.\d+)/g)].map(
      ([, mean, std]) => [mean!, std!] as const,
    );
    if (figures.length === 0) return [];
    const names = line.split("|").map((cell) => cell.trim());
    const dataset = /MNIST|USPS/.exec(names[1]!)?.[0] ?? /MNIST|USPS/.exec(heading)![0];
    const title = /MNIST|USPS/.test(names[1]!) ? names[2]! : names[1]!;
    const metrics = figures.length === 3 ? ["knn@3", "knn@5", "knn@10"] : ["accuracy", "nmi"];
    const pipeline = `${dataset.toLowerCase()}-${slugs[title] ?? title.toLowerCase()}`;
    return figures.map(([mean, std], i) => ({ pipeline, metric: metrics[i]!, mean, std }));
  });
});

test("the laboratory's tables of records have figures", () => {
  expect(rows.length).toBeGreaterThan(50);
});

test.each(rows)("the laboratory's $metric of $pipeline is its record, $mean ± $std", async (row) => {
  const record = await readRecord(root, "benchmark", row.pipeline);
  const { mean, std } = record!.summary[row.metric]!;
  const digits = row.mean.split(".")[1]!.length;
  expect([mean.toFixed(digits), std!.toFixed(digits)]).toEqual([row.mean, row.std]);
});
