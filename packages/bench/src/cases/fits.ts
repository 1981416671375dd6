/** A whole fit, from random weights to clusters, beside another library's of the same system. */
import { Adam, type Objective, startEngine, tf } from "@gumbel/engine";
import { type Batch, loadSystem, type Place, type TrainingData } from "@gumbel/models";
import { stream } from "@gumbel/random";
import type { Benchmark } from "../benchmark.js";
import { openMnist } from "../mnist.js";

/** The schedule of both sides; peers/dec_fit.py takes it as arguments. */
const schedule = { examples: 5000, pretrainingEpochs: 10, epochs: 10, batchSize: 256, clusters: 10 };
const d = 784;

const decFit: Benchmark = {
  name: "fit/dec",
  title: "DEC on 5,000 digits: 10 epochs of the autoencoder, k-means, 10 epochs of clustering, batch 256",
  unit: { name: "s", per: "unit" },
  repetitions: 1,
  warmup: 0,
  async prepare(threads) {
    const data = await digits(schedule.examples);
    await startEngine({ threads });
    const { examples, pretrainingEpochs, epochs, batchSize, clusters } = schedule;
    const dec = await loadSystem("dec");
    const options = dec.optionsSchema.parse({
      clusters,
      restarts: 1,
      updateInterval: Math.ceil(examples / batchSize),
      tolerance: 0,
    });
    const run = async (): Promise<void> => {
      const model = dec.build({
        options,
        data: { shape: [28, 28, 1], d, range: "unit", classes: clusters, examples },
        random: (...names) => stream(0, ...names),
      });
      const { pretraining } = model;
      await pretraining!.start?.(data);
      const adam = new Adam(model.parameters, { learningRate: 1e-3 });
      await train(data, pretrainingEpochs, adam, (batch) => pretraining!.objective(batch));
      await model.start?.(data);
      await train(
        data,
        epochs,
        new Adam(model.parameters, { learningRate: 1e-4 }),
        (batch) => model.objective!(batch),
        async (at) => void (await model.beforeStep?.(at, data)),
      );
      const clustersOf = tf.tidy(() => model.encode(tf.tensor2d(data.all(), [examples, d])).cluster);
      clustersOf.dataSync();
    };
    return { amount: 1, run };
  },
  peer: {
    title: "ClustPy DEC",
    script: "dec_fit.py",
    arguments: Object.values(schedule).map(String),
  },
};

/** Epochs of Adam in random batches. */
async function train(
  data: TrainingData,
  epochs: number,
  adam: Adam,
  objective: (batch: Batch) => Objective,
  beforeStep?: (at: Place) => Promise<void>,
): Promise<void> {
  const labels = new Int32Array(schedule.batchSize).fill(-1);
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = stream(0, "batches", epoch).permutation(data.n);
    for (let offset = 0; offset < data.n; offset += schedule.batchSize) {
      await beforeStep?.({ epoch, offset, step });
      const rows = order.subarray(offset, offset + schedule.batchSize);
      const x = tf.tensor2d(data.rows(rows), [rows.length, d]);
      const random = (purpose: string) => stream(0, "step", step, purpose);
      tf.dispose(adam.minimize(() => objective({ x, rows, labels, epoch, random })));
      x.dispose();
      step++;
    }
  }
}

/** The first digits of MNIST, in [0, 1]. */
async function digits(n: number): Promise<TrainingData> {
  const opened = await openMnist();
  const values = new Float32Array(n * d);
  let filled = 0;
  for await (const { features } of opened.batches()) {
    const taken = features.subarray(0, values.length - filled);
    values.set(
      Float32Array.from(taken, (pixel) => pixel / 255),
      filled,
    );
    filled += taken.length;
    if (filled === values.length) break;
  }
  const rows = (chosen: Uint32Array): Float32Array => {
    const picked = new Float32Array(chosen.length * d);
    chosen.forEach((row, i) => {
      picked.set(values.subarray(row * d, (row + 1) * d), i * d);
    });
    return picked;
  };
  return { n, d, rows, all: () => values.slice() };
}

export const fitBenchmarks: Benchmark[] = [decFit];
