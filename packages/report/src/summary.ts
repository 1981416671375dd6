/** report.json: a pipeline's report for machines, and for the overview of all pipelines. */
import { z } from "zod";
import type { ReportData } from "./data.js";
import { metricNames } from "./format.js";
import { reportTitle, runMetric } from "./select.js";

const metricSchema = z.strictObject({
  /** Null where it is not a number. */
  mean: z.number().nullable(),
  /** n - 1 in the denominator; null for one run. */
  std: z.number().nullable(),
  n: z.int(),
  published: z.strictObject({ value: z.number(), std: z.number().nullable(), source: z.string() }).nullable(),
  /** Ours less the published one; null where there is none. */
  difference: z.number().nullable(),
});

export const reportSchema = z.strictObject({
  title: z.string(),
  pipeline: z.string(),
  profile: z.enum(["quick", "paper"]),
  dataset: z.strictObject({ name: z.string(), title: z.string(), n: z.int(), source: z.string() }),
  model: z.strictObject({
    name: z.string(),
    title: z.string(),
    reference: z.string(),
    clusters: z.int(),
    parameters: z.int(),
  }),
  /** Over the runs. Accuracies, NMI and ARI are fractions; the test error and kNN errors (`knn@3` for k = 3) percent. */
  metrics: z.record(z.string(), metricSchema),
  /** The run with the lowest total loss, which the page shows. */
  selectedSeed: z.int(),
  runs: z.array(
    z.strictObject({
      seed: z.int(),
      /** Last epoch's total; null for a system without one. */
      loss: z.number().nullable(),
      metrics: z.record(z.string(), z.number().nullable()),
    }),
  ),
  /** All that may differ between equal runs. */
  timings: z.strictObject({
    /** Seconds that each stage took when it last ran. */
    seconds: z.record(z.string(), z.number()),
    /** When the last of them started. */
    evaluatedAt: z.string().nullable(),
  }),
});
export type ReportSummary = z.output<typeof reportSchema>;

export function summarise(data: ReportData): ReportSummary {
  const { plan, evaluation, examples, training, published, stages } = data;
  const names = metricNames(Object.keys(evaluation.summary)).map(({ key }) => key);
  const metrics: ReportSummary["metrics"] = {};
  for (const name of names) {
    const summary = evaluation.summary[name];
    if (!summary) continue;
    const theirs = published.get(name) ?? null;
    metrics[name] = {
      ...summary,
      mean: finite(summary.mean),
      published: theirs,
      difference: theirs && finite(summary.mean - theirs.value),
    };
  }
  return {
    title: reportTitle(data),
    pipeline: plan.pipeline,
    profile: plan.profile,
    dataset: {
      name: examples.info.name,
      title: examples.info.title,
      n: examples.n,
      source: examples.info.source,
    },
    model: {
      name: plan.model,
      title: plan.modelTitle,
      reference: plan.modelReference,
      clusters: training.clusters,
      parameters: training.parameters,
    },
    metrics,
    selectedSeed: evaluation.selectedSeed,
    runs: evaluation.runs.map((run) => ({
      seed: run.seed,
      loss: training.runs.find(({ seed }) => seed === run.seed)?.loss ?? null,
      metrics: Object.fromEntries(Object.keys(metrics).map((name) => [name, runMetric(run, name)])),
    })),
    timings: {
      seconds: Object.fromEntries(stages.flatMap(({ name, run }) => (run ? [[name, run.seconds]] : []))),
      evaluatedAt: stages.at(-1)?.run?.startedAt ?? null,
    },
  };
}

/** JSON has no NaN. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
