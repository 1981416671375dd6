import * as tf from "@tensorflow/tfjs-core";
import { float32, isDifferentiatedTwice, isNative, runKernelMulti, withGradient } from "../core/native.js";

/** Mean and variance per channel. */
export interface Statistics {
  /** [channels] */
  mean: tf.Tensor1D;
  /** [channels] */
  variance: tf.Tensor1D;
}

/**
 * Batch normalisation over all but the last axis with the batch's own statistics (Ioffe and Szegedy 2015).
 *
 * The value uses the biased variance of the batch, the moving average the unbiased one, as in TensorFlow and
 * PyTorch. The statistics carry no gradient.
 *
 * @param x [batch, …, channels]
 * @param scale [channels]
 * @param shift [channels]
 * @param moving the moving averages before this batch
 * @param options.momentum weight of the old moving averages in the new ones, in [0, 1)
 * @returns the value, and the moving averages after this batch
 */
export function batchNormTraining<T extends tf.Tensor>(
  x: T,
  scale: tf.Tensor1D,
  shift: tf.Tensor1D,
  moving: Statistics,
  options: { epsilon: number; momentum: number },
): { value: T; moving: Statistics } {
  return (isNative() ? fused : plain)(x, scale, shift, moving, options);
}

const plain: typeof batchNormTraining = (x, scale, shift, moving, { epsilon, momentum }) => {
  const axes = x.shape.slice(0, -1).map((_, axis) => axis);
  const { mean, variance } = tf.moments(x, axes);
  const factor = tf.mul(tf.rsqrt(tf.add(variance, epsilon)), scale);
  const value = tf.add<typeof x>(tf.mul(tf.sub(x, mean), factor), shift);
  const count = x.size / scale.size;
  const blend = (before: tf.Tensor1D, now: tf.Tensor, weight: number) =>
    tf.add<tf.Tensor1D>(tf.mul(before, momentum), tf.mul(now, weight));
  return {
    value,
    moving: {
      mean: blend(moving.mean, mean, 1 - momentum),
      variance: blend(moving.variance, variance, ((1 - momentum) * count) / Math.max(count - 1, 1)),
    },
  };
};

/** Reshapes to [batch, height, width, channels], as the kernel expects. */
const asImage = (x: tf.Tensor): tf.Tensor4D => {
  const channels = x.shape[x.shape.length - 1]!;
  return x.rank === 4 ? (x as tf.Tensor4D) : tf.reshape(x, [x.size / channels, 1, 1, channels]);
};

const fused: typeof batchNormTraining = (x, scale, shift, moving, { epsilon, momentum }) => {
  type T = typeof x;
  const common = {
    T: float32,
    U: float32,
    epsilon: { float: epsilon },
    data_format: { string: "NHWC" },
    is_training: { bool: true },
  };
  const attributes = { ...common, exponential_avg_factor: { float: 1 - momentum } };
  const statistics: tf.Tensor1D[] = [];
  const value = withGradient<T>(
    "batchNorm",
    [x, scale, shift],
    () => {
      const inputs = [asImage(x), scale, shift, moving.mean, moving.variance];
      const [y, mean, variance, ...reserves] = runKernelMulti("FusedBatchNormV3", attributes, inputs, 6);
      statistics.push(tf.keep(mean as tf.Tensor1D), tf.keep(variance as tf.Tensor1D));
      return { value: tf.reshape(y!, x.shape) as T, saved: [x, scale, ...reserves] };
    },
    (dy, saved) => {
      const [input, gamma, ...reserves] = saved as [tf.Tensor, tf.Tensor1D, ...tf.Tensor[]];
      if (isDifferentiatedTwice()) return plainGradients(dy, input as T, gamma, epsilon);
      const inputs = [asImage(dy), asImage(input), gamma, ...reserves];
      const [dx, dScale, dShift] = runKernelMulti("FusedBatchNormGradV3", common, inputs, 5);
      return [() => tf.reshape(dx!, x.shape), () => dScale!, () => dShift!];
    },
  );
  // They were kept beyond the operation's scope; the caller's scope owns the clones.
  const [mean, variance] = statistics.map((kept) => {
    const owned = tf.clone(kept);
    kept.dispose();
    return owned;
  }) as [tf.Tensor1D, tf.Tensor1D];
  return { value, moving: { mean, variance } };
};

/** Gradients with respect to x, scale and shift, in operations that have gradients (Ioffe and Szegedy 2015, section 3). */
function plainGradients(
  dy: tf.Tensor,
  x: tf.Tensor,
  scale: tf.Tensor1D,
  epsilon: number,
): (() => tf.Tensor)[] {
  const axes = x.shape.slice(0, -1).map((_, axis) => axis);
  const { mean, variance } = tf.moments(x, axes);
  const inverse = tf.rsqrt(tf.add(variance, epsilon));
  const normalised = tf.mul(tf.sub(x, mean), inverse);
  const along = tf.mul(normalised, tf.mean(tf.mul(dy, normalised), axes));
  return [
    () => tf.mul(tf.mul(scale, inverse), tf.sub(tf.sub(dy, tf.mean(dy, axes)), along)),
    () => tf.sum(tf.mul(dy, normalised), axes),
    () => tf.sum(dy, axes),
  ];
}
