/** The extract stage: encodings of every example by each trained model, and pictures by its decoder. */
import { readFile } from "node:fs/promises";
import { parseWith } from "@gumbel/config";
import { decodeSafetensors, startEngine, tf } from "@gumbel/engine";
import { type Encoding, loadTrained, type Model } from "@gumbel/models";
import { runStage, type Stage } from "@gumbel/stage";
import {
  type Artifacts,
  type Columns,
  dataDescription,
  type Examples,
  labelledRows,
  readExamples,
  splitRows,
  TableWriter,
  trainSummarySchema,
  writePictures,
  writeTable,
} from "@gumbel/tables";
import { ownSystemUrl } from "@gumbel/workspace";
import { principalDirections } from "./directions.js";
import { generated, inputTensor, interpolated, reconstructed, restyled } from "./pictures.js";

await runStage("extract", "0.1.0", async (stage) => {
  const { plan } = stage;
  const engine = await startEngine({ name: plan.engine.name });
  stage.version("engine", engine.name);
  stage.version("tfjs", engine.tfjs);
  if (engine.tensorflow !== null) stage.version("tensorflow", engine.tensorflow);

  const ingest = await stage.open("ingest");
  const examples = await readExamples(await ingest.path("data.arrow"));
  const trained = await stage.open("train");
  const summaryFile = `${trained.folder}/summary.json`;
  const { clusters } = parseWith(trainSummarySchema, await trained.json("summary.json"), summaryFile);
  for (const seed of plan.seeds) {
    const labelled = await labelledRows(ingest, seed - plan.seed);
    const model = await loadModel(stage, examples, trained, seed, labelled.length, clusters);
    await writeLatents(await stage.output(`seed-${seed}/latents.arrow`), model, examples, plan.batchSize);
    await writeAllPictures(stage, seed, model, examples);
    await writeDirections(stage, seed, model, examples);
    model.parameters.dispose();
    console.log(`seed ${seed}  ${examples.n} examples encoded`);
  }
});

async function loadModel(
  { plan, workspace }: Stage<"extract">,
  examples: Examples,
  trained: Artifacts,
  seed: number,
  labelled: number,
  clusters: number,
): Promise<Model> {
  const data = dataDescription(examples.info, splitRows(examples, plan.split).length, labelled, clusters);
  const path = await trained.path(`seed-${seed}/weights.safetensors`);
  const { arrays } = decodeSafetensors(await readFile(path));
  return loadTrained(plan.model, plan.options, data, arrays, ownSystemUrl(workspace.root, plan));
}

/** Writes the encodings of all examples, one record batch at a time. */
async function writeLatents(
  path: string,
  model: Model,
  examples: Examples,
  batchSize: number,
): Promise<void> {
  const rows = Uint32Array.from({ length: examples.n }, (_, row) => row);
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
        ...encode(model, inputTensor(examples, rows.subarray(from, to))),
      });
    }
    writer.close();
  } catch (error) {
    writer.abort();
    throw error;
  }
}

/** The encodings of `x` as columns of latents.arrow; disposes of `x`. */
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

/** Writes the pictures that the model can draw, a file per kind. */
async function writeAllPictures(
  stage: Stage<"extract">,
  seed: number,
  model: Model,
  examples: Examples,
): Promise<void> {
  const { generatedPerCluster, styleExamples, reconstructions, interpolations } = stage.plan;
  const kinds = {
    generated: generated(model, generatedPerCluster, seed),
    style: restyled(model, examples, styleExamples),
    reconstructions: reconstructed(model, examples, reconstructions),
    interpolations: interpolated(model, examples, interpolations),
  };
  for (const [kind, pictures] of Object.entries(kinds)) {
    if (!pictures || pictures.values.length === 0) continue;
    writePictures(await stage.output(`seed-${seed}/${kind}.arrow`), pictures, examples.d);
  }
}

/** Writes the principal directions of the noise, if the model has noise and draws images. */
async function writeDirections(
  stage: Stage<"extract">,
  seed: number,
  { decoder, clusters }: Model,
  { info, d }: Examples,
): Promise<void> {
  const { generator } = decoder;
  if (info.kind !== "image" || !generator || generator.noise === 0) return;
  const { share, vectors } = principalDirections(generator, generator.conditional ? clusters : 1, d);
  writeTable(
    await stage.output(`seed-${seed}/directions.arrow`),
    { share: { values: share, width: 1 }, noise: { values: vectors, width: generator.noise } },
    { vectors: ["noise"] },
  );
}
