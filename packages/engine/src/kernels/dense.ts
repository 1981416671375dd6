import * as tf from "@tensorflow/tfjs-core";
import { float32, isDifferentiatedTwice, isNative, runKernel, withGradient } from "../core/native.js";

/** Activation of a fully connected layer. */
export type DenseActivation = "linear" | "relu";

/**
 * A fully connected layer: activation(x · weight + bias).
 *
 * @param x [batch, inputs]
 * @param weight [inputs, outputs]
 * @param bias [outputs]
 * @returns [batch, outputs]
 */
export function dense(
  x: tf.Tensor2D,
  weight: tf.Tensor2D,
  bias: tf.Tensor1D,
  activation: DenseActivation,
): tf.Tensor2D {
  return isNative() ? denseFused(x, weight, bias, activation) : densePlain(x, weight, bias, activation);
}

/**
 * The batched product, with a batch of one. TensorFlow's plain `MatMul` is no faster on our shapes.
 */
const multiply = "BatchMatMulV2";
const productAttributes = (transposeA: boolean, transposeB: boolean) => ({
  T: float32,
  adj_x: { bool: transposeA },
  adj_y: { bool: transposeB },
});
const product = productAttributes(false, false);
const leftTransposed = productAttributes(true, false);
const rightTransposed = productAttributes(false, true);
const elementwise = { T: float32 };
const channelsLast = { T: float32, data_format: { string: "NHWC" } };

/**
 * One kernel each for product, bias and activation, and one per gradient. (`tf.fused.matMul` is not fused on
 * TensorFlow: it is a product between reshapes, and a broadcast sum.)
 */
function denseFused(
  x: tf.Tensor2D,
  weight: tf.Tensor2D,
  bias: tf.Tensor1D,
  activation: DenseActivation,
): tf.Tensor2D {
  return withGradient<tf.Tensor2D>(
    "dense",
    [x, weight, bias],
    () => {
      const sum = runKernel("BiasAdd", channelsLast, [runKernel(multiply, product, [x, weight]), bias]);
      const value: tf.Tensor2D =
        activation === "relu" ? runKernel("Relu", elementwise, [sum]) : (sum as tf.Tensor2D);
      return { value, saved: [x, weight, value] };
    },
    (dy, saved) => {
      const [a, w, y] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
      if (isDifferentiatedTwice()) {
        const slope = activation === "relu" ? tf.mul<tf.Tensor2D>(dy, tf.step(y)) : dy;
        return [
          () => tf.matMul(slope, w, false, true),
          () => tf.matMul(a, slope, true),
          () => tf.sum(slope, 0),
        ];
      }
      const inner: tf.Tensor = activation === "relu" ? runKernel("ReluGrad", elementwise, [dy, y]) : dy;
      return [
        () => runKernel(multiply, rightTransposed, [inner, w]),
        () => runKernel(multiply, leftTransposed, [a, inner]),
        () => runKernel("BiasAddGrad", channelsLast, [inner]),
      ];
    },
  );
}

/**
 * The layer in plain operations. It transposes explicitly, because the wasm backend's product with a transposed operand is
 * ten times slower than transposing first.
 */
function densePlain(
  x: tf.Tensor2D,
  weight: tf.Tensor2D,
  bias: tf.Tensor1D,
  activation: DenseActivation,
): tf.Tensor2D {
  const product = withGradient<tf.Tensor2D>(
    "product",
    [x, weight],
    () => ({ value: tf.matMul(x, weight), saved: [x, weight] }),
    (dy, saved) => {
      const [a, w] = saved as [tf.Tensor2D, tf.Tensor2D];
      return [() => tf.matMul(dy, tf.transpose(w)), () => tf.matMul(tf.transpose(a), dy)];
    },
  );
  const sum = tf.add<tf.Tensor2D>(product, bias);
  return activation === "relu" ? tf.relu(sum) : sum;
}
