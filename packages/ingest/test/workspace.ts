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
import { run } from "@gumbel/workspace/programs";
import { afterAll } from "vitest";

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

  async run(env: Record<string, string> = {}) {
    const cache = { XDG_CACHE_HOME: join(this.folder, "cache") };
    const options = { cwd: this.pipeline, env: { ...process.env, ...cache, ...env } };
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
