/** A temporary checkout with one pipeline. */
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { IngestPlan } from "@gumbel/config";
import { digestsOfData } from "@gumbel/plan";
import { run } from "@gumbel/workspace/programs";
import { afterAll, vi } from "vitest";

const bin = resolve(import.meta.dirname, "../../tasks/bin.mjs");
const created: Workspace[] = [];
afterAll(() => {
  for (const { folder } of created) rmSync(folder, { recursive: true, force: true });
});

export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), "gumbel-ingest-"));
  readonly pipeline = join(this.folder, "pipelines", "x");
  readonly output = join(this.pipeline, "out", "ingest");

  constructor(plan: object) {
    mkdirSync(this.pipeline, { recursive: true });
    mkdirSync(join(this.pipeline, "out", "plan"), { recursive: true });
    writeFileSync(join(this.folder, "pnpm-workspace.yaml"), "packages: []\n");
    writeFileSync(join(this.pipeline, "package.json"), '{ "name": "@pipelines/x" }');
    writeFileSync(join(this.pipeline, "pipeline.json"), "{}");
    this.plan(plan);
    created.push(this);
  }

  plan(plan: object): void {
    const whole = {
      pipeline: "x",
      seed: 0,
      code: {},
      options: {},
      limit: null,
      draws: 1,
      labels: null,
      ...plan,
    };
    writeFileSync(join(this.pipeline, "out", "plan", "ingest.json"), JSON.stringify(whole));
  }

  /** Runs the stage on the files that are there now. */
  async run(env: Record<string, string> = {}) {
    const set = { XDG_CACHE_HOME: join(this.folder, "cache"), ...env };
    const file = join(this.pipeline, "out", "plan", "ingest.json");
    const plan = JSON.parse(readFileSync(file, "utf8")) as Pick<IngestPlan, "dataset" | "options">;
    for (const [name, value] of Object.entries(set)) vi.stubEnv(name, value);
    // A file that is missing is the stage's to say.
    const files = await digestsOfData(plan, this.pipeline).catch(() => ({}));
    vi.unstubAllEnvs();
    writeFileSync(file, JSON.stringify({ files, ...plan }));
    const options = { cwd: this.pipeline, env: { ...process.env, ...set } };
    const { exitCode, stdout, stderr } = await run(options)`${process.execPath} ${bin} ingest`;
    return { exitCode, stdout, stderr };
  }

  get files(): string[] {
    return existsSync(this.output) ? readdirSync(this.output).sort() : [];
  }

  digest(name: string): string {
    return createHash("sha256")
      .update(readFileSync(join(this.output, name)))
      .digest("hex");
  }
}
