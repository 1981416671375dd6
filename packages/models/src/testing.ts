/** Small data and short trainings, for tests and benchmarks. */
import { tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { loadSystem } from "./registry.js";
import type { Batch, DataDescription, Model, Phase, TrainingData } from "./system.js";

export { trainSteps } from "./trainSteps.js";

/**
 * Training data from numbers.
 *
 * @param values n rows of d numbers
 * @param labels class of each row that keeps its label, -1 elsewhere; absent without labels
 */
export function trainingDataOf(values: Float32Array, d: number, labels?: Int32Array): TrainingData {
  return {
    n: values.length / d,
    d,
    ...(labels && { labels }),
    rows(rows) {
      const chosen = new Float32Array(rows.length * d);
      rows.forEach((row, i) => {
        chosen.set(values.subarray(row * d, (row + 1) * d), i * d);
      });
      return chosen;
    },
    all: () => values.slice(),
  };
}

/**
 * Clouds of 20 points each in [0, 1]^d, row i in cloud i mod 3: well separated, so that any system must find them.
 *
 * @param spread standard deviation of a coordinate
 */
export function threeClouds(d = 6, spread = 0.04): TrainingData {
  const noise = stream(0, "three clouds");
  const values = Float32Array.from({ length: 60 * d }, (_, i) => {
    const high = Math.floor(((i % d) * 3) / d) === Math.floor(i / d) % 3;
    return Math.min(1, Math.max(0, (high ? 0.9 : 0.1) + spread * noise.normal()));
  });
  return trainingDataOf(values, d);
}

/** Two interleaving half circles of 128 points each, [256, 2]. @param spread standard deviation of a coordinate */
export function twoMoons(spread = 0.05): TrainingData {
  const noise = stream(0, "two moons");
  const values = Float32Array.from({ length: 512 }, (_, i) => {
    const angle = (Math.PI * (i >> 2)) / 127;
    const along = i % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
    const turned = i % 2 === 0 ? 1 - along : 0.5 - along;
    return ((i >> 1) % 2 === 0 ? along : turned) + spread * noise.normal();
  });
  return trainingDataOf(values, 2);
}

/**
 * A model of a system, with the system's own schedule.
 *
 * @param data that it is for: vectors in [0, 1] of three classes, unless the description says something else
 */
export async function buildModel(
  name: string,
  options: object,
  { n, d, labels }: TrainingData,
  { seed = 1, ...description }: Partial<DataDescription> & { seed?: number } = {},
): Promise<Model> {
  const system = await loadSystem(name);
  const labelled = labels?.filter((label) => label >= 0).length ?? 0;
  return system.build({
    options: system.optionsSchema.parse(options),
    data: {
      shape: [d],
      d,
      range: "unit",
      classes: 3,
      foundClusters: null,
      examples: n,
      labelled,
      ...description,
    },
    schedule: system.training,
    random: (...names) => stream(seed, ...names),
  });
}

/** Gives `to` the weights and the training state of `from`, as a checkpoint does. */
export async function copyTraining(from: Model, to: Model): Promise<void> {
  to.parameters.load(await from.parameters.save());
  for (const [name, { shape, values }] of from.training.state ?? []) {
    to.training.state!.set(name, { shape, values: values.slice() });
  }
}

/** A batch of all training examples, before the first step of a phase. */
export function batchOfAll(data: TrainingData, changes: Partial<Batch> = {}): Batch {
  return {
    x: tf.tensor2d(data.all(), [data.n, data.d]),
    rows: Uint32Array.from({ length: data.n }, (_, row) => row),
    labels: data.labels ?? new Int32Array(data.n).fill(-1),
    epoch: 0,
    epochs: 1,
    random: (name) => stream(0, "step", 0, name),
    ...changes,
  };
}

/** The phase of that name. @throws Error if the model has none. */
export function phaseOf({ training }: Model, name = "training"): Phase {
  const phase = training.phases.find((each) => each.name === name);
  if (!phase)
    throw new Error(`no phase "${name}" among ${training.phases.map((each) => each.name).join(", ")}`);
  return phase;
}

/** The phase without its hooks: its steps alone. */
export const stepsOf = ({ name, epochs, batch, players }: Phase): Phase => ({ name, epochs, batch, players });

/** The objective of a phase's first player on a batch, as numbers. */
export function valuesOf(
  model: Model,
  batch: Batch,
  phase = phaseOf(model),
): { total: number; terms: Record<string, number>; weights: Record<string, number> } {
  const { total, terms, weights } = model.parameters.scope(() => phase.players[0]!.objective(batch));
  return {
    total: total.dataSync()[0]!,
    terms: Object.fromEntries(Object.entries(terms).map(([name, term]) => [name, term.dataSync()[0]!])),
    weights,
  };
}

/** The encoding of every training example, as numbers. */
export function encodingOf({ encoder }: Model, data: TrainingData) {
  return tf.tidy(() => {
    const { cluster, ...parts } = encoder.encode(tf.tensor2d(data.all(), [data.n, data.d]));
    const numbers = (part: tf.Tensor | undefined) => part?.dataSync<"float32">().slice();
    return {
      cluster: cluster.dataSync<"int32">().slice(),
      feature: numbers(parts.feature),
      z: numbers(parts.z),
      probabilities: numbers(parts.probabilities),
    };
  });
}

/** Share of the examples of `threeClouds` whose cluster is their cloud's, the clusters named as fits best. */
export function accuracyOf(model: Model, data: TrainingData): number {
  const { cluster: found } = encodingOf(model, data);
  const names = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];
  return Math.max(
    ...names.map((name) => found.filter((cluster, i) => name[cluster] === i % 3).length / data.n),
  );
}
