/** Pictures by a trained model, one function per kind. Each returns undefined if the model cannot draw that kind. */
import { tf } from "@gumbel/engine";
import { drawRows, type Model } from "@gumbel/models";
import { evenlySpaced, stream } from "@gumbel/random";
import { type Examples, modelInput, type PictureGrid, splitRows } from "@gumbel/tables";

/** Number of reconstructions in an interpolation, including those of both ends. */
const interpolationSteps = 8;

/**
 * Generated pictures: a row per cluster, with the same noise in each row; a single row if the generator knows no clusters.
 *
 * @param perCluster pictures per cluster; a cluster without noise has only one
 */
export function generated(model: Model, perCluster: number, seed: number): PictureGrid | undefined {
  const { generator } = model.decoder;
  if (!generator) return undefined;
  const columns = generator.noise > 0 ? perCluster : Math.min(1, perCluster);
  const noise = stream(seed, "generated").fill("normal", columns * generator.noise);
  return { columns, values: take(drawRows(model, noise, columns)) };
}

/** Style transfer: a row per test example, first the example and then its style in every cluster. */
export function restyled(
  { clusters, decoder: { restyle } }: Model,
  examples: Examples,
  count: number,
): PictureGrid | undefined {
  if (!restyle) return undefined;
  const { d } = examples;
  const rows = evenlySpacedTests(examples, count);
  const originals = modelInput(examples, rows);
  const columns = clusters + 1;
  const values = new Float32Array(rows.length * columns * d);
  for (let row = 0; row < rows.length; row++) {
    const original = originals.subarray(row * d, (row + 1) * d);
    const pictures = tf.tidy(() => {
      const x = tf.tile(tf.tensor2d(original, [1, d]), [clusters, 1]);
      return restyle(x, tf.eye(clusters));
    });
    values.set(original, row * columns * d);
    values.set(take(pictures), (row * columns + 1) * d);
  }
  return { columns, values };
}

/** Reconstructions: a row per test example, first the example and then its reconstruction. */
export function reconstructed(
  { decoder: { reconstruct } }: Model,
  examples: Examples,
  count: number,
): PictureGrid | undefined {
  if (!reconstruct) return undefined;
  const { d } = examples;
  const rows = evenlySpacedTests(examples, count);
  const originals = modelInput(examples, rows);
  const reconstructions = take(tf.tidy(() => reconstruct(inputTensor(examples, rows))));
  const values = new Float32Array(rows.length * 2 * d);
  for (let row = 0; row < rows.length; row++) {
    values.set(originals.subarray(row * d, (row + 1) * d), row * 2 * d);
    values.set(reconstructions.subarray(row * d, (row + 1) * d), (row * 2 + 1) * d);
  }
  return { columns: 2, values };
}

/** Interpolations: a row per pair of test examples, the pictures between them with one example at each end. */
export function interpolated(model: Model, examples: Examples, count: number): PictureGrid | undefined {
  const { interpolate } = model.decoder;
  if (!interpolate) return undefined;
  const { d } = examples;
  const pairs = pairsAcrossClusters(model, examples, count);
  const columns = interpolationSteps + 2;
  const values = new Float32Array(pairs.length * columns * d);
  pairs.forEach((pair, row) => {
    const ends = modelInput(examples, pair);
    const between = tf.tidy(() => {
      const shares = Array.from({ length: interpolationSteps }, (_, step) => step / (interpolationSteps - 1));
      const weights = tf.tensor2d(shares.map((share) => [1 - share, share]));
      return interpolate(tf.tensor2d(ends, [2, d]), weights);
    });
    values.set(ends.subarray(0, d), row * columns * d);
    values.set(take(between), (row * columns + 1) * d);
    values.set(ends.subarray(d), ((row + 1) * columns - 1) * d);
  });
  return { columns, values };
}

/** The given examples in the model's input scale, rows.length × d. */
export function inputTensor(examples: Examples, rows: Uint32Array): tf.Tensor2D {
  return tf.tensor2d(modelInput(examples, rows), [rows.length, examples.d]);
}

/** A tensor's values; disposes of it. Not inside `tf.tidy`, which inspects each value of an array that it returns. */
function take(tensor: tf.Tensor): Float32Array {
  const values = tensor.dataSync<"float32">().slice();
  tensor.dispose();
  return values;
}

/** At most `count` pairs of evenly spaced test examples in different clusters; each example is in at most one pair. */
function pairsAcrossClusters(model: Model, examples: Examples, count: number): Uint32Array[] {
  const left = [...evenlySpacedTests(examples, 10 * count)];
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

/** `count` evenly spaced rows of the test split, or of all examples if there is no test split. */
function evenlySpacedTests(examples: Examples, count: number): Uint32Array {
  const test = splitRows(examples, "test");
  const pool = test.length > 0 ? test : splitRows(examples, "all");
  return evenlySpaced(pool.length, count).map((i) => pool[i]!);
}
