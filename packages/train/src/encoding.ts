import { tf } from "@gumbel/engine";
import type { Model, TrainingData, UnfinishedEncoding } from "@gumbel/models";
import type { Column } from "@gumbel/tables";

/** Encodings of some examples during training. */
export interface TrainingEncoding {
  /** Cluster of each example; null if the system finds its clusters after the last step. */
  cluster: Int32Array | null;
  /** The latents of nearest neighbours and of the map. */
  latent: Column<Float32Array>;
  probabilities: Column<Float32Array> | null;
  /** The pseudo-label of each example, -1 before the first propagation; null if labels are not propagated. */
  pseudoLabel: Int32Array | null;
}

/** Small because of the activations of convolutions: with 1,000, a worker needed twice the memory. */
const batch = 200;

/**
 * Encodes the given examples, batch by batch. Changes nothing in the model and draws no random numbers.
 *
 * @param rows rows of `data`, at least one
 */
export function encodeDuringTraining(model: Model, data: TrainingData, rows: Uint32Array): TrainingEncoding {
  let encoding!: TrainingEncoding;
  tf.tidy(() => {
    const parts = inBatches(data, rows, (x, chosen) => encodeBatch(model, x, chosen));
    encoding = {
      cluster: integers(parts.flatMap(({ cluster }) => cluster ?? [])),
      latent: matrix(parts.map((part) => part[model.encoder.latent]!))!,
      probabilities: matrix(parts.flatMap(({ probabilities }) => probabilities ?? [])),
      pseudoLabel: integers(parts.flatMap(({ pseudoLabel }) => pseudoLabel ?? [])),
    };
  });
  return encoding;
}

/**
 * The class that a system which is trained on labels gives to each of some examples that are not those of training; null if it
 * finds its clusters after the last step. Changes nothing in the model and draws no random numbers.
 *
 * @param rows rows of `data`, at least one
 */
export function clustersDuringTraining(
  { encoder, training }: Model,
  data: TrainingData,
  rows: Uint32Array,
): Int32Array | null {
  if (training.finish && !encoder.encodeDuringTraining) return null;
  let clusters: Int32Array | null = null;
  tf.tidy(() => {
    clusters = integers(inBatches(data, rows, (x) => encoder.encode(x).cluster));
  });
  return clusters;
}

/** `encode` of batches of the given examples, in a tidy of its own each. */
function inBatches<Result extends tf.TensorContainer>(
  data: TrainingData,
  rows: Uint32Array,
  encode: (x: tf.Tensor2D, rows: Uint32Array) => Result,
): Result[] {
  const parts: Result[] = [];
  for (let from = 0; from < rows.length; from += batch) {
    const chosen = rows.subarray(from, from + batch);
    const x = tf.tensor2d(data.rows(chosen), [chosen.length, data.d]);
    parts.push(tf.tidy(() => encode(x, chosen)));
    x.dispose();
  }
  return parts;
}

function encodeBatch({ encoder, training }: Model, x: tf.Tensor2D, rows: Uint32Array): UnfinishedEncoding {
  if (encoder.encodeDuringTraining) return encoder.encodeDuringTraining(x, rows);
  const encoding = encoder.encode(x);
  // The clusters are fitted by `finish`, after training.
  return training.finish ? { [encoder.latent]: encoding[encoder.latent]! } : encoding;
}

/** Concatenated vectors of integers; null if there are none. */
const integers = (parts: tf.Tensor1D[]): Int32Array | null =>
  parts.length > 0 ? tf.concat(parts).dataSync<"int32">().slice() : null;

/** Concatenated rows of matrices of equal width; null if there are none. */
function matrix(parts: tf.Tensor2D[]): Column<Float32Array> | null {
  const [first] = parts;
  if (!first) return null;
  return { values: tf.concat(parts).dataSync<"float32">().slice(), width: first.shape[1] };
}
