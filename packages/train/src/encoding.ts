import { tf } from "@gumbel/engine";
import type { Model, TrainingData, UnfinishedEncoding } from "@gumbel/models";
import type { Column } from "@gumbel/tables";

/** Encodings of some examples during training. */
export interface EncodingSoFar {
  /** Null if the system finds its clusters after the last step. */
  cluster: Int32Array | null;
  /** The part that nearest neighbours and the map use. */
  latent: Column<Float32Array>;
  probabilities: Column<Float32Array> | null;
  /** The pseudo-label of each example, -1 before the first propagation; null if labels are not propagated. */
  pseudoLabel: Int32Array | null;
}

/** Small enough for what convolutions make of it: at 1,000 this alone doubled a worker's memory. */
const batch = 200;

/**
 * Encodes the given examples, batch by batch. Changes nothing about the model and draws nothing random.
 *
 * @param rows of `data`, at least one
 */
export function encodeSoFar(model: Model, data: TrainingData, rows: Uint32Array): EncodingSoFar {
  let encoding!: EncodingSoFar;
  tf.tidy(() => {
    const parts: UnfinishedEncoding[] = [];
    for (let from = 0; from < rows.length; from += batch) {
      const chosen = rows.subarray(from, from + batch);
      const x = tf.tensor2d(data.rows(chosen), [chosen.length, data.d]);
      parts.push(tf.tidy(() => soFar(model, x, chosen)));
      x.dispose();
    }
    encoding = {
      cluster: endToEnd(parts.flatMap(({ cluster }) => cluster ?? [])),
      latent: joined(parts.map((part) => part[model.encoder.latent]!))!,
      probabilities: joined(parts.flatMap(({ probabilities }) => probabilities ?? [])),
      pseudoLabel: endToEnd(parts.flatMap(({ pseudoLabel }) => pseudoLabel ?? [])),
    };
  });
  return encoding;
}

function soFar({ encoder, training }: Model, x: tf.Tensor2D, rows: Uint32Array): UnfinishedEncoding {
  if (encoder.encodeDuringTraining) return encoder.encodeDuringTraining(x, rows);
  const encoding = encoder.encode(x);
  // The clusters that `finish` fits do not exist yet.
  return training.finish ? { [encoder.latent]: encoding[encoder.latent]! } : encoding;
}

/** Whole numbers, end to end; null of none. */
const endToEnd = (parts: tf.Tensor1D[]): Int32Array | null =>
  parts.length > 0 ? tf.concat(parts).dataSync<"int32">().slice() : null;

/** Matrices of equal width, row under row; null of none. */
function joined(parts: tf.Tensor2D[]): Column<Float32Array> | null {
  const [first] = parts;
  if (!first) return null;
  return { values: tf.concat(parts).dataSync<"float32">().slice(), width: first.shape[1] };
}
