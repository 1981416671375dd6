/** A temporary workspace with one pipeline, for tests that run stages without turbo. */
import { randomInt } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { run } from "@gumbel/workspace/programs";
import { glob } from "zx";

/** The project's root. */
export const root = resolve(import.meta.dirname, "..");

/**
 * A random seed for a test: GUMBEL_TEST_SEED, else a new one each time. It is printed, so that a failure can be
 * reproduced.
 */
export function drawSeed(): number {
  const seed = Number(process.env.GUMBEL_TEST_SEED ?? randomInt(2 ** 31));
  console.log(`GUMBEL_TEST_SEED=${seed}`);
  return seed;
}

export interface Finished {
  code: number | null;
  signal: NodeJS.Signals | null;
  output: string;
}

export interface RunOptions {
  /** The stage is killed once the promise resolves. `ended`: aborted when it has ended. */
  kill?: (ended: AbortSignal) => Promise<void>;
  /** What is killed of the stage with this process id; by default it and its workers, as by a power cut. */
  cut?: (pid: number) => Promise<void>;
  env?: Record<string, string>;
  /** A script under packages/ with its arguments, instead of the stage. */
  command?: string[];
  /** Folder in the workspace to run in, instead of the pipeline's. */
  folder?: string;
}

/** Sends SIGKILL to a process, or to a process group if negative, that may have ended. */
export function killed(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

/** Process ids of the processes that a process has started. */
export async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await run`ps -A -o pid=,ppid=`;
  return stdout.split("\n").flatMap((line) => {
    const [child, parent] = line.trim().split(/\s+/).map(Number);
    return parent === pid ? [child!] : [];
  });
}

/** Kills a stage, and its workers, which have process groups of their own so that they outlive it by a checkpoint. */
export async function powerCut(pid: number): Promise<void> {
  for (const each of [-pid, ...(await childrenOf(pid))]) killed(each);
}

export class TestWorkspace {
  readonly folder: string;
  readonly pipeline: string;
  readonly artifacts: string;

  /** @param shared the folder of another workspace, which this pipeline joins */
  constructor(pipeline: object, name = "x", shared?: string) {
    this.folder = shared ?? mkdtempSync(join(tmpdir(), "gumbel-test-"));
    this.pipeline = join(this.folder, "pipelines", name);
    this.artifacts = join(this.pipeline, "out");
    mkdirSync(this.pipeline, { recursive: true });
    writeFileSync(join(this.folder, "pnpm-workspace.yaml"), "packages: []\n");
    writeFileSync(join(this.pipeline, "package.json"), `{ "name": "@pipelines/${name}" }\n`);
    this.configure(pipeline);
  }

  /** Another pipeline of the same workspace. */
  addPipeline(name: string, pipeline: object): TestWorkspace {
    return new TestWorkspace(pipeline, name, this.folder);
  }

  /** Replaces pipeline.json. */
  configure(pipeline: object): void {
    writeFileSync(join(this.pipeline, "pipeline.json"), JSON.stringify(pipeline, null, 2));
  }

  /** Paths of the checkpoints that are there, also while training replaces them. */
  checkpoints(): string[] {
    return glob.sync("scratch/train/**/*.checkpoint", { cwd: this.artifacts, absolute: true }).sort();
  }

  /** Writes the index over all pipelines. */
  runOverview(): Promise<Finished> {
    return this.run("overview", { command: ["overview/bin.mjs"] });
  }

  /** Runs a stage, to its end or until it is killed. */
  async run(stage: string, options: RunOptions = {}): Promise<Finished> {
    const { kill, cut = powerCut, env, command = ["tasks/bin.mjs", stage], folder } = options;
    const [script = "", ...args] = command;
    const stageProcess = run({
      cwd: folder ? join(this.folder, folder) : this.pipeline,
      env: { ...process.env, ...env },
      // A process group of its own, so that a kill includes the workers.
      detached: true,
    })`${process.execPath} ${join(root, "packages", script)} ${args}`;
    const end = new AbortController();
    const finish = async (): Promise<Finished> => {
      const { exitCode, signal, stdall } = await stageProcess;
      end.abort();
      return { code: exitCode, signal, output: stdall };
    };
    const finished = finish();
    if (!kill) return finished;
    const killed = kill(end.signal).then(async () => {
      if (!end.signal.aborted) await cut(stageProcess.pid!);
      return finished;
    });
    return Promise.race([finished, killed]);
  }

  /** Runs stages one after another. @throws with the output of one that fails */
  async runAll(...stages: string[]): Promise<void> {
    for (const stage of stages) {
      const { code, output } = await this.run(stage);
      if (code !== 0) throw new Error(`${stage} ended with ${code}:\n${output}`);
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
