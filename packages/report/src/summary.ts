/** report.json: a pipeline's report for machines, and for the overview of all pipelines. */
import { z } from "zod";
import type { ReportData } from "./data.js";
import { reportTitle } from "./page.js";

const figureSchema = z.strictObject({
  mean: z.number(),
  std: z.number().nullable(),
  n: z.int(),
  published: z.number().nullable(),
  /** Ours less the published one. */
  difference: z.number().nullable(),
});

export const reportSchema = z.strictObject({
  title: z.string(),
  pipeline: z.string(),
  profile: z.enum(["quick", "paper"]),
  dataset: z.strictObject({ name: z.string(), title: z.string(), n: z.int() }),
  model: z.strictObject({ name: z.string(), title: z.string(), reference: z.string() }),
  seeds: z.array(z.int()),
  selectedSeed: z.int(),
  /** Accuracies, NMI and ARI as fractions; kNN errors (`knn@3`) in percent. */
  figures: z.record(z.string(), figureSchema),
  /** Seconds that each stage took when it last ran. */
  seconds: z.record(z.string(), z.number()),
  finishedAt: z.string().nullable(),
});
export type ReportSummary = z.output<typeof reportSchema>;

export function summarise(data: ReportData): ReportSummary {
  const { plan, evaluation, examples, published, stages } = data;
  const figures: ReportSummary["figures"] = {};
  for (const [name, summary] of Object.entries(evaluation.summary)) {
    if (!summary) continue;
    const theirs = published.get(name)?.value ?? null;
    figures[name] = {
      ...summary,
      published: theirs,
      difference: theirs === null ? null : summary.mean - theirs,
    };
  }
  return {
    title: reportTitle(data),
    pipeline: plan.pipeline,
    profile: plan.profile,
    dataset: { name: examples.info.name, title: examples.info.title, n: examples.n },
    model: { name: plan.model, title: plan.modelTitle, reference: plan.modelReference },
    seeds: evaluation.runs.map(({ seed }) => seed),
    selectedSeed: evaluation.selectedSeed,
    figures,
    seconds: Object.fromEntries(stages.flatMap(({ name, run }) => (run ? [[name, run.seconds]] : []))),
    finishedAt: stages.at(-1)?.run?.startedAt ?? null,
  };
}
