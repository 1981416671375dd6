/** A throwaway checkout with one pipeline, for tests that run stages without turbo. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** The project's root. */
export const root = resolve(import.meta.dirname, "..");

export interface Finished {
  code: number | null;
  signal: NodeJS.Signals | null;
  output: string;
}

export class TestWorkspace {
  readonly folder: string;
  readonly pipeline: string;
  readonly artifacts: string;

  /** @param shared the folder of another one, that this pipeline joins */
  constructor(pipeline: object, name = "x", shared?: string) {
    this.folder = shared ?? mkdtempSync(join(tmpdir(), "gumbel-test-"));
    this.pipeline = join(this.folder, "pipelines", name);
    this.artifacts = join(this.folder, "artifacts", name);
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

  /** Makes the index over all pipelines. */
  runOverview(): Promise<Finished> {
    return this.run("overview");
  }

  /** Starts a stage in its pipeline's folder, or in another of the workspace; once `kill` resolves it is killed as by a power cut, with its workers. */
  run(
    stage: string,
    { kill, env, folder }: { kill?: Promise<void>; env?: Record<string, string>; folder?: string } = {},
  ): Promise<Finished> {
    return new Promise((done, fail) => {
      const child = spawn(process.execPath, [join(root, "packages", stage, "bin.mjs")], {
        cwd: folder ? join(this.folder, folder) : this.pipeline,
        // A process group of its own, so that a kill takes the workers along.
        detached: true,
        env: { ...process.env, ...env },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let output = "";
      child.stdout.on("data", (chunk) => (output += chunk));
      child.stderr.on("data", (chunk) => (output += chunk));
      let ended = false;
      kill?.then(() => ended || process.kill(-child.pid!, "SIGKILL"), fail);
      child.on("error", fail);
      child.on("exit", () => (ended = true));
      child.on("close", (code, signal) => done({ code, signal, output }));
    });
  }

  /** Runs stages one after another; throws with the output of one that fails. */
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
