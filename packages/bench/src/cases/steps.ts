/** Training steps: forward, backward and the optimizer, on a batch in the engine's memory. */
import {
  Adam,
  dense,
  makeOptimizer,
  type Objective,
  type Parameter,
  Parameters,
  scalarsOf,
  squaredError,
  startEngine,
  tf,
} from "@gumbel/engine";
import { loadSystem, systemNames } from "@gumbel/models";
import { phaseOf, trainingDataOf } from "@gumbel/models/testing";
import { stream } from "@gumbel/random";
import type { Benchmark, Prepared } from "./benchmark.js";

/** Number of steps in one repetition. Then one value is read, to wait for the last step. */
const steps = 10;

/** @param trained the parameters that a step changes */
function prepared(trained: readonly Parameter[], step: () => Objective): Prepared {
  return {
    amount: steps,
    weights: trained.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape), 0),
    async run() {
      for (let i = 0; i < steps; i++) {
        const objective = step();
        if (i === steps - 1) await objective.total.data();
        tf.dispose(scalarsOf(objective));
      }
    },
  };
}

const common = {
  unit: { name: "ms/step", per: "unit" as const },
  repetitions: 5,
  // A training has thousands of steps, and JavaScript is compiled during the first hundred.
  warmup: { repetitions: 2, seconds: 3 },
};

/** The autoencoder of DEC, IDEC and DCN, with squared error and Adam. */
function autoencoderStep(batch: number): Benchmark {
  const sizes = [784, 500, 500, 2000, 10, 2000, 500, 500, 784];
  return {
    ...common,
    name: `step/autoencoder-${batch}`,
    title: `784-500-500-2000-10 and back, batch ${batch}`,
    async prepare(threads) {
      await startEngine({ threads });
      const parameters = new Parameters();
      const layers = sizes.slice(1).map((size, i) => {
        const inputs = sizes[i]!;
        const weights = stream(0, "weights", i).fill("normal", inputs * size);
        return [
          parameters.create(
            `${i}/weight`,
            [inputs, size],
            weights.map((w) => w * Math.sqrt(2 / (inputs + size))),
          ),
          parameters.create(`${i}/bias`, [size], new Float32Array(size)),
        ] as const;
      });
      const optimizer = new Adam(parameters, { learningRate: 1e-3 });
      const x = tf.tensor2d(stream(0, "data").fill("uniform", batch * 784), [batch, 784]);
      return prepared(parameters.trainable, () =>
        optimizer.minimize(() => {
          const decoded = layers.reduce(
            (h, [weight, bias], i) =>
              dense(h, weight.value, bias.value, i === 3 || i === 7 ? "linear" : "relu"),
            x,
          );
          const total = tf.div<tf.Scalar>(squaredError(tf.sigmoid(decoded), x), 784);
          return { total, terms: {}, weights: {} };
        }),
      );
    },
    peer: {
      title: "PyTorch, Adam(fused=True)",
      script: "autoencoder_step.py",
      arguments: [String(batch)],
    },
  };
}

/** One step of a system, as in the train stage, on images of 28 × 28. */
async function systemStep(name: string, options: object, threads: number, batch?: number): Promise<Prepared> {
  await startEngine({ threads });
  const system = await loadSystem(name);
  const labelled = system.training.labelledPerBatch ?? 0;
  const rows = (batch ?? system.training.batchSize) + labelled;
  const [n, d] = [1000, 784];
  // Labelled examples come first.
  const labels = Int32Array.from({ length: n }, (_, row) => (row < labelled ? row % 10 : -1));
  const data = trainingDataOf(stream(0, "data").fill("uniform", n * d), d, labels);
  const model = system.build({
    options: system.optionsSchema.parse(options),
    data: {
      shape: [28, 28, 1],
      d,
      range: "unit",
      classes: 10,
      examples: n,
      labelled,
      foundClusters: null,
    },
    schedule: system.training,
    random: (...names) => stream(0, ...names),
  });
  const phase = phaseOf(model);
  await phase.start?.(data);
  await phase.beforeStep?.({ epoch: 0, offset: 0, step: 0 }, data);
  const player = phase.players[0]!;
  const optimizer = makeOptimizer(model.parameters, player.optimizer, player.trains);
  const chosen = Uint32Array.from({ length: rows }, (_, row) => row);
  const x = tf.tensor2d(data.rows(chosen), [rows, d]);
  let at = 0;
  return prepared(player.trains ?? model.parameters.trainable, () => {
    at++;
    const random = (purpose: string) => stream(0, "step", at, purpose);
    return optimizer.minimize(() =>
      player.objective({ x, rows: chosen, labels: labels.subarray(0, rows), epoch: 0, epochs: 1, random }),
    );
  });
}

/** Systems with a twin in peers/system_step.py; the others are measured alone. */
const withTwin = new Set([
  "ae-kmeans",
  "ae-gmm",
  "n2d",
  "dec",
  "idec",
  "dcn",
  "vae",
  "gumbel-vae",
  "gmvae",
  "vade",
  "dlgmm",
  "depict",
  "depict-semi",
  "jule-sf",
  "jule-rc",
  "auxiliary-clustering",
  "ladder",
  "conv-ladder",
  "small-cnn",
  "auxiliary-tasks-vae",
  "embed-cnn",
  "swwae",
  "improved-gan",
  "cat-gan",
  "m1-tsvm",
  "m2",
  "m1-m2",
  "adgm",
  "sdgm",
]);

/** Systems that are trained by gradients. */
async function learningSystems(): Promise<string[]> {
  const systems = await Promise.all(
    systemNames.map(async (name) => ({ name, system: await loadSystem(name) })),
  );
  return systems.filter(({ system }) => system.training.epochs > 0).map(({ name }) => name);
}

export const stepBenchmarks: Benchmark[] = [
  autoencoderStep(256),
  autoencoderStep(1024),
  {
    ...common,
    name: "step/gumbel-vae-conv",
    title: "gumbel-vae with the author's convolutions for 28x28, batch 128",
    prepare: (threads) =>
      systemStep("gumbel-vae", { network: "conv", featureSize: 150, zSize: 100 }, threads, 128),
    peer: { title: "PyTorch, channels_last", script: "conv_step.py", arguments: ["128"] },
  },
  ...(await learningSystems()).map(
    (name): Benchmark => ({
      ...common,
      name: `step/${name}`,
      title: `${name} with its default batch size and options`,
      prepare: (threads) => systemStep(name, {}, threads),
      ...(withTwin.has(name) && {
        peer: { title: "PyTorch, fused optimizer", script: "system_step.py", arguments: [name] },
      }),
    }),
  ),
];
