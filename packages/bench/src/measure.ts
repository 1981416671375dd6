/** Runs a benchmark and its peer in turn, each in a process of its own. */
import { join } from "node:path";
import { parseWith } from "@gumbel/config";
import { run } from "@gumbel/workspace/programs";
import { z } from "zod";
import type { Benchmark, Measured } from "./benchmark.js";
import { root } from "./root.js";

const measuredSchema = z.object({
  seconds: z.array(z.number().positive()).min(1),
  amount: z.number().positive(),
  peakRssBytes: z.number().positive(),
});

/** Smallest, median and largest of a figure over the rounds. */
export interface Spread {
  least: number;
  median: number;
  most: number;
}

export interface Result {
  name: string;
  title: string;
  unit: string;
  ours: Spread;
  peakRssBytes: number;
  /** Absent where there is no peer, or no Python to run it. */
  peer?: {
    title: string;
    figure: Spread;
    peakRssBytes: number /** Our time over the peer's. */;
    ratio: Spread;
  };
}

/**
 * @param rounds how often the pair is run, in turn: A B A B …, so that a machine that slows down slows both
 * @param python interpreter with the peers' libraries; undefined leaves the peers out
 * @throws Error with what the process said, where it fails.
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
  }
  const figure = ({ seconds, amount }: Measured): number => {
    const time = spread(seconds).median;
    if (benchmark.unit.per === "second") return amount / time;
    return (time / amount) * (benchmark.unit.name.startsWith("ms") ? 1000 : 1);
  };
  const time = ({ seconds, amount }: Measured): number => spread(seconds).median / amount;
  return {
    name: benchmark.name,
    title: benchmark.title,
    unit: benchmark.unit.name,
    ours: spread(ours.map(figure)),
    peakRssBytes: Math.max(...ours.map(({ peakRssBytes }) => peakRssBytes)),
    ...(benchmark.peer &&
      peers.length > 0 && {
        peer: {
          title: benchmark.peer.title,
          figure: spread(peers.map(figure)),
          peakRssBytes: Math.max(...peers.map(({ peakRssBytes }) => peakRssBytes)),
          ratio: spread(ours.map((measured, round) => time(measured) / time(peers[round]!))),
        },
      }),
  };
}

export function spread(values: number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const median = (sorted[Math.ceil(half) - 1]! + sorted[Math.floor(half)]!) / 2;
  return { least: sorted[0]!, median, most: sorted.at(-1)! };
}

/**
 * Starts a process and reads the line of JSON that it ends with.
 *
 * @throws Error with what the process said where it fails, or where that line is no measurement.
 */
export async function measuredBy(command: string, args: string[]): Promise<Measured> {
  const { exitCode, signal, stdout, stderr } = await run`${command} ${args}`;
  if (exitCode !== 0) {
    const said = stderr.trim().split("\n").slice(-8).join("\n");
    throw new Error(said || `error: ${args[0]} ended with ${signal ?? exitCode}`);
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
