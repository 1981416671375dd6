/**
 * `pnpm bench [NAME …]`: measures every benchmark of a NAME, or else whose name begins with it, and its peer; `--list` prints the names.
 * `--against FILE` compares the ratios with an earlier bench.json, and ends with 1 if a benchmark got slower. `--record` keeps the
 * results in docs/records/bench.json.
 */
import { mkdir } from "node:fs/promises";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { renderError } from "@gumbel/config";
import { artifactPath, toJson, writeFileAtomic } from "@gumbel/workspace";
import { run } from "@gumbel/workspace/programs";
import { type Earlier, readEarlier, slowerThan } from "./against.js";
import type { Benchmark } from "./cases/benchmark.js";
import { benchmarks } from "./cases/registry.js";
import { root } from "./cases/root.js";
import { measure, type Result } from "./measure.js";
import { recordResult } from "./record.js";
import { table } from "./table.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    against: { type: "string" },
    list: { type: "boolean", default: false },
    record: { type: "boolean", default: false },
    rounds: { type: "string", default: "3" },
    threads: { type: "string", default: String(Math.min(2, availableParallelism())) },
  },
});
const [rounds, threads] = [Number(values.rounds), Number(values.threads)];
if (!(rounds >= 1 && threads >= 1)) {
  console.error("usage: pnpm bench [NAME …] [--against FILE] [--record] [--list] [--rounds 3] [--threads 2]");
  process.exit(2);
}
/** The benchmarks of a name, or whose name begins with it. */
const named = (text: string): Benchmark[] => {
  const exact = benchmarks.filter(({ name }) => name === text);
  return exact.length > 0 ? exact : benchmarks.filter(({ name }) => name.startsWith(text));
};
const wanted = new Set(positionals.length === 0 ? benchmarks : positionals.flatMap(named));
const chosen = benchmarks.filter((benchmark) => wanted.has(benchmark));
const lines = (of: typeof benchmarks): string =>
  of.map(({ name, title }) => `  ${name.padEnd(28)} ${title}`).join("\n");
if (chosen.length === 0) {
  console.error(
    `no benchmark begins with ${positionals.join(", ")}; the benchmarks are:\n${lines(benchmarks)}`,
  );
  process.exit(2);
}
if (values.list) {
  console.log(lines(chosen));
  process.exit(0);
}

const cpu = cpus()[0]?.model.trim() ?? "unknown";
const earlier = await earlierOf(values.against);
const python = await peerPython();
const machine = {
  date: new Date().toISOString().slice(0, 10),
  cpu,
  cores: availableParallelism(),
  memoryBytes: totalmem(),
  node: process.version,
  threads,
  rounds,
};
const on = `${cpu}, ${machine.cores} cores, ${threads} threads, Node ${machine.node.slice(1)}`;
const recordFile = join(root, "docs", "records", "bench.json");
const order = benchmarks.map(({ name }) => name);
const results: Result[] = [];
for (const benchmark of chosen) {
  const result = await measured(benchmark);
  if (!result) continue;
  results.push(result);
  if (values.record) await recordResult(recordFile, on, { ...result, date: machine.date, rounds }, order);
}

const folder = artifactPath(root, "bench");
await mkdir(folder, { recursive: true });
await writeFileAtomic(join(folder, "bench.json"), toJson({ machine, results }));
await writeFileAtomic(join(folder, "bench.md"), `${table(results)}\n`);
console.log(`\n${table(results)}\n\nwritten to artifacts/bench: bench.md, bench.json`);

if (earlier) {
  const slower = slowerThan(earlier, results);
  for (const { name, before, now } of slower)
    console.log(`slower: ${name} takes ${now.toFixed(2)} of its peer's time, ${before.toFixed(2)} before`);
  if (slower.length > 0) process.exitCode = 1;
  else console.log(`none is slower than in ${values.against}`);
}

/** The figures of a benchmark, which are printed; undefined, with the reason printed, if it could not be measured. */
async function measured(benchmark: Benchmark): Promise<Result | undefined> {
  try {
    const result = await measure(benchmark, { rounds, threads, python });
    const { unit, ours, peer } = result;
    const beside = peer
      ? `  ${peer.title} ${peer.figure.median.toPrecision(3)}  ratio ${peer.ratio.median.toFixed(2)}`
      : "";
    console.log(`${benchmark.name.padEnd(28)} ${ours.median.toPrecision(3)} ${unit}${beside}`);
    return result;
  } catch (error) {
    const [reason] = (error as Error).message.split("\n").filter((line) => /error/i.test(line));
    console.log(`${benchmark.name.padEnd(28)} not measured: ${reason ?? (error as Error).message}`);
    return undefined;
  }
}

/** The measurement to compare with; undefined if none is named. Ends the program if it cannot be compared. */
async function earlierOf(path: string | undefined): Promise<Earlier | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readEarlier(path, cpu);
  } catch (error) {
    console.error(renderError(error));
    process.exit(2);
  }
}

/** The interpreter that GUMBEL_PYTHON names, else python3. If it lacks PyTorch or scikit-learn, prints so; then undefined. */
async function peerPython(): Promise<string | undefined> {
  const candidate = process.env.GUMBEL_PYTHON ?? "python3";
  const { ok } = await run`${candidate} -c ${"import torch, sklearn"}`;
  if (ok) return candidate;
  console.log(
    `no peers: ${candidate} lacks PyTorch or scikit-learn; set GUMBEL_PYTHON to an interpreter that has both\n`,
  );
  return undefined;
}
