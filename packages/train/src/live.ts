/** What training leaves to be looked at while it runs; the form of the files stands in @gumbel/stage. */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { oneHot, tf } from "@gumbel/engine";
import type { Model } from "@gumbel/models";
import { evenlySpaced, stream } from "@gumbel/random";
import type { LiveRun } from "@gumbel/stage";
import { type EpochRecord, type Examples, modelInput, type PictureGrid, writePictures } from "@gumbel/tables";
import { toJson, writeFileAtomic } from "@gumbel/workspace";
import type { Progress } from "./progress.js";

/** Shortest time between two writings, and the largest share of the loop's time that they may take. */
const leastMilliseconds = 2000;
const share = 0.02;

/** How many pictures: per cluster, and examples beside their reconstruction. */
const perCluster = 8;
const reconstructed = 10;

/** The stage's part: how far each seed is, and why it ended. */
export class LiveStage {
  readonly #folder: string;
  readonly #run: LiveRun;
  #written = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(folder: string, seeds: number[]) {
    this.#folder = folder;
    this.#run = { startedAt: new Date().toISOString(), seeds, progress: {}, failure: null };
  }

  /** Clears what an earlier run left. */
  async begin(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    await this.#write();
  }

  update(seed: number, { last: _, ...progress }: Progress): void {
    this.#run.progress[seed] = progress;
    if (performance.now() - this.#written < leastMilliseconds) return;
    this.#written = performance.now();
    this.#writing = this.#writing.then(() => this.#write());
  }

  async failed(why: string): Promise<void> {
    await this.#writing;
    this.#run.failure = why;
    await this.#write();
  }

  /** After this nothing more is written. */
  async end(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    // To look at training is never worth its end.
    await writeFileAtomic(join(this.#folder, "run.json"), toJson(this.#run)).catch(() => {});
  }
}

/** A worker's part: the epochs so far, and what the model draws by now. */
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

  /** At the end of an epoch, unless the last time was a moment ago; always after the last epoch. */
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
      // A full disk ends the training by its checkpoint, not by what is only looked at.
    }
    const took = performance.now() - began;
    this.#next = performance.now() + Math.max(leastMilliseconds, took / share);
  }

  async #draw(model: Model): Promise<boolean> {
    const { clusters, decoder } = model;
    const { generator, reconstruct } = decoder;
    if (generator) {
      const columns = generator.noise > 0 ? perCluster : 1;
      const noise = stream(this.#seed, "live").fill("normal", columns * generator.noise);
      const values = valuesOf(() => {
        const rows = Int32Array.from({ length: clusters * columns }, (_, i) => Math.floor(i / columns));
        const c = oneHot(tf.tensor1d(rows, "int32"), clusters);
        const z = tf.tile(tf.tensor2d(noise, [columns, generator.noise]), [clusters, 1]) as tf.Tensor2D;
        return generator.generate(z, c);
      });
      await this.#write("generated", { columns, values });
    }
    if (reconstruct) {
      const { n, d } = this.#examples;
      const count = Math.min(reconstructed, n);
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

/** Read outside of `tf.tidy`, which looks for tensors in what it returns: of an array of numbers, at each one. */
function valuesOf(draw: () => tf.Tensor): Float32Array {
  const tensor = tf.tidy(draw);
  const values = tensor.dataSync<"float32">().slice();
  tensor.dispose();
  return values;
}
