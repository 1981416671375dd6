/** The main work of the stages other than training: reading data, encoding it, rendering the report. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "@gumbel/config";
import { startEngine, tf } from "@gumbel/engine";
import { loadSystem } from "@gumbel/models";
import { stream } from "@gumbel/random";
import { artifactPath } from "@gumbel/workspace";
import { run as runProgram } from "@gumbel/workspace/programs";
import { type Benchmark, oneRun } from "./benchmark.js";
import { openMnist } from "./mnist.js";
import { root } from "./root.js";

const ingest: Benchmark = {
  name: "ingest/mnist",
  title: "unpack, check and decode MNIST's four files (55 MB of pixels and labels)",
  unit: { name: "MB/s", per: "second" },
  repetitions: 3,
  warmup: { repetitions: 1, seconds: 0 },
  async prepare() {
    await openMnist(); // Throws before the first repetition if the data is missing.
    const run = async (): Promise<void> => {
      const opened = await openMnist();
      for await (const _batch of opened.batches());
    };
    return { amount: (70_000 * 785) / 1e6, run };
  },
  peer: { title: "gzip and NumPy", script: "ingest.py", arguments: [] },
};

const extraction: Benchmark = {
  name: "extract/gumbel-vae",
  title: "encode 10,000 images of 28x28 in batches of 1,000",
  unit: { name: "examples/s", per: "second" },
  repetitions: 5,
  warmup: { repetitions: 1, seconds: 3 },
  async prepare(threads) {
    await startEngine({ threads });
    const system = await loadSystem("gumbel-vae");
    const model = system.build({
      options: system.optionsSchema.parse({}),
      data: {
        shape: [28, 28, 1],
        d: 784,
        range: "unit",
        classes: 10,
        examples: 10_000,
        labelled: 0,
        foundClusters: null,
      },
      schedule: system.training,
      random: (...names) => stream(0, ...names),
    });
    const images = stream(0, "data").fill("uniform", 10_000 * 784);
    const run = (): void => {
      for (let from = 0; from < 10_000; from += 1000) {
        const x = tf.tensor2d(images.subarray(from * 784, (from + 1000) * 784), [1000, 784]);
        const encoding = tf.tidy(() => ({ ...model.encoder.encode(x) }));
        for (const tensor of Object.values(encoding)) {
          tensor.dataSync();
          tensor.dispose();
        }
        x.dispose();
      }
    };
    return { amount: 10_000, run };
  },
  peer: { title: "PyTorch, no_grad", script: "extract.py", arguments: [] },
};

const report: Benchmark = {
  name: "report/quickstart",
  title: "the report of the finished quickstart, including the start of the process",
  ...oneRun,
  async prepare() {
    if (!existsSync(artifactPath(root, "quickstart", "evaluate", "manifest.json"))) {
      throw new UserError({ what: "the quickstart has not run", hint: "npm start" });
    }
    const stage = join(root, "packages/tasks/bin.mjs");
    const run = async (): Promise<void> => {
      const { exitCode, stderr } = await runProgram({
        cwd: join(root, "pipelines/quickstart"),
      })`${process.execPath} ${stage} report`;
      if (exitCode !== 0) throw new Error(`the report ended with ${exitCode}: ${stderr}`);
    };
    return { amount: 1, run };
  },
};

export const stageBenchmarks: Benchmark[] = [ingest, extraction, report];
