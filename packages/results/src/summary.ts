/** report.json: a pipeline's report for programs, and for the overview of all pipelines. */

import { departureFields, profileNames } from "@gumbel/config";
import { describeMetrics } from "@gumbel/metrics";
import { z } from "zod";
import type { Curve } from "./curves.js";
import type { Figures } from "./figures.js";
import { settingsSentOn } from "./sentOn.js";
import { bestEpoch, overRuns, type Series, seriesOf } from "./series.js";
import { verdictOf } from "./verdict.js";

/** Most points of a curve in report.json. */
const mostPoints = 200;

const figure = z.number().nullable();

const metricSchema = z.strictObject({
  mean: figure.describe("Null if it is not a number."),
  std: figure.describe("n - 1 in the denominator; null for one run."),
  n: z.int().describe("Number of runs that have it."),
  published: z
    .strictObject({ value: z.number(), std: figure, source: z.string() })
    .nullable()
    .describe(
      "The published figure of this system, or of the one it is a variant of, on this data set; null if there is none.",
    ),
  difference: figure.describe("Our figure minus the published one."),
});

const pointSchema = z.strictObject({ epoch: z.int(), value: z.number() });

const curveSchema = z
  .strictObject({
    name: z.string().describe("File name of its plot, without the extension."),
    title: z.string(),
    better: z.enum(["low", "high"]).nullable().describe("Null if neither direction is better."),
    last: pointSchema,
    best: pointSchema.nullable().describe("Null if neither direction is better."),
    points: z
      .array(z.tuple([z.int(), z.number()]))
      .describe(
        `Epoch and value, at most ${mostPoints} of them evenly spaced; all are in train/*/metrics.jsonl.`,
      ),
  })
  .describe("The mean over the runs, epoch by epoch.");

export const reportSchema = z
  .strictObject({
    title: z.string(),
    pipeline: z.string(),
    profile: z.enum(profileNames),
    dataset: z.strictObject({ name: z.string(), title: z.string(), n: z.int(), source: z.string() }),
    model: z.strictObject({
      name: z.string(),
      title: z.string(),
      reference: z.string(),
      clusters: z.int(),
      parameters: z.int().describe("Number of trained parameters."),
    }),
    ...departureFields,
    verdict: z.array(z.string()).describe("What came out, in sentences."),
    metrics: z
      .record(z.string(), metricSchema)
      .describe(
        "Over the runs. Accuracies, NMI, ARI and the silhouette are fractions; the test error and kNN errors (`knn@3` for k = 3) percent.",
      ),
    warnings: z
      .array(z.strictObject({ seed: z.int(), name: z.string(), what: z.string(), hint: z.string() }))
      .describe(
        "Signs that a run found no clusters, worse ones than k-means, or had few steps, and what to try; none if there is nothing wrong.",
      ),
    baseline: z
      .strictObject({ examples: z.int(), accuracy: figure, silhouette: figure })
      .nullable()
      .describe("k-means on the prepared data of so many examples; null if the system learns from labels."),
    agreement: figure.describe(
      "Mean adjusted Rand index between the clusters of every two runs, in [-1, 1]; null for one run.",
    ),
    selectedSeed: z.int().describe("The run with the lowest total loss, which the page shows."),
    runs: z.array(
      z.strictObject({
        seed: z.int(),
        loss: figure.describe("Last epoch's total; null for a system without one."),
        metrics: z.record(z.string(), figure),
      }),
    ),
    curves: z.array(curveSchema).describe("Quantities recorded during training."),
    settings: z
      .record(z.string(), z.json())
      .describe(
        "The effective configuration, defaults included, as in pipeline.json; of an absolute path the last part.",
      ),
    timings: z
      .strictObject({
        seconds: z.record(z.string(), z.number()).describe("Seconds of each stage's last run."),
        evaluatedAt: z.string().nullable().describe("Start of the last of them."),
      })
      .describe("Everything that may differ between equal runs."),
  })
  .describe("One pipeline's report for programs: artifacts/<pipeline>/report/report.json.");
export type ReportSummary = z.output<typeof reportSchema>;

/** @param curves of every run; none if their file cannot be read */
export function summarise(data: Figures, curves: Curve[]): ReportSummary {
  const { plan, evaluation, info, training, published, stages } = data;
  const metrics: ReportSummary["metrics"] = {};
  for (const { name } of describeMetrics(Object.keys(evaluation.summary))) {
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
      name: info.name,
      title: info.title,
      n: evaluation.dataset.n,
      source: info.source,
    },
    model: {
      name: plan.model,
      title: plan.modelTitle,
      reference: plan.modelReference,
      clusters: training.clusters,
      parameters: training.parameters,
    },
    variantOf: plan.variantOf,
    departures: plan.departures,
    verdict: verdictOf(evaluation),
    metrics,
    warnings: evaluation.runs.flatMap(({ seed, signs }) => signs.map((each) => ({ seed, ...each }))),
    baseline: evaluation.baseline,
    agreement: evaluation.agreement,
    selectedSeed: evaluation.selectedSeed,
    runs: evaluation.runs.map((run) => ({
      seed: run.seed,
      loss: training.runs.find(({ seed }) => seed === run.seed)?.loss ?? null,
      metrics: Object.fromEntries(Object.keys(metrics).map((name) => [name, run.figures[name] ?? null])),
    })),
    curves: seriesOf(curves).map(summariseCurve),
    settings: z.record(z.string(), z.json()).parse(settingsSentOn(plan.effective)),
    timings: {
      seconds: Object.fromEntries(stages.flatMap(({ name, run }) => (run ? [[name, run.seconds]] : []))),
      evaluatedAt: stages.at(-1)?.run?.startedAt ?? null,
    },
  };
}

/** The mean over the runs of a quantity that any of them has, epoch by epoch. */
export function summariseCurve(series: Series): ReportSummary["curves"][number] {
  const points = overRuns(series).map(({ epoch, mean }) => ({ epoch, value: mean }));
  return {
    name: series.name,
    title: series.metric.title,
    better: series.metric.better,
    last: points.at(-1)!,
    best: bestEpoch(series) ?? null,
    points: thinned(points).map(({ epoch, value }) => [epoch, Number(value.toPrecision(6))]),
  };
}

/** The value, or null, which JSON has instead of NaN. */
export const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** At most `mostPoints` of the points, evenly spaced, with the first and the last. */
function thinned<Point>(points: Point[]): Point[] {
  if (points.length <= mostPoints) return points;
  const step = (points.length - 1) / (mostPoints - 1);
  return Array.from({ length: mostPoints }, (_, i) => points[Math.round(i * step)]!);
}

/** The heading of a pipeline's pages. */
export function reportTitle({ plan, info }: Figures): string {
  return plan.title ?? `${plan.modelTitle} on ${info.title}`;
}
