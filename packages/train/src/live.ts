/** Writes the live files of training: progress, metrics and pictures. Their schemas are in @gumbel/stage. */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { tf } from "@gumbel/engine";
import { drawRows, type Model } from "@gumbel/models";
import { evenlySpaced, stream } from "@gumbel/random";
import type { LiveRun } from "@gumbel/stage";
import { type EpochRecord, type Examples, modelInput, type PictureGrid, writePictures } from "@gumbel/tables";
import { toJson, writeFileAtomic } from "@gumbel/workspace";
import type { Progress } from "./progress.js";

/** Minimum time between two writes. */
const minMilliseconds = 2000;
/** Maximum share of the loop's time that writing may take. */
const maxShare = 0.02;

/** Number of generated pictures per cluster. */
const generatedPerCluster = 8;
/** Number of reconstructed examples. */
const reconstructions = 10;

/** The live files of the stage: progress of each seed, and the reason of a failure. */
export class LiveStage {
  readonly #folder: string;
  readonly #run: LiveRun;
  #written = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(folder: string, seeds: number[]) {
    this.#folder = folder;
    this.#run = { startedAt: new Date().toISOString(), seeds, progress: {}, failure: null };
  }

  /** Removes the files of an earlier run. */
  async begin(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    await this.#write();
  }

  update(seed: number, { last: _, ...progress }: Progress): void {
    this.#run.progress[seed] = progress;
    if (performance.now() - this.#written < minMilliseconds) return;
    this.#written = performance.now();
    this.#writing = this.#writing.then(() => this.#write());
  }

  async failed(why: string): Promise<void> {
    await this.#writing;
    this.#run.failure = why;
    await this.#write();
  }

  /** Waits for the last write. */
  async end(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    // A failed write must not end the training.
    await writeFileAtomic(join(this.#folder, "run.json"), toJson(this.#run)).catch(() => {});
  }
}

/** The live files of a worker: records of the finished epochs, and current pictures of the model. */
export class LiveSeed {
  readonly #folder: string;
  readonly #seed: number;
  readonly #examples: Examples;
  #next = 0;
  #sampled: number | null = null;

  constructor(folder: string, seed: number, examples: Examples) {
    this.#folder = folder;
    this.#seed = seed;
    this.#examples = examples;
  }

  /** Called at the end of each epoch: writes the files, unless the last write was too recent. Always writes after the last epoch. */
  async epoch(model: Model, records: EpochRecord[], last: boolean): Promise<void> {
    const began = performance.now();
    if (began < this.#next && !last) return;
    try {
      if (this.#examples.info.kind === "image" && (await this.#draw(model))) {
        this.#sampled = records.at(-1)!.epoch;
      }
      await writeFileAtomic(
        join(this.#folder, `seed-${this.#seed}.json`),
        toJson({ seed: this.#seed, records, sampled: this.#sampled }),
      );
    } catch {
      // A full disk ends the training when the checkpoint is written, not here.
    }
    const took = performance.now() - began;
    this.#next = performance.now() + Math.max(minMilliseconds, took / maxShare);
  }

  async #draw(model: Model): Promise<boolean> {
    const { generator, reconstruct } = model.decoder;
    if (generator) {
      const columns = generator.noise > 0 ? generatedPerCluster : 1;
      const noise = stream(this.#seed, "live").fill("normal", columns * generator.noise);
      const values = valuesOf(() => drawRows(model, noise, columns));
      await this.#write("generated", { columns, values });
    }
    if (reconstruct) {
      const { n, d } = this.#examples;
      const count = Math.min(reconstructions, n);
      const rows = evenlySpaced(n, count);
      const originals = modelInput(this.#examples, rows);
      const drawn = valuesOf(() => reconstruct(tf.tensor2d(originals, [count, d])));
      const values = new Float32Array(2 * count * d);
      values.set(originals);
      values.set(drawn, count * d);
      await this.#write("reconstructions", { columns: count, values });
    }
    return Boolean(generator || reconstruct);
  }

  async #write(name: string, pictures: PictureGrid): Promise<void> {
    const folder = join(this.#folder, `seed-${this.#seed}`);
    await mkdir(folder, { recursive: true });
    writePictures(join(folder, `${name}.arrow`), pictures, this.#examples.d);
  }
}

/** The values of a tensor, read outside of `tf.tidy`, which inspects each value of an array that it returns. */
function valuesOf(draw: () => tf.Tensor): Float32Array {
  const tensor = tf.tidy(draw);
  const values = tensor.dataSync<"float32">().slice();
  tensor.dispose();
  return values;
}
