/** What a benchmark is. A new one is one file under cases/ and one line in its registry. */

/** What is timed, ready to run. */
export interface Prepared {
  /** One repetition. What it returns is waited for, so that no work is left for after the clock has stopped. */
  run(): unknown;
  /** How many of the named unit one repetition does: steps, examples, megabytes. */
  amount: number;
}

export interface Benchmark {
  /** Group and name: `step/autoencoder-256`. */
  name: string;
  /** What it does, in one line. */
  title: string;
  /** How a figure reads: time for one unit (`ms/step`) or units in a second (`MB/s`). */
  unit: { name: string; per: "unit" | "second" };
  /** Repetitions that are timed in one process, after `warmup` that are not. */
  repetitions: number;
  warmup: number;
  /** Called once, in a process of its own. */
  prepare(threads: number): Promise<Prepared>;
  /** The program to beat: a script in peers/ that takes the number of threads and these arguments. */
  peer?: { title: string; script: string; arguments: string[] };
}

/** What one process reports: how long each repetition took, and the most memory that it held. */
export interface Measured {
  seconds: number[];
  /** Units in one repetition. */
  amount: number;
  peakRssBytes: number;
}
