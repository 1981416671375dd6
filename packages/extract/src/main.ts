/** The extract stage: what each trained model makes of every example, and what it can draw. */
import { readFile } from "node:fs/promises";
import { decodeSafetensors, oneHot, startEngine, tf } from "@gumbel/engine";
import { type Encoding, loadSystem, type Model } from "@gumbel/models";
import { stream } from "@gumbel/random";
import { runStage, type Stage } from "@gumbel/stage";
import {
  type Artifacts,
  type Columns,
  dataDescription,
  type Examples,
  labelledRows,
  modelInput,
  readExamples,
  splits,
  TableWriter,
  writeTable,
} from "@gumbel/tables";
import { principalDirections } from "./directions.js";

/** Pictures between two examples, the reconstructions of both among them. */
const interpolationSteps = 8;

await runStage("extract", "0.1.0", async (stage) => {
  const { plan } = stage;
  const engine = await startEngine();
  stage.version("engine", engine.name);
  stage.version("tfjs", engine.tfjs);
  if (engine.tensorflow !== null) stage.version("tensorflow", engine.tensorflow);

  const ingest = await stage.open("ingest");
  const examples = await readExamples(await ingest.path("data.arrow"));
  const trained = await stage.open("train");
  for (const seed of plan.seeds) {
    const labelled = await labelledRows(ingest, seed - plan.seed);
    const model = await loadModel(stage, examples, trained, seed, labelled.length);
    await writeLatents(await stage.output(`seed-${seed}/latents.arrow`), model, examples, plan.batchSize);
    await writeSamples(stage, seed, model, examples);
    await writeDirections(stage, seed, model, examples);
    model.parameters.dispose();
    console.log(`seed ${seed}  ${examples.n} examples encoded`);
  }
});

async function loadModel(
  { plan }: Stage<"extract">,
  examples: Examples,
  trained: Artifacts,
  seed: number,
  labelled: number,
): Promise<Model> {
  const system = await loadSystem(plan.model);
  const training =
    plan.split === "all" ? examples.n : examples.split.filter((s) => s === splits.train).length;
  const model = system.build({
    options: plan.options,
    data: dataDescription(examples, training, labelled),
    schedule: system.training,
    random: (...names) => stream(seed, "init", ...names),
  });
  const path = await trained.path(`seed-${seed}/weights.safetensors`);
  const loaded = model.parameters.load(decodeSafetensors(await readFile(path)).arrays);
  const missing = model.parameters.all.filter(({ name }) => !loaded.includes(name));
  if (missing.length > 0) throw new Error(`${path} lacks ${missing.map(({ name }) => name).join(", ")}`);
  return model;
}

/** Encodes every example, a record batch at a time. */
async function writeLatents(
  path: string,
  model: Model,
  examples: Examples,
  batchSize: number,
): Promise<void> {
  const writer = new TableWriter(path, {
    metadata: { "gumbel.latent": model.encoder.latent },
    vectors: ["feature", "z", "probabilities"],
  });
  try {
    for (let from = 0; from < examples.n; from += batchSize) {
      const to = Math.min(from + batchSize, examples.n);
      const plain = (values: Int32Array | Uint32Array | Uint8Array) => ({
        values: values.subarray(from, to),
        width: 1,
      });
      writer.write({
        index: plain(examples.index),
        split: plain(examples.split),
        label: plain(examples.labels),
        ...encode(model, inputTensor(examples, range(from, to))),
      });
    }
    writer.close();
  } catch (error) {
    writer.abort();
    throw error;
  }
}

/** The encoding's columns; disposes of `x`. */
function encode(model: Model, x: tf.Tensor2D): Columns {
  const columns: Columns = {};
  tf.tidy(() => {
    const { cluster, ...matrices } = model.encoder.encode(x);
    columns.cluster = { values: cluster.dataSync<"int32">().slice(), width: 1 };
    for (const [name, matrix] of Object.entries(matrices as Omit<Encoding, "cluster">)) {
      columns[name] = { values: matrix.dataSync<"float32">().slice(), width: matrix.shape[1] };
    }
  });
  x.dispose();
  return columns;
}

