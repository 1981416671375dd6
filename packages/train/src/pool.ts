/** The worker processes of the stage, each of which trains several seeds one after the other. */
import { type ChildProcess, fork } from "node:child_process";
import { existsSync } from "node:fs";
import { UserError } from "@gumbel/config";
import { Paused } from "@gumbel/stage";
import type { Done } from "./finished.js";
import { type Job, type Message, pausedCode, pauseMessage } from "./job.js";
import type { Progress } from "./progress.js";

/** A worker whose memory has grown beyond this multiple of what its first seed took is replaced by a fresh one. */
const mostGrowth = 1.5;

/** What the jobs of a stage share. */
export interface PoolOptions {
  /** The workers' module. */
  worker: URL;
  /** The number of workers. */
  workers: number;
  progress(seed: number, progress: Progress): void;
  /** Called with each result before its worker takes the next job. */
  save(job: Job, done: Done): Promise<void>;
  /** Aborted if training is to pause. */
  pause: AbortSignal;
}

/**
 * Runs all jobs. The first failure stops the others, after they write a checkpoint.
 *
 * @throws Paused if `pause` is aborted, after every running job has written its checkpoint.
 */
export async function runJobs(jobs: Job[], options: PoolOptions): Promise<Done[]> {
  const { pause, save, workers } = options;
  const results: Done[] = [];
  const waiting = [...jobs];
  const running = new Set<TrainingWorker>();
  const stopAll = (): void => {
    waiting.length = 0;
    for (const each of running) each.pause();
  };
  pause.addEventListener("abort", stopAll);
  const lane = async (): Promise<void> => {
    let worker: TrainingWorker | undefined;
    try {
      for (let job = waiting.shift(); job && !pause.aborted; job = waiting.shift()) {
        if (existsSync(job.scratch)) console.log(`seed ${job.seed}  resumes from its checkpoint`);
        worker ??= new TrainingWorker(options);
        running.add(worker);
        const done = await worker.run(job);
        running.delete(worker);
        await save(job, done);
        results.push(done);
        if (!worker.takesMore) {
          worker.end();
          worker = undefined;
        }
      }
    } catch (error) {
      if (error instanceof Paused && pause.aborted) return;
      stopAll();
      throw error;
    } finally {
      if (worker) running.delete(worker);
      worker?.end();
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(workers, jobs.length) }, lane));
  } finally {
    pause.removeEventListener("abort", stopAll);
  }
  if (results.length < jobs.length) throw new Paused("training is paused, and its checkpoint is written");
  return results;
}

/** One worker process, with at most one job at a time. */
class TrainingWorker {
  readonly #child: ChildProcess;
  /** Resident memory at its peak, after the first job and after the last one. */
  #peaks: [first: number, last: number] = [0, 0];
  #settle: { seed: number; done(message: Done): void; failed(error: Error): void } | undefined;
  #failure: Error | undefined;

  constructor({ worker, progress }: PoolOptions) {
    this.#child = fork(worker, {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      // A process group of its own: a second Ctrl-C, at which turbo kills the stage, leaves the worker the time to write its
      // checkpoint. (On Windows it would open a window.)
      detached: process.platform !== "win32",
    });
    this.#child.on("message", (message: Message) => {
      if (message.kind === "progress") progress(message.seed, message.progress);
      else if (message.kind === "done") this.#settle?.done(message);
      else this.#failure = new UserError({ where: `seed ${message.seed}`, ...message.problem });
    });
    this.#child.on("error", (error) => this.#settle?.failed(error));
    this.#child.on("exit", (code, killedBy) => {
      const { seed = 0 } = this.#settle ?? {};
      if (code === pausedCode)
        this.#settle?.failed(new Paused("a worker was stopped, and its checkpoint is written"));
      else this.#settle?.failed(this.#failure ?? stopped(seed, code, killedBy));
    });
  }

  /** Whether it is there for another job, and its memory has not grown too much since the first one. */
  get takesMore(): boolean {
    const [first, last] = this.#peaks;
    return this.#child.connected && last <= mostGrowth * first;
  }

  /** @throws Paused if it has written a checkpoint instead; UserError if the job fails. */
  async run(job: Job): Promise<Done> {
    const result = new Promise<Done>((done, failed) => {
      this.#settle = { seed: job.seed, done, failed };
    });
    this.#child.send(job);
    const done = await result;
    this.#peaks = [this.#peaks[0] || done.peakRssBytes, done.peakRssBytes];
    return done;
  }

  /** Makes it write its checkpoint and end. */
  pause(): void {
    if (this.#child.connected) this.#child.send(pauseMessage);
  }

  /** Ends it after its job. */
  end(): void {
    if (this.#child.connected) this.#child.disconnect();
  }
}

function stopped(seed: number, code: number | null, signal: string | null): UserError {
  return new UserError({
    what: `training stopped (${signal ?? `exit code ${code}`})`,
    where: `seed ${seed}`,
    hint: "run the same command again: it resumes from the last checkpoint",
  });
}
