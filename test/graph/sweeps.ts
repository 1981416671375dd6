/** A copy of this checkout with a pipeline of its own for sweeps, which takes a second. */
import { mkdirSync, writeFileSync } from "node:fs";
import type { Copy } from "./copy.js";

/** Writes a JSON file in the copy. */
export const writeIn = (copy: Copy, path: string, contents: unknown): void =>
  writeFileSync(copy.path(path), JSON.stringify(contents));

/**
 * Installs and builds the copy, and adds the pipeline `own-moons`.
 *
 * @param seed of the pipeline: no cell of it has run before
 */
export async function prepareSweeps(copy: Copy, seed: number): Promise<void> {
  await copy.build("@gumbel/cli", "@gumbel/tasks");
  mkdirSync(copy.path("pipelines", "local", "own-moons"), { recursive: true });
  writeIn(copy, "pipelines/local/own-moons/pipeline.json", {
    seed,
    dataset: { name: "moons", n: 200 },
    model: { name: "gumbel-vae", hidden: [16], featureSize: 2, zSize: 2, clusters: 2 },
    train: { epochs: 3, batchSize: 50 },
  });
  writeIn(copy, "pipelines/local/own-moons/package.json", { name: "@pipelines/own-moons", private: true });
}
