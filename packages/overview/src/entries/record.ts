/** Entry of a record: the figures of an earlier run, which a study keeps. */
import { describeMetrics } from "@gumbel/metrics";
import { datasetTitle, systemTitle } from "@gumbel/plan";
import { dateOf, keptSeries, type RunRecord, readRecord, secondsOf } from "@gumbel/records";
import { describeFollowed, finite, nameOfCurve, publishedFor, summariseCurve } from "@gumbel/results";
import type { Common, Finished } from "./entry.js";
import { startOfRecord } from "./start.js";

/**
 * @param keepers the study that keeps the record of each pipeline
 * @returns undefined if there is no record
 */
export async function recordOf(
  root: string,
  keepers: Map<string, string>,
  { name: pipeline, study, studies }: { name: string; study: string; studies: Common["studies"] },
): Promise<Finished | undefined> {
  const record = await readRecord(root, study, pipeline);
  if (!record) return undefined;
  const { dataset, model, variantOf, departures, madeWith, labels, profile, limit } = record;
  const published = publishedFor(dataset, variantOf ?? model, labels);
  const { options, ...schedule } = record.settings;
  const metrics: Finished["metrics"] = {};
  for (const { name } of describeMetrics(Object.keys(record.summary))) {
    const figures = record.summary[name];
    if (!figures) continue;
    const theirs = published.get(name) ?? null;
    metrics[name] = {
      ...figures,
      published: theirs,
      difference: theirs && finite(figures.mean - theirs.value),
    };
  }
  return {
    id: `${pipeline}@record`,
    pipeline,
    study,
    studies,
    state: "finished",
    origin: "record",
    page: null,
    notes: [],
    title: pipeline,
    profile,
    dataset: { name: dataset, title: await datasetTitle(dataset), n: record.data.examples },
    limited: limit !== null,
    model: { name: model, title: await systemTitle(root, model) },
    variantOf,
    departures,
    madeWith,
    seeds: record.runs.length,
    runs: record.runs.map(({ seed, loss, figures }) => ({
      seed,
      loss,
      metrics: Object.fromEntries(Object.keys(metrics).map((name) => [name, figures[name] ?? null])),
    })),
    made: record.made.map(({ seeds, date, machine: { cpu, cores } }) => ({ seeds, date, cpu, cores })),
    metrics,
    curves: curvesOf(record),
    settings: {
      profile,
      dataset: { name: dataset },
      model: { name: model, ...options },
      labels: labels === null ? null : { count: labels },
      ingest: { limit },
      train: { seeds: record.runs.length, ...schedule },
    },
    seconds: secondsOf(record),
    start: await startOfRecord(root, keepers, schedule.pretrainedFrom),
    date: dateOf(record),
    cached: null,
    ran: null,
  };
}

/** The curves that a record keeps; none in one of before records had any. */
function curvesOf({ runs }: RunRecord): Finished["curves"] {
  const kept = runs.map(({ seed, curves = [] }) => ({ seed, curves }));
  const names = new Set(kept.flatMap(({ curves }) => curves.map(({ name }) => name)));
  return [...names].flatMap((name) => {
    const series = { name: nameOfCurve(name), metric: describeFollowed(name), warmUp: null };
    const ofRuns = keptSeries(kept, name) ?? [];
    if (ofRuns.every(({ points }) => points.length === 0)) return [];
    const curve = summariseCurve({ ...series, runs: ofRuns });
    // A record does not say from when on the terms of a total loss had their last weights, and only those epochs compare.
    return name.endsWith("loss") ? { ...curve, best: null } : curve;
  });
}
