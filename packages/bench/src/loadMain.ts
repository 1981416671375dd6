/**
 * `pnpm --filter @gumbel/bench load [WORD…]`: large files of one's own from `gumbel new` to the report, many seeds, many pipelines,
 * or the cases that have one of the words in their name. What each takes is kept in docs/records/load.json.
 */
import { once } from "node:events";
import { createWriteStream, existsSync } from "node:fs";
import { cp, mkdir, readFile, rm, stat } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { stream } from "@gumbel/random";
import { artifactPath, toJson, writeFileAtomic } from "@gumbel/workspace";
import { run } from "@gumbel/workspace/programs";
import { z } from "zod";
import { root } from "./cases/root.js";

/** A pipeline of a file with groups of points. */
interface Load {
  rows: number;
  columns: number;
  /** Groups of points, and K. */
  clusters: number;
  /** True if the file has the group of each row as its class. */
  labelled?: boolean;
  model: string;
  /** GUMBEL_SET of its run. */
  settings?: string;
}
interface Figures {
  seconds: number;
  /** Seconds of each stage. */
  stages?: Record<string, number>;
  /** Of the largest process. */
  peakBytes?: number;
  pageBytes?: number;
}

const small: Load = { rows: 1000, columns: 10, clusters: 4, model: "ae-kmeans" };
const cases: Record<string, () => Promise<Figures>> = {
  "1,000,000 rows of 20 columns, k-means": () =>
    stageByStage({ rows: 1_000_000, columns: 20, clusters: 6, model: "kmeans" }),
  "200 rows of 100,000 columns, k-means": () =>
    stageByStage({ rows: 200, columns: 100_000, clusters: 4, model: "kmeans" }),
  "1,000 clusters of 10,000 rows, k-means": () =>
    stageByStage({ rows: 10_000, columns: 10, clusters: 1000, model: "kmeans" }),
  "1,000 classes of 10,000 rows, k-means": () =>
    stageByStage({ rows: 10_000, columns: 10, clusters: 1000, labelled: true, model: "kmeans" }),
  "300 seeds of one epoch, AE + k-means": () =>
    stageByStage({ ...small, settings: "train.seeds=300 train.epochs=1" }),
  "one pipeline, AE + k-means": () => sideBySide(1),
  "8 pipelines side by side, AE + k-means": () => sideBySide(8),
  "the overview of 300 pipelines": () => overviewOf(300),
};

const stages = ["ingest", "train", "extract", "evaluate", "report"];
const runSchema = z.looseObject({
  seconds: z.number(),
  peakRssBytes: z.number(),
  facts: z.looseObject({ peakRssBytesBySeed: z.record(z.string(), z.number()).optional() }),
});
const folder = artifactPath(root, "bench");
const command = (name: string): string => join(root, "packages", name, "bin.mjs");
const local = (pipeline: string): string => join(root, "pipelines", "local", pipeline);
const pageBytes = async (pipeline: string): Promise<number> =>
  (await stat(artifactPath(root, pipeline, "report", "index.html"))).size;

/** Seconds that a program takes. @throws with the end of its output if it fails */
async function timed(cwd: string, args: string[], env: Record<string, string> = {}): Promise<number> {
  const began = performance.now();
  const done = await run({ cwd, env: { ...process.env, ...env } })`${args}`;
  if (!done.ok) throw new Error(`${args.join(" ")}:\n${done.stdall.slice(-2000)}`);
  return (performance.now() - began) / 1000;
}

/** Writes groups of points, each around a centre of its own, the columns in units of their own. */
async function writePoints({ rows, columns, clusters, labelled }: Load, path: string): Promise<void> {
  const random = stream(0, "load");
  const centres = Float64Array.from({ length: clusters * columns }, () => 20 * random.uniform());
  const file = createWriteStream(path);
  const names = Array.from({ length: columns }, (_, j) => `c${j}`);
  file.write(`${[...names, ...(labelled ? ["kind"] : [])].join()}\n`);
  for (let i = 0; i < rows; i++) {
    const k = i % clusters;
    const values = Array.from({ length: columns }, (_, j) =>
      ((j % 7) * 100 * (centres[k * columns + j]! + random.normal())).toPrecision(5),
    );
    const line = `${[...values, ...(labelled ? [`class${k}`] : [])].join()}\n`;
    if (!file.write(line)) await once(file, "drain");
  }
  file.end();
  await finished(file);
}

