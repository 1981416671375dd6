/** A copy of this checkout with a pipeline of its own for sweeps, which takes a second. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "@gumbel/workspace/programs";
import { root } from "../workspace.js";
import type { Copy } from "./copy.js";

/** Writes a JSON file in the copy. */
export const writeIn = (copy: Copy, path: string, contents: unknown): void =>
  writeFileSync(copy.path(path), JSON.stringify(contents));

/** Installs and builds the copy, and adds the pipeline `own-moons`. */
export async function prepareSweeps(copy: Copy): Promise<void> {
  await copy.install();
  mkdirSync(copy.path("pipelines", "local", "own-moons"), { recursive: true });
  writeIn(copy, "pipelines/local/own-moons/pipeline.json", {
    dataset: { name: "moons", n: 200 },
    model: { name: "gumbel-vae", hidden: [16], featureSize: 2, zSize: 2, clusters: 2 },
    train: { epochs: 3, batchSize: 50 },
  });
  writeIn(copy, "pipelines/local/own-moons/package.json", { name: "@pipelines/own-moons", private: true });
  // The builds come from this checkout's cache; what the sweeps cache is the copy's own.
  const packages = ["--filter=@gumbel/cli", "--filter=@gumbel/tasks"];
  const built = await run({
    cwd: copy.folder,
    env: { ...process.env, TURBO_CACHE_DIR: join(root, ".turbo", "cache") },
  })`pnpm turbo run build ${packages}`;
  if (!built.ok) throw new Error(built.stdall);
}
