/** A copy of this checkout with a pipeline of its own for sweeps, which takes a second. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "@gumbel/workspace/programs";
import { root } from "../workspace.js";
import type { Copy } from "./copy.js";

/** Writes a JSON file in the copy. */
export const writeIn = (copy: Copy, path: string, contents: unknown): void =>
  writeFileSync(copy.path(path), JSON.stringify(contents));

/** Environment of what runs in a copy: the builds come from this checkout's cache. */
export const copyEnv = {
  ...process.env,
  TURBO_CACHE_DIR: join(root, ".turbo", "cache"),
  TURBO_TELEMETRY_DISABLED: "1",
};

/**
 * Installs and builds the copy, and adds the pipeline `own-moons`.
 *
 * @param seed of the pipeline: no cell of it has run before
 */
export async function prepareSweeps(copy: Copy, seed: number): Promise<void> {
  await copy.install();
  mkdirSync(copy.path("pipelines", "local", "own-moons"), { recursive: true });
  writeIn(copy, "pipelines/local/own-moons/pipeline.json", {
    seed,
    dataset: { name: "moons", n: 200 },
    model: { name: "gumbel-vae", hidden: [16], featureSize: 2, zSize: 2, clusters: 2 },
    train: { epochs: 3, batchSize: 50 },
  });
  writeIn(copy, "pipelines/local/own-moons/package.json", { name: "@pipelines/own-moons", private: true });
  const packages = ["--filter=@gumbel/cli", "--filter=@gumbel/tasks"];
  const built = await run({ cwd: copy.folder, env: copyEnv })`pnpm turbo run build ${packages}`;
  if (!built.ok) throw new Error(built.stdall);
}
