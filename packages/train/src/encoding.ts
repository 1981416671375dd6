import { tf } from "@gumbel/engine";
import type { Model, TrainingData, UnfinishedEncoding } from "@gumbel/models";
import type { Column } from "@gumbel/tables";

/** What a model that is still learning makes of some examples. */
export interface EncodingSoFar {
  /** Null where the system finds its clusters after the last step. */
  cluster: Int32Array | null;
  /** The part that nearest neighbours and the map use. */
  latent: Column<Float32Array>;
  probabilities: Column<Float32Array> | null;
  /** Label that was spread to each example, -1 before the first time; null where labels are not spread. */
  lent: Int32Array | null;
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
      latent: joined(parts.map((part) => part[model.latent]!))!,
      probabilities: joined(parts.flatMap(({ probabilities }) => probabilities ?? [])),
      lent: endToEnd(parts.flatMap(({ lent }) => lent ?? [])),
    };
  });
  return encoding;
}

function soFar(model: Model, x: tf.Tensor2D, rows: Uint32Array): UnfinishedEncoding {
  if (model.encodeUnfinished) return model.encodeUnfinished(x, rows);
  const seen = model.encode(x);
  // What `finish` fits is not there yet.
  return model.finish ? { [model.latent]: seen[model.latent]! } : seen;
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
