/** The interface of a benchmark. A new benchmark needs one file in this folder and one line in the registry. */

/** A prepared computation. */
export interface Prepared {
  /** Runs one repetition. A promise that it returns is awaited, so that the measured time includes all work. */
  run(): unknown;
  /** Number of units in one repetition: steps, examples, megabytes. */
  amount: number;
  /** Peak memory of the programs that `run` starts; absent if it computes in this process. */
  peakRssBytes?(): number;
  /** Removes what was made. */
  finish?(): Promise<void>;
  /** Number of weights that a step of training changes, if it is one. */
  weights?: number;
}

export interface Benchmark {
  /** Group and name: `step/autoencoder-256`. */
  name: string;
  /** Description in one line. */
  title: string;
  /** Unit of the figure: time per unit (`ms/step`) or units per second (`MB/s`). */
  unit: { name: string; per: "unit" | "second" };
  /** Number of timed repetitions in one process. */
  repetitions: number;
  /** Repetitions before them that are not timed: so many, and until so many seconds have passed. */
  warmup: { repetitions: number; seconds: number };
  /** Called once, in a separate process. */
  prepare(threads: number): Promise<Prepared>;
  /** The program to compare with: a script in peers/, called with the number of threads and these arguments. */
  peer?: { title: string; script: string; arguments: string[] };
}

/** A benchmark of seconds whose one run is long enough to be timed by itself. */
export const oneRun = {
  unit: { name: "s", per: "unit" },
  repetitions: 1,
  warmup: { repetitions: 0, seconds: 0 },
} as const;

/** The measurement of one process: the time of each repetition, and the peak memory. */
export interface Measured {
  seconds: number[];
  /** Number of units in one repetition. */
  amount: number;
  peakRssBytes: number;
  /** Number of weights that a step of training changes, if it is one: the same of ours and of the peer. */
  weights?: number | undefined;
  /** Versions of what computed it, its kind of kernels, and the number of threads. */
  libraries: string;
}
