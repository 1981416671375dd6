/** A copy of this checkout, for tests that drive turbo in it. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { run } from "@gumbel/workspace/programs";
import { root } from "../workspace.js";

/** Environment of what runs in a copy: the builds come from this checkout's cache. */
export const copyEnv = {
  ...process.env,
  TURBO_CACHE_DIR: join(root, ".turbo", "cache"),
  TURBO_TELEMETRY_DISABLED: "1",
};

export class Copy {
  readonly folder = join(mkdtempSync(join(tmpdir(), "gumbel-graph-")), "gumbel");

  constructor() {
    const { stdout } = run({ sync: true, cwd: root })`git ls-files -co --exclude-standard -z`;
    for (const file of stdout.split("\0").filter((name) => name !== "" && existsSync(join(root, name)))) {
      mkdirSync(dirname(this.path(file)), { recursive: true });
      cpSync(join(root, file), this.path(file));
    }
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  async install(options = ["--offline", "--frozen-lockfile"]): Promise<void> {
    const installed = await run({ cwd: this.folder })`pnpm install ${options}`;
    if (!installed.ok) throw new Error(installed.stdall);
  }

  /** Installs the copy, and builds these packages and what they need. */
  async build(...packages: string[]): Promise<void> {
    await this.install();
    const filters = packages.map((name) => `--filter=${name}`);
    const built = await run({ cwd: this.folder, env: copyEnv })`pnpm turbo run build ${filters}`;
    if (!built.ok) throw new Error(built.stdall);
  }

  /** Builds the copy's engine and links the native library into it: without it a copy runs WebAssembly. */
  async provision(): Promise<void> {
    await this.build("@gumbel/engine");
    const linked = await run({ cwd: this.folder })`node packages/engine/dist/provision/main.js`;
    if (!linked.ok) throw new Error(linked.stdall);
  }

  /**
   * Runs `pnpm turbo run <task>` for these pipelines.
   *
   * @returns tasks that were not in the cache, by package, from turbo's summary: `{ "@pipelines/moons": ["plan", "train"] }`
   */
  async run(
    task: string,
    pipelines: string[],
    env: NodeJS.ProcessEnv = {},
  ): Promise<Record<string, string[]>> {
    const runs = this.path(".turbo", "runs");
    rmSync(runs, { recursive: true, force: true });
    const options = [
      ...pipelines.map((name) => `--filter=@pipelines/${name}`),
      "--summarize",
      "--output-logs=errors-only",
    ];
    const { exitCode, stdall } = await run({
      cwd: this.folder,
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", ...env },
    })`pnpm turbo run ${task} ${options}`;
    if (exitCode !== 0) throw new Error(`turbo ended with ${exitCode}:\n${stdall}`);
    const { tasks } = JSON.parse(readFileSync(join(runs, readdirSync(runs)[0]!), "utf8")) as {
      tasks: { taskId: string; command: string; cache: { status: "HIT" | "MISS" } }[];
    };
    const ran: Record<string, string[]> = {};
    for (const { taskId, command, cache } of tasks) {
      const [of = "", name = ""] = taskId.split("#");
      if (cache.status === "MISS" && command !== "<NONEXISTENT>") ran[of] = [...(ran[of] ?? []), name];
    }
    return ran;
  }

  remove(): void {
    rmSync(dirname(this.folder), { recursive: true, force: true });
  }
}