async function writeSamples(
  stage: Stage<"extract">,
  seed: number,
  model: Model,
  examples: Examples,
): Promise<void> {
  const { generatedPerCluster, styleExamples, reconstructions, interpolations } = stage.plan;
  const { clusters } = model;
  const { generator, reconstruct, interpolate, restyle } = model.decoder;
  const { d } = examples;
  const write = async (name: string, rows: number, columns: number, values: Float32Array) => {
    if (rows * columns === 0) return;
    writeTable(
      await stage.output(`seed-${seed}/${name}.arrow`),
      {
        row: {
          values: Int32Array.from({ length: rows * columns }, (_, i) => Math.floor(i / columns)),
          width: 1,
        },
        column: { values: Int32Array.from({ length: rows * columns }, (_, i) => i % columns), width: 1 },
        values: { values, width: d },
      },
      { vectors: ["values"] },
    );
  };

  if (generator) {
    // A column is one z under every cluster; without noise a cluster has one example.
    const columns = generator.noise > 0 ? generatedPerCluster : Math.min(1, generatedPerCluster);
    const noise = stream(seed, "generated").fill("normal", columns * generator.noise);
    const values = tf.tidy(() => {
      const c = oneHot(
        tf.tensor1d(
          Int32Array.from({ length: clusters * columns }, (_, i) => Math.floor(i / columns)),
          "int32",
        ),
        clusters,
      );
      const z = tf.tile(tf.tensor2d(noise, [columns, generator.noise]), [clusters, 1]);
      return generator.generate(z as tf.Tensor2D, c);
    });
    await write("generated", clusters, columns, take(values));
  }

  if (restyle) {
    const rows = spread(examples, styleExamples);
    const originals = modelInput(examples, rows);
    const columns = clusters + 1;
    const values = new Float32Array(rows.length * columns * d);
    for (let row = 0; row < rows.length; row++) {
      const original = originals.subarray(row * d, (row + 1) * d);
      values.set(original, row * columns * d);
      const restyled = tf.tidy(() => {
        const x = tf.tile(tf.tensor2d(original, [1, d]), [clusters, 1]);
        return restyle(x, tf.eye(clusters));
      });
      values.set(take(restyled), (row * columns + 1) * d);
    }
    await write("style", rows.length, columns, values);
  }

  if (reconstruct) {
    const rows = spread(examples, reconstructions);
    const values = new Float32Array(rows.length * 2 * d);
    const originals = modelInput(examples, rows);
    const reconstructed = take(tf.tidy(() => reconstruct(inputTensor(examples, rows))));
    for (let row = 0; row < rows.length; row++) {
      values.set(originals.subarray(row * d, (row + 1) * d), row * 2 * d);
      values.set(reconstructed.subarray(row * d, (row + 1) * d), (row * 2 + 1) * d);
    }
    await write("reconstructions", rows.length, 2, values);
  }

  if (interpolate) {
    const pairs = unlikePairs(model, examples, interpolations);
    const steps = interpolationSteps;
    const columns = steps + 2;
    const values = new Float32Array(pairs.length * columns * d);
    pairs.forEach((pair, row) => {
      const ends = modelInput(examples, pair);
      const between = tf.tidy(() => {
        const shares = Array.from({ length: steps }, (_, step) => step / (steps - 1));
        const weights = tf.tensor2d(shares.map((share) => [1 - share, share]));
        return interpolate(tf.tensor2d(ends, [2, d]), weights);
      });
      values.set(ends.subarray(0, d), row * columns * d);
      values.set(take(between), (row * columns + 1) * d);
      values.set(ends.subarray(d), ((row + 1) * columns - 1) * d);
    });
    await write("interpolations", pairs.length, columns, values);
  }
}

/** The ways to move the noise, where there is any to move and a picture to see it by. */
async function writeDirections(
  stage: Stage<"extract">,
  seed: number,
  { decoder, clusters }: Model,
  { info, d }: Examples,
): Promise<void> {
  const { generator } = decoder;
  if (info.kind !== "image" || !generator || generator.noise === 0) return;
  const { share, vectors } = principalDirections(generator, clusters, d);
  writeTable(
    await stage.output(`seed-${seed}/directions.arrow`),
    { share: { values: share, width: 1 }, noise: { values: vectors, width: generator.noise } },
    { vectors: ["noise"] },
  );
}

function range(from: number, to: number): Uint32Array {
  return Uint32Array.from({ length: to - from }, (_, i) => from + i);
}

function inputTensor(examples: Examples, rows: Uint32Array): tf.Tensor2D {
  return tf.tensor2d(modelInput(examples, rows), [rows.length, examples.d]);
}

/** A tensor's values; disposes of it. (Returned from `tf.tidy`, an array would be walked value by value.) */
function take(tensor: tf.Tensor): Float32Array {
  const values = tensor.dataSync<"float32">().slice();
  tensor.dispose();
  return values;
}

/** At most `count` pairs of evenly spaced test examples, the two of each in different clusters; no example twice. */
function unlikePairs(model: Model, examples: Examples, count: number): Uint32Array[] {
  const left = [...spread(examples, 10 * count)];
  const cluster = tf.tidy(() =>
    left.length === 0
      ? []
      : model.encoder.encode(inputTensor(examples, Uint32Array.from(left))).cluster.arraySync(),
  );
  const clusterOf = new Map(left.map((row, i) => [row, cluster[i]!]));
  const pairs: Uint32Array[] = [];
  while (pairs.length < count && left.length > 1) {
    const one = left.shift()!;
    const other = left.findIndex((row) => clusterOf.get(row) !== clusterOf.get(one));
    if (other >= 0) pairs.push(Uint32Array.of(one, ...left.splice(other, 1)));
  }
  return pairs;
}

/** `count` examples evenly spaced over the test split, or over everything where there is none. */
function spread({ n, split }: Examples, count: number): Uint32Array {
  const every = range(0, n);
  const test = every.filter((row) => split[row] === splits.test);
  const pool = test.length > 0 ? test : every;
  const taken = Math.min(count, pool.length);
  return Uint32Array.from({ length: taken }, (_, i) => pool[Math.floor((i * pool.length) / taken)]!);
}
