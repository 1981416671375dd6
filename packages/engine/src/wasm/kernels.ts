/**
 * Kernels that the wasm backend lacks or runs slowly, built from its fast ones. They are registered under the names that
 * tfjs uses, so that every operation and every gradient finds them.
 */
import * as tf from "@tensorflow/tfjs-core";

/** Replaces and adds kernels. Called once, before the backend starts. */
export function registerWasmKernels(): void {
  const own = tf.getKernel("BatchMatMul", "wasm");
  tf.unregisterKernel("BatchMatMul", "wasm");
  tf.registerKernel({
    ...own,
    kernelFunc: (call) => {
      const { transposeA, transposeB } = call.attrs as { transposeA: boolean; transposeB: boolean };
      if (!transposeA && !transposeB) return own.kernelFunc(call);
      const [a, b] = [call.inputs.a as tf.Tensor, call.inputs.b as tf.Tensor];
      return tf.tidy(() => tf.matMul(transposeA ? transposed(a) : a, transposeB ? transposed(b) : b));
    },
  });
  tf.registerKernel({
    kernelName: "Conv2DBackpropFilter",
    backendName: "wasm",
    kernelFunc: ({ inputs, attrs }) =>
      filterGradient(inputs.x as tf.Tensor4D, inputs.dy as tf.Tensor4D, attrs as unknown as Convolution),
  });
}

/** Swaps the last two axes. The backend's product is ten times slower if it transposes an operand itself. */
function transposed(x: tf.Tensor): tf.Tensor {
  const axes = [...x.shape.keys()];
  return tf.transpose(x, [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!]);
}

interface Convolution {
  strides: number | [number, number];
  pad: Parameters<typeof tf.backend_util.computeConv2DInfo>[4];
  dimRoundingMode?: "floor" | "round" | "ceil";
  /** [height, width, inputs, outputs] */
  filterShape: [number, number, number, number];
}

/**
 * The gradient of a convolution with respect to its filter. At each position of the filter it is the product of the inputs
 * that the position has seen with the gradient of the outputs: height × width products in all.
 *
 * @param x input of the convolution, [batch, height, width, inputs]
 * @param dy gradient with respect to its output, [batch, outHeight, outWidth, outputs]
 * @returns [filterHeight, filterWidth, inputs, outputs]
 */
function filterGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  { strides, pad, dimRoundingMode, filterShape }: Convolution,
): tf.Tensor4D {
  const [height, width, inputs, outputs] = filterShape;
  const info = tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad, dimRoundingMode);
  const { batchSize, outHeight, outWidth, strideHeight, strideWidth, padInfo } = info;
  const { top, bottom, left, right } = padInfo;
  const n = batchSize * outHeight * outWidth;
  return tf.tidy(() => {
    const padded = tf.pad(x, [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ]);
    const flat: tf.Tensor2D = tf.reshape(dy, [n, outputs]);
    const products: tf.Tensor2D[] = [];
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        const end = [i + (outHeight - 1) * strideHeight + 1, j + (outWidth - 1) * strideWidth + 1] as const;
        const seen = tf.stridedSlice(
          padded,
          [0, i, j, 0],
          [batchSize, ...end, inputs],
          [1, strideHeight, strideWidth, 1],
        );
        products.push(tf.matMul(tf.transpose(tf.reshape(seen, [n, inputs])), flat));
      }
    }
    return tf.reshape(tf.concat(products), filterShape);
  });
}
