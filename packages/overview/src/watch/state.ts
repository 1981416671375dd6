/** State of a pipeline, as text and figures, during training and after. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseWith, reportPlanSchema, stageNames, UserError } from "@gumbel/config";
import { type Sheet, sheet, toBytes } from "@gumbel/pages";
import { type Curve, type ReportSummary, readGrid, reportSchema } from "@gumbel/results";
import { type Live, readLive } from "@gumbel/stage";
import { Artifacts, dimensions, readDatasetInfo } from "@gumbel/tables";
import { artifactPath, readJson } from "@gumbel/workspace";
import { liveText, plannedEpochs, type SeedProgress, seedsOf } from "../entries/progress.js";

export interface Watched {
  pipeline: string;
  state: Live["state"] | "finished" | "between" | "not run" | "problem";
  /** A sentence or two. */
  text: string;
  /** Finished part of training, in [0, 1]; null if it does not train. */
  done: number | null;
  /** Where each seed stands during training; none before and after. */
  seeds: SeedProgress[];
  title: string;
  /** One per run during training; none once it is finished. */
  curves: Curve[];
  finished: ReportSummary | null;
  samples: { title: string; sheet: Sheet }[];
}

/** State of a pipeline at this moment. A file that cannot be read becomes the state `problem`, not an exception. */
export async function watched(root: string, pipeline: string): Promise<Watched> {
  const found: Watched = {
    pipeline,
    state: "not run",
    text: `It has not run yet. Start it: pnpm turbo run report --filter=@pipelines/${pipeline}`,
    done: null,
    seeds: [],
    title: pipeline,
    curves: [],
    finished: null,
    samples: [],
  };
  try {
    await look(root, found);
  } catch (error) {
    // A stage may clear its folder during the look.
    const gone = (error as NodeJS.ErrnoException).code === "ENOENT";
    if (!(error instanceof UserError) && !gone) throw error;
    found.state = "problem";
    found.text = error instanceof UserError ? error.problem.what : "Its files are changing; looking again.";
  }
  return found;
}

async function look(root: string, found: Watched): Promise<void> {
  const { pipeline } = found;
  const folder = artifactPath(root, pipeline);
  const has = (stage: string, file = "manifest.json"): boolean => existsSync(join(folder, stage, file));
  if (has("plan", "report.json")) {
    const file = join(folder, "plan", "report.json");
    const plan = parseWith(reportPlanSchema, await readJson(file), file);
    found.title = plan.title ?? `${plan.modelTitle} on ${plan.datasetTitle}, ${plan.profile} profile`;
  }
  const live = await readLive(root, pipeline);
  if (live) {
    const epochs = await plannedEpochs(root, pipeline);
    const seeds = seedsOf(live, epochs);
    Object.assign(found, { state: live.state, ...liveText(live, epochs), seeds, curves: live.runs });
    const data = join(folder, "ingest", "data.arrow");
    if (!existsSync(data)) return;
    for (const { seed, sampled } of live.runs)
      if (sampled !== null) found.samples.push(...(await samplesOf(live, seed, sampled, data)));
    return;
  }
  if (has("report")) {
    const report = await Artifacts.open(join(folder, "report"));
    found.finished = parseWith(reportSchema, await report.json("report.json"), "report.json");
    found.state = "finished";
    found.text = "It is finished.";
    return;
  }
  const done = stageNames.filter((stage) => has(stage));
  if (done.length > 0) {
    found.state = "between";
    found.text = `It has got as far as ${done.at(-1)}. Training shows here while it runs.`;
  }
}

async function samplesOf(live: Live, seed: number, epoch: number, data: string): Promise<Watched["samples"]> {
  const info = await readDatasetInfo(data);
  const d = dimensions(info);
  const samples: Watched["samples"] = [];
  for (const [name, title] of [
    ["generated", "Generated, a cluster per row"],
    ["reconstructions", "Examples, and below them their reconstruction"],
  ] as const) {
    const path = join(live.folder, `seed-${seed}`, `${name}.arrow`);
    if (!existsSync(path)) continue;
    const { rows, columns, values } = await readGrid(path, d, path);
    const pictures = Array.from({ length: rows * columns }, (_, i) =>
      toBytes(values.subarray(i * d, (i + 1) * d)),
    );
    samples.push({
      title: `${title}: seed ${seed} after epoch ${epoch}`,
      sheet: sheet(`${name}-${seed}`, info.shape, rows, columns, pictures),
    });
  }
  return samples;
}
