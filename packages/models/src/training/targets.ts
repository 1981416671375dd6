/** Sharpened targets and the KL divergence from them. */
import { tf } from "@gumbel/engine";

/**
 * Sharpened assignments: q_ik ∝ (p_ik / √f_k)^power, f_k = Σ_i p_ik, rows summing to 1. With power 2 they are DEC's p² / f
 * (equation 3 of Xie, Girshick and Farhadi 2016), with power 1 the formula in DEPICT's paper.
 *
 * @param probabilities p, n × clusters
 */
export function sharpened(probabilities: Float32Array, clusters: number, power: number): Float32Array {
  const frequencies = new Float64Array(clusters);
  probabilities.forEach((p, i) => {
    frequencies[i % clusters]! += p;
  });
  const targets = new Float32Array(probabilities.length);
  for (let from = 0; from < targets.length; from += clusters) {
    // 0 / √0 is 0: a cluster without any probability gets none.
    const shares = Array.from(frequencies, (frequency, k) =>
      frequency > 0 ? (probabilities[from + k]! / Math.sqrt(frequency)) ** power : 0,
    );
    const sum = shares.reduce((all, share) => all + share, 0);
    shares.forEach((share, k) => {
      targets[from + k] = share / sum;
    });
  }
  return targets;
}

/**
 * The mean over the batch of KL(q ‖ softmax(logits)) = Σ_k q_k (log q_k - log p_k), with 0 log 0 = 0.
 *
 * @param q batch × clusters
 * @param logits [batch, clusters]
 */
export function meanKl(q: Float32Array, logits: tf.Tensor2D): tf.Scalar {
  const batch = logits.shape[0];
  const entropy = q.reduce((sum, share) => (share > 0 ? sum - share * Math.log(share) : sum), 0);
  const cross = tf.neg(tf.sum(tf.mul(tf.tensor2d(q, logits.shape), tf.logSoftmax(logits))));
  return tf.div(tf.sub(cross, entropy), batch);
}

/** Classes as one-hot rows, n × clusters. */
export function oneHotRows(classes: ArrayLike<number>, clusters: number): Float32Array {
  const rows = new Float32Array(classes.length * clusters);
  for (let i = 0; i < classes.length; i++) rows[i * clusters + classes[i]!] = 1;
  return rows;
}

/**
 * The mean over the batch of -log softmax(logits)_k, k the class of each row.
 *
 * @param classes of the rows, batch
 * @param logits [batch, K]
 */
export function crossEntropyTo(classes: ArrayLike<number>, logits: tf.Tensor2D): tf.Scalar {
  const [batch, clusters] = logits.shape;
  const target = tf.tensor2d(oneHotRows(classes, clusters), [batch, clusters]);
  const likelihood = tf.mul(target, tf.logSoftmax(logits));
  return tf.neg(tf.mean(tf.sum(likelihood, 1)));
}

/** The given rows of a table of `size` columns, one after another. */
export function rowsOf(table: Float32Array, size: number, rows: Uint32Array): Float32Array {
  const chosen = new Float32Array(rows.length * size);
  rows.forEach((row, i) => {
    chosen.set(table.subarray(row * size, (row + 1) * size), i * size);
  });
  return chosen;
}
