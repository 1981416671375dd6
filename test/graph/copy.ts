/** A copy of this checkout, for tests that drive turbo in it. */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "../workspace.js";

export interface RunOfTurbo {
  /** Tasks that were not in the cache, by package: `{ "@pipelines/moons": ["plan", "train"] }`. */
  ran: Record<string, string[]>;
  milliseconds: number;
}

export class Copy {
  readonly folder = join(mkdtempSync(join(tmpdir(), "gumbel-graph-")), "gumbel");

  constructor() {
    const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], {
      cwd: root,
      encoding: "utf8",
    });
    for (const file of files.split("\0").filter((name) => name !== "" && existsSync(join(root, name)))) {
      mkdirSync(dirname(this.path(file)), { recursive: true });
      cpSync(join(root, file), this.path(file));
    }
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  install(): void {
    execFileSync("pnpm", ["install", "--frozen-lockfile", "--offline"], { cwd: this.folder, stdio: "pipe" });
  }

  /** `pnpm turbo run <task>` for these pipelines; what ran is read from turbo's own summary. */
  run(task: string, pipelines: string[], env: NodeJS.ProcessEnv = {}): RunOfTurbo {
    const runs = this.path(".turbo", "runs");
    rmSync(runs, { recursive: true, force: true });
    const filters = pipelines.map((name) => `--filter=@pipelines/${name}`);
    const began = performance.now();
    const { status, stdout, stderr } = spawnSync(
      "pnpm",
      ["turbo", "run", task, ...filters, "--summarize", "--output-logs=errors-only"],
      {
        cwd: this.folder,
        encoding: "utf8",
        env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", ...env },
      },
    );
    const milliseconds = performance.now() - began;
    if (status !== 0) throw new Error(`turbo ended with ${status}:\n${stdout}\n${stderr}`);
    const { tasks } = JSON.parse(readFileSync(join(runs, readdirSync(runs)[0]!), "utf8")) as {
      tasks: { taskId: string; command: string; cache: { status: "HIT" | "MISS" } }[];
    };
    const ran: RunOfTurbo["ran"] = {};
    for (const { taskId, command, cache } of tasks) {
      const [of = "", name = ""] = taskId.split("#");
      if (cache.status === "MISS" && command !== "<NONEXISTENT>") ran[of] = [...(ran[of] ?? []), name];
    }
    return { ran, milliseconds };
  }

  remove(): void {
    rmSync(dirname(this.folder), { recursive: true, force: true });
  }
}
