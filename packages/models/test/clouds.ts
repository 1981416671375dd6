/** Well separated clouds that any system must find, and the shortest training that lets it. */
import { Adam, type Objective, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import type { Batch, Model, TrainingData } from "../src/index.js";

const d = 6;
const perCloud = 20;

/** Sixty points in [0, 1]^6, twenty around each of three corners; row i lies in cloud i mod 3. */
export function threeClouds(): TrainingData {
  const noise = stream(0, "three clouds");
  const n = 3 * perCloud;
  const values = Float32Array.from({ length: n * d }, (_, i) => {
    const near = Math.floor((i % d) / 2) === Math.floor(i / d) % 3;
    return Math.min(1, Math.max(0, (near ? 0.9 : 0.1) + 0.04 * noise.normal()));
  });
  return {
    n,
    d,
    rows: (rows) =>
      Float32Array.from(
        { length: rows.length * d },
        (_, i) => values[rows[Math.floor(i / d)]! * d + (i % d)]!,
      ),
    all: () => values.slice(),
  };
}

/** Steps of Adam on all examples: a model's own training, or its pretraining. */
export async function trainBriefly(
  model: Model,
  phase: { start?(data: TrainingData): Promise<void>; objective?(batch: Batch): Objective },
  data: TrainingData,
  steps: number,
): Promise<void> {
  await phase.start?.(data);
  const adam = new Adam(model.parameters, { learningRate: 0.01 });
  const x = tf.tensor2d(data.all(), [data.n, data.d]);
  const rows = Uint32Array.from({ length: data.n }, (_, row) => row);
  const labels = new Int32Array(data.n).fill(-1);
  for (let step = 0; step < steps; step++) {
    const random = (name: string) => stream(0, "step", step, name);
    const terms = adam.minimize(() => phase.objective!({ x, rows, labels, epoch: step, random }));
    for (const term of Object.values(terms)) term.dispose();
  }
  x.dispose();
  adam.dispose();
}

/** The terms of the objective on all examples before the first epoch, as numbers. */
export function termsOf(model: Model, data: TrainingData): Record<string, number> {
  const x = tf.tensor2d(data.all(), [data.n, data.d]);
  const rows = Uint32Array.from({ length: data.n }, (_, row) => row);
  const labels = new Int32Array(data.n).fill(-1);
  const batch = { x, rows, labels, epoch: 0, random: (name: string) => stream(2, name) };
  const terms = model.parameters.scope(() => model.objective!(batch));
  return Object.fromEntries(Object.entries(terms).map(([name, term]) => [name, term.dataSync()[0]!]));
}

/** Share of the examples whose cluster is their cloud's, the clusters named as fits best. */
export function accuracyOf(model: Model, data: TrainingData): number {
  const clusters = tf.tidy(() => [
    ...model.encode(tf.tensor2d(data.all(), [data.n, data.d])).cluster.dataSync(),
  ]);
  const names = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];
  return Math.max(
    ...names.map((name) => clusters.filter((cluster, i) => name[cluster] === i % 3).length / data.n),
  );
}
