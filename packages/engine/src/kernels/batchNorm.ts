import * as tf from "@tensorflow/tfjs-core";
import { float32, isNative, runKernelMulti, withGradient } from "../native.js";

/** What batch normalisation in training returns: the output, and the statistics of this batch. */
export interface Normalised<T extends tf.Tensor> {
  value: T;
  mean: tf.Tensor1D;
  variance: tf.Tensor1D;
}

/**
 * Batch normalisation over all but the last axis with the batch's own statistics (Ioffe and Szegedy 2015).
 * The variance is the biased one; the statistics carry no gradient.
 *
 * @param x [batch, …, channels]
 * @param scale [channels]
 * @param shift [channels]
 */
export function batchNormTraining<T extends tf.Tensor>(
  x: T,
  scale: tf.Tensor1D,
  shift: tf.Tensor1D,
  epsilon: number,
): Normalised<T> {
  return isNative() ? fused(x, scale, shift, epsilon) : plain(x, scale, shift, epsilon);
}

function plain<T extends tf.Tensor>(
  x: T,
  scale: tf.Tensor1D,
  shift: tf.Tensor1D,
  epsilon: number,
): Normalised<T> {
  const axes = x.shape.slice(0, -1).map((_, axis) => axis);
  const { mean, variance } = tf.moments(x, axes);
  const factor = tf.mul(tf.rsqrt(tf.add(variance, epsilon)), scale);
  const value = tf.add<T>(tf.mul(tf.sub(x, mean), factor), shift);
  return { value, mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D };
}

/** The kernel wants [batch, height, width, channels]. */
const asImage = (x: tf.Tensor): tf.Tensor4D => {
  const channels = x.shape[x.shape.length - 1]!;
  return x.rank === 4 ? (x as tf.Tensor4D) : tf.reshape(x, [x.size / channels, 1, 1, channels]);
};

function fused<T extends tf.Tensor>(
  x: T,
  scale: tf.Tensor1D,
  shift: tf.Tensor1D,
  epsilon: number,
): Normalised<T> {
  const common = {
    T: float32,
    U: float32,
    epsilon: { float: epsilon },
    data_format: { string: "NHWC" },
    is_training: { bool: true },
  };
  let statistics: { mean: tf.Tensor1D; variance: tf.Tensor1D } | undefined;
  const value = withGradient<T>(
    [x, scale, shift],
    () => {
      const nothing = tf.tensor1d([]);
      const attributes = { ...common, exponential_avg_factor: { float: 1 } };
      const inputs = [asImage(x), scale, shift, nothing, nothing];
      const [y, mean, variance, reserve1, reserve2, reserve3] = runKernelMulti(
        "FusedBatchNormV3",
        attributes,
        inputs,
        6,
      );
      // The kernel's variance is Bessel-corrected; the moving average wants the biased one, as the plain path has it.
      const count = x.size / scale.size;
      statistics = {
        mean: tf.keep(mean as tf.Tensor1D),
        variance: tf.keep(tf.mul<tf.Tensor1D>(variance!, (count - 1) / count)),
      };
      return { value: tf.reshape(y!, x.shape) as T, saved: [x, scale, reserve1!, reserve2!, reserve3!] };
    },
    (dy, saved) => {
      const [input, gamma, ...reserves] = saved as [tf.Tensor, tf.Tensor1D, ...tf.Tensor[]];
      const [dx, dScale, dShift] = runKernelMulti(
        "FusedBatchNormGradV3",
        common,
        [asImage(dy), asImage(input), gamma, ...reserves],
        5,
      );
      return [() => tf.reshape(dx!, x.shape), () => dScale!, () => dShift!];
    },
  );
  return { value, ...statistics! };
}
