/**
 * Snapshots of a run: the latents and clusters of some examples, at chosen moments. Each is a file of its own in the scratch
 * folder, written before any later checkpoint, so that a killed run that goes on from one finds all before it.
 */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { TrainPlan } from "@gumbel/config";
import type { Model, TrainingData } from "@gumbel/models";
import { evenlySpaced } from "@gumbel/random";
import { readSnapshots, type Snapshots, writeSnapshots } from "@gumbel/tables";
import { encodeSoFar } from "./encoding.js";

export class SnapshotTaker {
  readonly #plan: TrainPlan["snapshots"];
  readonly #folder: string;
  readonly #data: TrainingData;
  /** Rows of the training data. */
  readonly #rows: Uint32Array;
  readonly #index: Uint32Array;
  readonly #label: Int32Array;

  /**
   * @param folder of this run from this start
   * @param rows of ingest/data.arrow that `data` is made of
   * @param labels the true classes, by row of `data`; -1 where unknown
   */
  constructor(
    plan: TrainPlan["snapshots"],
    folder: string,
    data: TrainingData,
    rows: Uint32Array,
    labels: Int32Array,
  ) {
    this.#plan = plan;
    this.#folder = folder;
    this.#data = data;
    this.#rows = evenlySpaced(data.n, plan.examples);
    this.#index = Uint32Array.from(this.#rows, (row) => rows[row]!);
    this.#label = Int32Array.from(this.#rows, (row) => labels[row]!);
  }

  /** Called after every step and every epoch: takes a snapshot where this is a moment for one. */
  async after(unit: "epoch" | "step", done: number, model: Model): Promise<void> {
    if (unit !== this.#plan.unit || !this.#plan.at.includes(done)) return;
    const { cluster, latent, probabilities, lent } = encodeSoFar(model, this.#data, this.#rows);
    await mkdir(this.#folder, { recursive: true });
    writeSnapshots(this.#pathOf(done), {
      unit,
      index: this.#index,
      label: this.#label,
      moments: [
        {
          at: done,
          cluster: cluster ?? new Int32Array(this.#rows.length).fill(-1),
          latent,
          probabilities,
          lent,
        },
      ],
    });
  }

  /** Writes all that were taken into one file; returns false, and writes none, where there is none. */
  async writeAll(path: string): Promise<boolean> {
    const files = [...this.#plan.at].sort((a, b) => a - b).map((at) => this.#pathOf(at));
    const taken = await Promise.all(files.filter((file) => existsSync(file)).map(readSnapshots));
    const [first] = taken;
    if (!first) return false;
    const whole: Snapshots = { ...first, moments: taken.flatMap(({ moments }) => moments) };
    writeSnapshots(path, whole);
    return true;
  }

  #pathOf(at: number): string {
    return join(this.#folder, `${at}.arrow`);
  }
}
