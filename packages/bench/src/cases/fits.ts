/** Whole fits, from random weights to clusters, compared with other libraries. */
import { startEngine, tf } from "@gumbel/engine";
import { loadSystem, type TrainingData } from "@gumbel/models";
import { phaseOf, trainingDataOf, trainSteps } from "@gumbel/models/testing";
import { stream } from "@gumbel/random";
import { type Benchmark, oneRun } from "./benchmark.js";
import { openMnist } from "./mnist.js";

/** The schedule of our fit and of the peer's; the arguments of peers/dec_fit.py. */
const schedule = { examples: 5000, pretrainingEpochs: 10, epochs: 10, batchSize: 256, clusters: 10 };
const d = 784;

const decFit: Benchmark = {
  name: "fit/dec",
  title: "DEC on 5,000 digits: 10 epochs of the autoencoder, k-means, 10 epochs of clustering, batch 256",
  ...oneRun,
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
        data: {
          shape: [28, 28, 1],
          d,
          range: "unit",
          classes: clusters,
          examples,
          labelled: 0,
          foundClusters: null,
        },
        schedule: dec.training,
        random: (...names) => stream(0, ...names),
      });
      const perEpoch = Math.ceil(examples / batchSize);
      for (const [name, epochsOf, learningRate] of [
        ["pretraining", pretrainingEpochs, 1e-3],
        ["training", epochs, 1e-4],
      ] as const) {
        const optimizer = { name: "adam" as const, learningRate };
        await trainSteps(model, data, { steps: epochsOf * perEpoch, batchSize, optimizer }, [
          phaseOf(model, name),
        ]);
      }
      const clustersOf = tf.tidy(() => model.encoder.encode(tf.tensor2d(data.all(), [examples, d])).cluster);
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
  return trainingDataOf(values, d);
}

export const fitBenchmarks: Benchmark[] = [decFit];