/** Makes pipelines of one file, and removes them after `use`. */
async function withPipelines<T>(
  load: Load,
  count: number,
  use: (pipelines: string[]) => Promise<T>,
): Promise<T> {
  const path = join(folder, "load.csv");
  const pipelines = Array.from({ length: count }, (_, i) => `load-${i}`);
  try {
    await writePoints(load, path);
    const options = ["--data", path, "--model", load.model, "--clusters", `${load.clusters}`];
    const label = load.labelled ? ["--label", "kind"] : [];
    for (const pipeline of pipelines) {
      await timed(root, [process.execPath, command("cli"), "new", pipeline, ...options, ...label]);
    }
    return await use(pipelines);
  } finally {
    const made = pipelines.flatMap((pipeline) => [local(pipeline), join(root, "artifacts", pipeline)]);
    for (const each of [path, ...made]) await rm(each, { recursive: true, force: true });
  }
}

/** A pipeline's stages one after another; not through turbo, which has the results of the last time. */
const stageByStage = (load: Load): Promise<Figures> =>
  withPipelines(load, 1, async ([pipeline = ""]) => {
    const env = load.settings === undefined ? {} : { GUMBEL_SET: load.settings };
    const taken: Record<string, number> = {};
    let seconds = 0;
    let peakBytes = 0;
    for (const stage of ["plan", ...stages]) {
      seconds += await timed(local(pipeline), [process.execPath, command("tasks"), stage], env);
      if (stage === "plan") continue;
      const text = await readFile(artifactPath(root, pipeline, stage, "run.json"), "utf8");
      const ran = runSchema.parse(JSON.parse(text));
      taken[stage] = ran.seconds;
      peakBytes = Math.max(peakBytes, ran.peakRssBytes, ...Object.values(ran.facts.peakRssBytesBySeed ?? {}));
    }
    return { seconds, stages: taken, peakBytes, pageBytes: await pageBytes(pipeline) };
  });

/** Runs pipelines to their reports by one command of turbo, with a seed that its cache does not have. */
function runAll(pipelines: string[]): Promise<number> {
  const filters = pipelines.map((pipeline) => `--filter=@pipelines/${pipeline}`);
  const seed = Date.now() % 2 ** 31;
  return timed(root, ["pnpm", "turbo", "run", "report", ...filters], { GUMBEL_SET: `seed=${seed}` });
}

const sideBySide = (count: number): Promise<Figures> =>
  withPipelines(small, count, async (pipelines) => ({ seconds: await runAll(pipelines) }));

/** The overview of so many pipelines: copies of the outputs of one. */
const overviewOf = (count: number): Promise<Figures> =>
  withPipelines(small, 1, async ([pipeline = ""]) => {
    await runAll([pipeline]);
    const outputs = artifactPath(root, pipeline);
    const copies = Array.from({ length: count - 1 }, (_, i) => artifactPath(root, `load-copy-${i}`));
    try {
      for (const copy of copies) await cp(outputs, copy, { recursive: true, dereference: true });
      const seconds = await timed(root, [process.execPath, command("overview")]);
      return { seconds, pageBytes: await pageBytes("overview") };
    } finally {
      for (const copy of copies) await rm(copy, { recursive: true, force: true });
    }
  });

const recordSchema = z.record(z.string(), z.unknown());
const file = join(root, "docs", "records", "load.json");
const record = existsSync(file) ? recordSchema.parse(JSON.parse(await readFile(file, "utf8"))) : {};
const machine = { processor: cpus()[0]!.model, cores: cpus().length, node: process.version };
const words = process.argv.slice(2);
await mkdir(folder, { recursive: true });
for (const [name, measure] of Object.entries(cases)) {
  if (words.length > 0 && !words.some((word) => name.includes(word))) continue;
  const figures = await measure();
  record[name] = { ...figures, date: new Date().toISOString().slice(0, 10), machine };
  await writeFileAtomic(file, toJson(record));
  console.log(name, JSON.stringify(figures));
}
