import * as tf from "@tensorflow/tfjs-core";
import { float32, isDifferentiatedTwice, isNative, runKernel, withGradient } from "../core/native.js";

const attributes = { T: float32 };

/**
 * max(x, 0). On the native engine its gradient is one kernel; that of `tf.relu` is a comparison, a selection and a product.
 *
 * @param x any shape
 */
export function relu<T extends tf.Tensor>(x: T): T {
  if (!isNative()) return tf.relu(x);
  return withGradient<T>(
    "relu",
    [x],
    () => {
      const value = runKernel<T>("Relu", attributes, [x]);
      return { value, saved: [value] };
    },
    (dy, saved) => [
      () =>
        isDifferentiatedTwice()
          ? tf.mul(dy, tf.step(saved[0]!))
          : runKernel("ReluGrad", attributes, [dy, saved[0]!]),
    ],
  );
}
