/** The laboratory's tables of sweeps are those of the records of their studies. GUMBEL_WRITE_DOCS=1 writes them. */
import { markdownTable } from "@gumbel/cli";
import { loadDataset } from "@gumbel/datasets";
import { readRecord } from "@gumbel/records";
import { isPublishedRow, type Point, pointsOf, readStudy, recordStudies } from "@gumbel/workspace";
import { test } from "vitest";
import { root } from "../workspace.js";
import { expectWritten } from "./written.js";

const symbols: Record<string, string> = {
  wR: "w_R",
  wC: "w_C",
  wG: "w_G",
  wA: "w_A",
  featureSize: "size of the feature",
  alpha: "α",
  neighbours: "κ",
  "temperature.start": "τ at the start",
};
const metrics = {
  accuracy: { title: "ACC", digits: 3 },
  testError: { title: "test error, %", digits: 1 },
};

/** `1: 0.293 ± 0.021`: a point of a sweep; its value alone if it has no record. */
async function pointText(
  { name, value }: Point,
  study: string,
  metric: keyof typeof metrics,
): Promise<string> {
  const found = (await readRecord(root, study, name))?.summary[metric];
  if (!found) return `${value}: not run`;
  const [mean, std] = [found.mean, found.std].map((each) => each?.toFixed(metrics[metric].digits));
  return `${value}: ${mean}${std === undefined ? "" : ` ± ${std}`}`;
}

/** A row per setting, a column per data set. */
async function sweepTable(name: string, metric: keyof typeof metrics): Promise<string> {
  const study = await readStudy(root, name);
  const { datasets, vary } = study.points!;
  const rows = vary.map(async ({ parameter }) => {
    const cells = datasets.map(async (dataset) => {
      const points = pointsOf(study, name, dataset, parameter);
      return (await Promise.all(points.map((point) => pointText(point, name, metric)))).join(", ");
    });
    return [symbols[parameter.replace("model.", "")]!, ...(await Promise.all(cells))];
  });
  const { title } = metrics[metric];
  const heads = await Promise.all(
    datasets.map(async (dataset) => `${(await loadDataset(dataset)).title}, ${title}`),
  );
  return markdownTable([["setting", ...heads], ...(await Promise.all(rows))]);
}

/** A row for each setting of the study of the additions. */
async function additionsTable(): Promise<string> {
  const [table] = (await readStudy(root, "additions")).tables;
  const keepers = await recordStudies(root);
  const rows = table!.rows.map(async (row) => {
    if (typeof row === "string" || isPublishedRow(row)) throw new Error("expected rows with a title");
    const pipeline = row.pipelines.usps!;
    const record = await readRecord(root, keepers.get(pipeline)!, pipeline);
    const cells = table!.metrics.map((metric) => {
      const { mean, std } = record!.summary[metric]!;
      const digits = metric === "knn@5" ? 2 : 3;
      return `${mean.toFixed(digits)} ± ${std!.toFixed(digits)}`;
    });
    return [row.title!, ...cells];
  });
  return markdownTable([["USPS", "ACC", "NMI", "kNN error, %, k = 5"], ...(await Promise.all(rows))]);
}

test("the laboratory's tables of sweeps are those of the records", async () => {
  expectWritten("laboratory.md", {
    additions: await additionsTable(),
    weights: await sweepTable("weights", "accuracy"),
    labels: await sweepTable("labels", "testError"),
  });
});
