/** The origin and unit in which float32 keeps the distances of points, wherever they lie and however large they are. */
import { type Frame, findNearest, matrixRows, tf } from "@gumbel/engine";
import { addTo, forEachChunk } from "./chunks.js";

/**
 * The frame of points whose mean is `centre` and whose farthest coordinate lies `extent` from it. Its scale is a power of two, with
 * which the largest coordinate is between a half and 1: both steps are exact for float32 points near the centre.
 */
export function frameAround(centre: Float32Array, extent: number): Frame {
  // The limits keep the scale and its inverse normal float32 numbers.
  const exponent = extent > 0 ? Math.min(126, Math.max(-126, -Math.ceil(Math.log2(extent)))) : 0;
  return { centre, scale: 2 ** exponent };
}

/**
 * The frame about the mean of some points. The scale is NaN if their values are not finite.
 *
 * @param points [n, d]
 */
export function frameOf(points: tf.Tensor2D): Frame {
  const [n, d] = points.shape;
  // All points are those of one centroid.
  const { sums } = findNearest(points, new Float32Array(d));
  const centre = Float32Array.from(sums, (of) => of / n);
  const origin = tf.tensor1d(centre);
  let extent = 0;
  // A sum keeps NaN, which the engine's maximum may not.
  const sum = new Float64Array(1);
  forEachChunk(points, (chunk) => {
    const distances = tf.abs(tf.sub(chunk, origin));
    addTo(sum, tf.sum(distances));
    extent = Math.max(extent, tf.max(distances).dataSync()[0]!);
  });
  origin.dispose();
  return Number.isFinite(sum[0]) ? frameAround(centre, extent) : { centre, scale: Number.NaN };
}

/** The frame about the mean of some rows of numbers in float64. @param values n × d, finite */
export function frameOfRows(values: Float64Array, d: number): Frame {
  const centre = new Float64Array(d);
  values.forEach((value, i) => {
    centre[i % d]! += value / (values.length / d);
  });
  const rounded = Float32Array.from(centre);
  return frameAround(
    rounded,
    values.reduce((most, value, i) => Math.max(most, Math.abs(value - rounded[i % d]!)), 0),
  );
}

/** Points in a frame, [n, d]. @param points [n, d] */
export function enter(points: tf.Tensor2D, { centre, scale }: Frame): tf.Tensor2D {
  return tf.tidy(() => tf.mul<tf.Tensor2D>(tf.sub(points, tf.tensor1d(centre)), scale));
}

/** One of the points in a frame, [d]. @param points [n, d] */
export function rowIn(points: tf.Tensor2D, row: number, frame: Frame): Float32Array {
  const tensor = tf.tidy(() => enter(matrixRows(points, row, 1), frame));
  const values = tensor.dataSync<"float32">();
  tensor.dispose();
  return values;
}

/** Numbers in a frame, in its float64. @param values n × d */
export const entered = (values: Float64Array, { centre, scale }: Frame): Float64Array =>
  values.map((value, i) => (value - centre[i % centre.length]!) * scale);

/** Numbers of a frame in the points' own coordinates. @param values n × d */
export const left = (values: ArrayLike<number>, { centre, scale }: Frame): Float64Array =>
  Float64Array.from(values, (value, i) => value / scale + centre[i % centre.length]!);
