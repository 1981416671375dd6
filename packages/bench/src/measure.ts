/** Runs a benchmark and its peer in turn, each in its own process. */
import { join } from "node:path";
import { parseWith } from "@gumbel/config";
import { run } from "@gumbel/workspace/programs";
import { z } from "zod";
import type { Benchmark, Measured } from "./cases/benchmark.js";
import { root } from "./cases/root.js";

const measuredSchema = z.object({
  seconds: z.array(z.number().positive()).min(1),
  amount: z.number().positive(),
  peakRssBytes: z.number().positive(),
  libraries: z.string(),
  weights: z.int().optional(),
});

/** Smallest, median and largest figure of the rounds. */
export interface Range {
  min: number;
  median: number;
  max: number;
}

/** The figures of one benchmark. */
export interface Result {
  name: string;
  title: string;
  unit: string;
  ours: Range;
  peakRssBytes: number;
  /** Versions, kind of kernels and threads. */
  libraries: string;
  /** Absent without a peer, or without a Python to run it. */
  peer?:
    | {
        title: string;
        figure: Range;
        peakRssBytes: number;
        libraries: string;
        /** Our time over the peer's. */
        ratio: Range;
      }
    | undefined;
}

/**
 * Measures one benchmark and its peer.
 *
 * @param rounds number of runs of each, in turn (A B A B …), so that a machine that slows down slows both
 * @param python interpreter with the peers' libraries; undefined skips the peers
 * @throws Error if a process fails, with the end of its output, or if the peer trains another number of weights.
 */
export async function measure(
  benchmark: Benchmark,
  { rounds, threads, python }: { rounds: number; threads: number; python: string | undefined },
): Promise<Result> {
  const ours: Measured[] = [];
  const peers: Measured[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(
      await measuredBy(process.execPath, [
        join(import.meta.dirname, "worker.js"),
        benchmark.name,
        String(threads),
      ]),
    );
    if (!benchmark.peer || !python) continue;
    const script = join(root, "packages/bench/peers", benchmark.peer.script);
    peers.push(await measuredBy(python, [script, String(threads), ...benchmark.peer.arguments]));
    requireSameWeights(benchmark.name, ours.at(-1)!, peers.at(-1)!);
  }
  const figure = ({ seconds, amount }: Measured): number => {
    const time = rangeOf(seconds).median;
    if (benchmark.unit.per === "second") return amount / time;
    return (time / amount) * (benchmark.unit.name.startsWith("ms") ? 1000 : 1);
  };
  const time = ({ seconds, amount }: Measured): number => rangeOf(seconds).median / amount;
  return {
    name: benchmark.name,
    title: benchmark.title,
    unit: benchmark.unit.name,
    ours: rangeOf(ours.map(figure)),
    peakRssBytes: Math.max(...ours.map(({ peakRssBytes }) => peakRssBytes)),
    libraries: ours[0]!.libraries,
    ...(benchmark.peer &&
      peers.length > 0 && {
        peer: {
          title: benchmark.peer.title,
          figure: rangeOf(peers.map(figure)),
          peakRssBytes: Math.max(...peers.map(({ peakRssBytes }) => peakRssBytes)),
          libraries: peers[0]!.libraries,
          ratio: rangeOf(ours.map((measured, round) => time(measured) / time(peers[round]!))),
        },
      }),
  };
}

/** @throws Error if ours and the peer do not train the same number of weights: then they are not the same step. */
export function requireSameWeights(name: string, ours: Measured, peer: Measured): void {
  if (ours.weights === peer.weights) return;
  const [own, others] = [ours, peer].map(({ weights }) => (weights === undefined ? "no" : String(weights)));
  throw new Error(`error: ${name} trains ${own} weights, its peer ${others}: not the same step`);
}

/** Settings of OpenBLAS for old programs on some machines, which hold a current NumPy back. */
const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...env } = process.env;

/** Smallest, median and largest of some values. */
export function rangeOf(values: number[]): Range {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const median = (sorted[Math.ceil(half) - 1]! + sorted[Math.floor(half)]!) / 2;
  return { min: sorted[0]!, median, max: sorted.at(-1)! };
}

/**
 * Runs a program and reads the measurement in its last line.
 *
 * @throws Error if the program fails, with the end of its output, or if that line is no measurement.
 */
export async function measuredBy(command: string, args: string[]): Promise<Measured> {
  const { exitCode, signal, stdout, stderr } = await run({ env })`${command} ${args}`;
  if (exitCode !== 0) {
    const end = stderr.trim().split("\n").slice(-8).join("\n");
    throw new Error(end || `error: ${args[0]} ended with ${signal ?? exitCode}`);
  }
  const last = stdout.trim().split("\n").at(-1)!;
  let json: unknown;
  try {
    json = JSON.parse(last);
  } catch {
    throw new Error(`error: ${args[0]} ended with "${last}", not with a measurement`);
  }
  return parseWith(measuredSchema, json, args[0]!);
}
