/** The records that a report holds its run against. */
import type { ComparedRecord, IngestPlan, ReportPlan, UserError } from "@gumbel/config";
import { loadDataset } from "@gumbel/datasets";
import { headlineMetrics } from "@gumbel/metrics";
import { type RunRecord, readRecords } from "@gumbel/records";
import { bestOf } from "@gumbel/results";
import { systemTitle } from "./titles.js";

/** What decides which records are of the same kind as a run. */
interface Plans {
  ingest: Pick<IngestPlan, "dataset" | "labels">;
  report: Pick<ReportPlan, "pipeline" | "profile" | "set">;
}

/**
 * Of the records of a run's data set, with as many labels: that of the autoencoder with k-means, and the best one by the first
 * headline metric. The record of the run itself is none of them. Data of one's own or drawn from a seed is another in every
 * pipeline, so that no record is of it.
 */
export async function comparedRecords(root: string, { ingest, report }: Plans): Promise<ComparedRecord[]> {
  if (!(await isPublished(ingest.dataset))) return [];
  const labels = ingest.labels?.count ?? null;
  const isThisRun = (record: RunRecord): boolean =>
    record.pipeline === report.pipeline && record.profile === report.profile && report.set === null;
  const found = (await readRecords(root, tellSkipped)).filter(
    (record) =>
      record.dataset === ingest.dataset &&
      record.labels === labels &&
      record.limit === null &&
      !isThisRun(record),
  );
  const autoencoder = best(found.filter(({ model }) => model === "ae-kmeans"));
  const first = best(found);
  return Promise.all([
    ...(autoencoder ? [compared(root, "ae-kmeans", autoencoder)] : []),
    ...(first ? [compared(root, "best", first)] : []),
  ]);
}

/** A record that cannot be read keeps nobody from running. */
const tellSkipped = ({ problem: { where, what } }: UserError): void =>
  console.log(`the report does not compare with ${where}: ${what}`);

async function isPublished(dataset: string): Promise<boolean> {
  const { files } = await loadDataset(dataset);
  return dataset !== "file" && files !== undefined;
}

/** The record with the best figure of the first headline metric that any has; undefined if none has one. */
function best(records: RunRecord[]): RunRecord | undefined {
  const [metric] = headlineMetrics(records.flatMap((record) => Object.keys(headlineOf(record))));
  if (!metric) return undefined;
  const points = records.flatMap((record) => {
    const figure = headlineOf(record)[metric.name];
    return figure ? [{ record, value: figure.mean }] : [];
  });
  return bestOf(metric.better, points)?.record;
}

function headlineOf({ summary }: RunRecord): ComparedRecord["figures"] {
  const names = Object.keys(summary).filter((name) => summary[name]);
  return Object.fromEntries(headlineMetrics(names).map(({ name }) => [name, summary[name]!]));
}

const compared = async (
  root: string,
  as: ComparedRecord["as"],
  record: RunRecord,
): Promise<ComparedRecord> => ({
  as,
  modelTitle: await systemTitle(root, record.model),
  profile: record.profile,
  figures: headlineOf(record),
});
