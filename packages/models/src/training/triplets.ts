/** The triplet loss: examples of one cluster together, those of others apart. */
import { sub, tf } from "@gumbel/engine";
import type { RandomStream } from "@gumbel/random";

/** Pairs of one cluster in a batch, and the examples of other clusters that each is compared with. */
export interface Triplets {
  batch: number;
  anchors: number[];
  positives: number[];
  /** By pair. */
  negatives: number[][];
}

/**
 * Every pair of one cluster, each with up to `count` random examples of other clusters; fewer if there are fewer.
 *
 * @param labels cluster of each example of the batch
 */
export function drawTriplets(labels: Int32Array, count: number, random: RandomStream): Triplets {
  const triplets: Triplets = { batch: labels.length, anchors: [], positives: [], negatives: [] };
  const others = new Map<number, number[]>();
  for (let a = 0; a < labels.length; a++) {
    const label = labels[a]!;
    for (let p = a + 1; p < labels.length; p++) {
      if (labels[p] !== label) continue;
      const from = others.get(label) ?? [...labels.keys()].filter((n) => labels[n] !== label);
      others.set(label, from);
      if (from.length === 0) continue;
      const drawn = Math.min(count, from.length);
      // The first steps of Fisher's and Yates' shuffle: no example twice for one pair.
      for (let i = 0; i < drawn; i++) {
        const j = i + random.int(from.length - i);
        [from[i], from[j]] = [from[j]!, from[i]!];
      }
      triplets.anchors.push(a);
      triplets.positives.push(p);
      triplets.negatives.push(from.slice(0, drawn));
    }
  }
  return triplets;
}

/**
 * The mean over all triplets of max(0, margin + γ ‖f_a - f_p‖² - ‖f_a - f_n‖²); 0 if a batch has none.
 *
 * @param features [batch, F]
 */
export function tripletLoss(
  features: tf.Tensor2D,
  { batch, anchors, positives, negatives }: Triplets,
  margin: number,
  positiveWeight: number,
): tf.Scalar {
  const pairs = anchors.length;
  if (pairs === 0) return tf.scalar(0);
  // Selections as matrices: the gradient of a gather is not there on every engine.
  const marked = (of: (pair: number) => number[]): tf.Tensor2D => {
    const marks = new Float32Array(pairs * batch);
    for (let pair = 0; pair < pairs; pair++) for (const at of of(pair)) marks[pair * batch + at] = 1;
    return tf.tensor2d(marks, [pairs, batch]);
  };
  const squares = tf.sum(tf.square(features), 1, true);
  const products = tf.matMul(features, tf.transpose(features));
  const distances = sub(tf.add(squares, tf.transpose(squares)), tf.mul(products, 2));
  const fromAnchor = tf.matMul(
    marked((pair) => [anchors[pair]!]),
    distances,
  );
  const positive = tf.sum(
    tf.mul(
      fromAnchor,
      marked((pair) => [positives[pair]!]),
    ),
    1,
    true,
  );
  const hinge = tf.relu(tf.sub(tf.add(tf.mul(positive, positiveWeight), margin), fromAnchor));
  const total = negatives.reduce((sum, { length }) => sum + length, 0);
  return tf.div(
    tf.sum(
      tf.mul(
        hinge,
        marked((pair) => negatives[pair]!),
      ),
    ),
    total,
  );
}
