/**
 * Snapshots of a run: the latents and clusters of some examples at several moments. Each is a separate file in the scratch
 * folder, written before any later checkpoint, so that a run that resumes from a checkpoint has all snapshots before it.
 */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { TrainPlan } from "@gumbel/config";
import type { Model, TrainingData } from "@gumbel/models";
import { evenlySpaced } from "@gumbel/random";
import { readSnapshots, writeSnapshots } from "@gumbel/tables";
import { encodeDuringTraining } from "./encoding.js";

/** Takes the snapshots of one run. */
export class SnapshotTaker {
  readonly #plan: TrainPlan["snapshots"];
  readonly #folder: string;
  readonly #data: TrainingData;
  /** Rows of the training data. */
  readonly #rows: Uint32Array;
  readonly #index: Uint32Array;
  readonly #label: Int32Array;

  /**
   * @param folder scratch folder of this run and random start
   * @param rows rows of ingest/data.arrow that `data` consists of
   * @param labels the true classes, by row of `data`; -1 if unknown
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

  /** Called after every step and every epoch: takes a snapshot if the plan has this moment. */
  async after(unit: "epoch" | "step", done: number, model: Model): Promise<void> {
    if (unit !== this.#plan.unit || !this.#plan.at.includes(done)) return;
    const { cluster, latent, probabilities, pseudoLabel } = encodeDuringTraining(
      model,
      this.#data,
      this.#rows,
    );
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
          pseudoLabel,
        },
      ],
    });
  }

  /** Writes all snapshots to one file; returns false and writes no file if there are none. */
  async writeAll(path: string): Promise<boolean> {
    const files = [...this.#plan.at].sort((a, b) => a - b).map((at) => this.#pathOf(at));
    const taken = await Promise.all(files.filter((file) => existsSync(file)).map(readSnapshots));
    const [first] = taken;
    if (!first) return false;
    writeSnapshots(path, { ...first, moments: taken.flatMap(({ moments }) => moments) });
    return true;
  }

  #pathOf(at: number): string {
    return join(this.#folder, `${at}.arrow`);
  }
}
