/**
 * `pnpm --filter @gumbel/bench load [WORD…]`: large files of one's own from `gumbel new` to the report, many seeds, many pipelines,
 * or the cases that have one of the words in their name. What each takes is kept in docs/records/load.json.
 */
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { stream } from "@gumbel/random";
import { artifactPath } from "@gumbel/workspace";
import { root } from "./cases/root.js";
import {
  command,
  folderOf,
  keepFigures,
  pageBytes,
  stageByStage,
  timed,
  withPipelines,
} from "./wholeRuns.js";

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
    stagesOf({ rows: 1_000_000, columns: 20, clusters: 6, model: "kmeans" }),
  "200 rows of 100,000 columns, k-means": () =>
    stagesOf({ rows: 200, columns: 100_000, clusters: 4, model: "kmeans" }),
  "1,000 clusters of 10,000 rows, k-means": () =>
    stagesOf({ rows: 10_000, columns: 10, clusters: 1000, model: "kmeans" }),
  "1,000 classes of 10,000 rows, k-means": () =>
    stagesOf({ rows: 10_000, columns: 10, clusters: 1000, labelled: true, model: "kmeans" }),
  "300 seeds of one epoch, AE + k-means": () =>
    stagesOf({ ...small, settings: "train.seeds=300 train.epochs=1" }),
  "one pipeline, AE + k-means": () => sideBySide(1),
  "8 pipelines side by side, AE + k-means": () => sideBySide(8),
  "the overview of 300 pipelines": () => overviewOf(300),
};

const folder = artifactPath(root, "bench");

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

/** Makes pipelines of one file, and removes all after `use`. */
async function withLoad<T>(load: Load, count: number, use: (pipelines: string[]) => Promise<T>): Promise<T> {
  const path = join(folder, "load.csv");
  const pipelines = Array.from({ length: count }, (_, i) => `load-${i}`);
  const label = load.labelled ? ["--label", "kind"] : [];
  const options = ["--data", path, "--model", load.model, "--clusters", `${load.clusters}`, ...label];
  try {
    await writePoints(load, path);
    return await withPipelines(options, pipelines, () => use(pipelines));
  } finally {
    await rm(path, { force: true });
  }
}

/** The stages of one pipeline one after another. */
const stagesOf = (load: Load): Promise<Figures> =>
  withLoad(load, 1, async ([pipeline = ""]) => {
    const { seconds, taken } = await stageByStage(folderOf(pipeline), load);
    const each = Object.entries(taken);
    return {
      seconds,
      stages: Object.fromEntries(each.map(([stage, { seconds: wall }]) => [stage, wall])),
      peakBytes: Math.max(...each.map(([, { peakBytes }]) => peakBytes)),
      pageBytes: await pageBytes(pipeline),
    };
  });

/** Runs pipelines to their reports by one command of turbo, with a seed that its cache does not have. */
function runAll(pipelines: string[]): Promise<number> {
  const filters = pipelines.map((pipeline) => `--filter=@pipelines/${pipeline}`);
  const seed = Date.now() % 2 ** 31;
  return timed(root, ["pnpm", "turbo", "run", "report", ...filters], { GUMBEL_SET: `seed=${seed}` });
}

const sideBySide = (count: number): Promise<Figures> =>
  withLoad(small, count, async (pipelines) => ({ seconds: await runAll(pipelines) }));

/** The overview of so many pipelines: copies of the outputs of one. */
const overviewOf = (count: number): Promise<Figures> =>
  withLoad(small, 1, async ([pipeline = ""]) => {
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

const words = process.argv.slice(2);
await mkdir(folder, { recursive: true });
for (const [name, measure] of Object.entries(cases)) {
  if (words.length > 0 && !words.some((word) => name.includes(word))) continue;
  await keepFigures("load.json", name, await measure());
}
