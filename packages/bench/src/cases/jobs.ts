/** Whole jobs, from the raw files to the accuracy: the stages of a pipeline, each a program of its own, beside ClustPy. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stageByStage } from "../wholeRuns.js";
import { type Benchmark, oneRun } from "./benchmark.js";

/** Epochs of each phase by data set, the same on both sides: those of MNIST have seven times as many steps. */
const epochsOf = { usps: 10, mnist: 4 };
const batchSize = 256;

/** Fields `model` and `train` of each pipeline. Adam at ClustPy's rate of clustering. */
const systemsOf = (epochs: number): Record<string, [model: object, train: object]> => {
  const pretraining = { epochs, batchSize };
  const clustering = { epochs, batchSize, optimizer: "adam", learningRate: 1e-4 };
  return {
    dec: [{ pretraining, tolerance: 0 }, clustering],
    idec: [{ pretraining, tolerance: 0 }, clustering],
    dcn: [{ pretraining }, clustering],
    vade: [{ pretraining }, clustering],
    n2d: [{}, { ...pretraining, learningRate: 1e-3 }],
  };
};

export const jobBenchmarks: Benchmark[] = Object.entries(epochsOf).flatMap(([dataset, epochs]) =>
  Object.entries(systemsOf(epochs)).map(
    ([name, [model, train]]): Benchmark => ({
      ...oneRun,
      name: `job/${name}-${dataset}`,
      title: `${name} on ${dataset} from its files to the accuracy, ${epochs} epochs of each phase`,
      async prepare(threads) {
        const workspace = await mkdtemp(join(tmpdir(), "gumbel-job-"));
        const folder = join(workspace, "pipelines", "job");
        const written = async (path: string, content: object) =>
          await writeFile(join(workspace, path), JSON.stringify(content));
        await mkdir(folder, { recursive: true });
        await written("pnpm-workspace.yaml", { packages: [] });
        await written("pipelines/job/package.json", { name: "@pipelines/job" });
        const pipeline = { dataset, model: { name, ...model }, train: { threads, ...train } };
        await written("pipelines/job/pipeline.json", pipeline);
        let peak = 0;
        return {
          amount: 1,
          async run() {
            const { taken } = await stageByStage(folder, { last: "evaluate" });
            peak = Math.max(...Object.values(taken).map(({ peakBytes }) => peakBytes));
          },
          peakRssBytes: () => peak,
          finish: () => rm(workspace, { recursive: true }),
        };
      },
      peer: {
        title: "ClustPy",
        script: "whole_job.py",
        arguments: [dataset, name, `${epochs}`, `${batchSize}`],
      },
    }),
  ),
);
