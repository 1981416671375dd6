/**
 * `pnpm --filter @gumbel/bench load [CASE…]`: large files of one's own from `gumbel new` to the report, and what each stage takes.
 * The table is printed and written to artifacts/bench/load.md.
 */
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { stream } from "@gumbel/random";
import { artifactPath } from "@gumbel/workspace";
import { run } from "@gumbel/workspace/programs";
import { z } from "zod";
import { root } from "./cases/root.js";

interface Case {
  name: string;
  rows: number;
  columns: number;
  /** Groups of points; K of the pipeline. */
  clusters: number;
  /** True if the file has the group of each row as its class. */
  labelled: boolean;
}

const cases: Case[] = [
  { name: "rows", rows: 1_000_000, columns: 20, clusters: 6, labelled: false },
  { name: "columns", rows: 200, columns: 100_000, clusters: 4, labelled: false },
  { name: "clusters", rows: 10_000, columns: 10, clusters: 1000, labelled: false },
  { name: "classes", rows: 10_000, columns: 10, clusters: 1000, labelled: true },
];
const stages = ["ingest", "train", "extract", "evaluate", "report"];
const runSchema = z.looseObject({
  seconds: z.number(),
  peakRssBytes: z.number(),
  facts: z.looseObject({ peakRssBytesBySeed: z.record(z.string(), z.number()).optional() }),
});

/** Writes groups of points, each around a centre of its own, the columns in units of their own. */
async function writePoints({ name, rows, columns, clusters, labelled }: Case, path: string): Promise<void> {
  const random = stream(0, "load", name);
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

/** Seconds and peak memory of each stage in MB, and the size of the page in kB. */
async function measure(each: Case, folder: string): Promise<string[]> {
  const pipeline = `load-${each.name}`;
  const path = join(folder, `${pipeline}.csv`);
  await writePoints(each, path);
  const command = ["--data", path, "--model", "kmeans", "--clusters", `${each.clusters}`];
  const label = each.labelled ? ["--label", "kind"] : [];
  const gumbel = join(root, "packages", "cli", "bin.mjs");
  const tasks = join(root, "packages", "tasks", "bin.mjs");
  const pipelineFolder = join(root, "pipelines", "local", pipeline);
  try {
    const made = await run({ cwd: root })`${process.execPath} ${gumbel} new ${pipeline} ${command} ${label}`;
    if (!made.ok) throw new Error(made.stderr);
    // Not through turbo, which has the results of the last time.
    const began = performance.now();
    for (const stage of ["plan", ...stages]) {
      const done = await run({ cwd: pipelineFolder })`${process.execPath} ${tasks} ${stage}`;
      if (!done.ok) throw new Error(done.stdall.slice(-2000));
    }
    const seconds = (performance.now() - began) / 1000;
    const cells: string[] = [];
    let peak = 0;
    for (const stage of stages) {
      const text = await readFile(artifactPath(root, pipeline, stage, "run.json"), "utf8");
      const { seconds, peakRssBytes, facts } = runSchema.parse(JSON.parse(text));
      peak = Math.max(peak, peakRssBytes, ...Object.values(facts.peakRssBytesBySeed ?? {}));
      cells.push(seconds.toFixed(1));
    }
    const page = await stat(artifactPath(root, pipeline, "report", "index.html"));
    return [...cells, seconds.toFixed(1), (peak / 1e6).toFixed(0), (page.size / 1e3).toFixed(0)];
  } finally {
    await rm(pipelineFolder, { recursive: true, force: true });
    await rm(artifactPath(root, pipeline), { recursive: true, force: true });
    await rm(path, { force: true });
  }
}

const wanted = process.argv.slice(2);
const folder = artifactPath(root, "bench");
await mkdir(folder, { recursive: true });
const heading = ["case", "rows", "columns", "K", ...stages, "all, s", "peak MB", "page kB"];
const lines = [`| ${heading.join(" | ")} |`, `|${" --- |".repeat(heading.length)}`];
for (const each of cases.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const cells = await measure(each, folder);
  const { name, rows, columns, clusters } = each;
  const counts = [rows, columns, clusters].map((value) => value.toLocaleString("en"));
  lines.push(`| ${[name, ...counts, ...cells].join(" | ")} |`);
  console.log(lines.at(-1));
}
const text = [...lines, "", `${cpus().length} cores, ${cpus()[0]?.model}, Node ${process.version}`].join(
  "\n",
);
await writeFile(join(folder, "load.md"), `${text}\n`);
console.log(text);
