/**
 * The author's convolutional networks (jariasf/semisupervised-vae-metric-embedding, jariasf/GMVAE): convolutions
 * without padding down to one pixel, batch norm and ReLU after each; and the mirror image by transposed convolutions.
 */
import { UserError } from "@gumbel/config";
import { type Parameter, type Parameters, relu, tf } from "@gumbel/engine";
import { BatchNorm } from "./batchNorm.js";
import { glorot, type Random } from "./dense.js";

interface ConvShape {
  kernels: number[];
  strides: [number, ...number[]];
  /** Filters of all layers but the last, which has the feature size. */
  filters: number[];
}

/** By height × width. 28 and 32 are the author's; 16 is the 28 one without its last stride (inferred). */
const shapes: Record<string, ConvShape> = {
  "16x16": { kernels: [5, 5, 4, 3], strides: [1, 1, 2, 1], filters: [16, 32, 64] },
  "28x28": { kernels: [5, 5, 4, 5, 3], strides: [1, 1, 2, 2, 1], filters: [16, 32, 64, 128] },
  "32x32": { kernels: [5, 5, 5, 3, 4, 8], strides: [1, 1, 1, 1, 2, 1], filters: [16, 32, 64, 128, 256] },
};

/** One layer's geometry, from its larger (image) side to its smaller. */
interface Geometry {
  kernel: number;
  stride: number;
  /** Width (= height) and channels on the image's side and on the feature's side. */
  outer: { size: number; channels: number };
  inner: { size: number; channels: number };
}

/**
 * @param shape [height, width, channels]
 * @throws UserError if there is no network for that size.
 */
function geometry(shape: number[], features: number): Geometry[] {
  const [height = 0, width = 0, channels = 0] = shape;
  const known = shapes[`${height}x${width}`];
  if (!known || shape.length !== 3) {
    throw new UserError({
      what: `there is no convolutional network for inputs of shape [${shape}]`,
      where: "model.network in pipeline.json",
      expected: `images of ${Object.keys(shapes).join(", ")}`,
      hint: 'set "network": "dense"',
    });
  }
  let outer = { size: height, channels };
  return known.kernels.map((kernel, i) => {
    const stride = known.strides[i]!;
    const inner = { size: (outer.size - kernel) / stride + 1, channels: known.filters[i] ?? features };
    const layer = { kernel, stride, outer, inner };
    outer = inner;
    return layer;
  });
}

/** A filter as large as its input, as a matrix: the layer is then a matrix product, which is six times as fast. */
const asMatrix = (filter: tf.Tensor4D): tf.Tensor2D => tf.reshape(filter, [-1, filter.shape[3]]);

/** @param h [batch, outer.size, outer.size, outer.channels] @returns [batch, inner.size, inner.size, inner.channels] */
function convolve(
  h: tf.Tensor4D,
  filter: tf.Tensor4D,
  { kernel, stride, outer, inner }: Geometry,
): tf.Tensor4D {
  if (kernel !== outer.size) return tf.conv2d(h, filter, stride, "valid");
  const product = tf.matMul(tf.reshape(h, [h.shape[0], -1]), asMatrix(filter));
  return tf.reshape(product, [h.shape[0], 1, 1, inner.channels]);
}

/** @param h [batch, inner.size, inner.size, inner.channels] @returns [batch, outer.size, outer.size, outer.channels] */
function convolveTransposed(
  h: tf.Tensor4D,
  filter: tf.Tensor4D,
  { kernel, stride, outer }: Geometry,
): tf.Tensor4D {
  const shape: [number, number, number, number] = [h.shape[0], outer.size, outer.size, outer.channels];
  if (kernel !== outer.size) return tf.conv2dTranspose(h, filter, shape, stride, "valid");
  return tf.reshape(tf.matMul(tf.reshape(h, [h.shape[0], -1]), asMatrix(filter), false, true), shape);
}

/** Image → feature. */
export class ConvEncoder {
  readonly #shape: number[];
  readonly #layers: { geometry: Geometry; filter: Parameter<tf.Tensor4D>; norm: BatchNorm }[];

  /** @param shape [height, width, channels] */
  constructor(parameters: Parameters, random: Random, name: string, shape: number[], features: number) {
    this.#shape = shape;
    this.#layers = geometry(shape, features).map((layer, i) => {
      const { kernel, outer, inner } = layer;
      const size: [number, number, number, number] = [kernel, kernel, outer.channels, inner.channels];
      const area = kernel * kernel;
      const weights = glorot(random(`${name}/${i}`), size, area * outer.channels, area * inner.channels);
      return {
        geometry: layer,
        filter: parameters.create(`${name}/${i}/filter`, size, weights),
        norm: new BatchNorm(parameters, `${name}/${i}`, inner.channels),
      };
    });
  }

  /** @param x [batch, d] @returns [batch, features] */
  apply(x: tf.Tensor2D, training: boolean): tf.Tensor2D {
    const [height, width, channels] = this.#shape as [number, number, number];
    let h: tf.Tensor4D = tf.reshape(x, [-1, height, width, channels]);
    for (const { geometry, filter, norm } of this.#layers) {
      h = relu(norm.apply(convolve(h, filter.value, geometry), training));
    }
    return tf.reshape(h, [h.shape[0], h.shape[3]]);
  }
}

/** Feature → image; the last layer has a bias and no activation. */
export class ConvDecoder {
  readonly #layers: { geometry: Geometry; filter: Parameter<tf.Tensor4D>; norm: BatchNorm | undefined }[];
  readonly #bias: Parameter;

  /** @param shape [height, width, channels] */
  constructor(parameters: Parameters, random: Random, name: string, shape: number[], features: number) {
    this.#layers = geometry(shape, features)
      .reverse()
      .map((layer, i, { length }) => {
        const { kernel, outer, inner } = layer;
        const size: [number, number, number, number] = [kernel, kernel, outer.channels, inner.channels];
        const area = kernel * kernel;
        const weights = glorot(random(`${name}/${i}`), size, area * inner.channels, area * outer.channels);
        return {
          geometry: layer,
          filter: parameters.create(`${name}/${i}/filter`, size, weights),
          norm: i < length - 1 ? new BatchNorm(parameters, `${name}/${i}`, outer.channels) : undefined,
        };
      });
    this.#bias = parameters.create(`${name}/bias`, [shape[2]!], new Float32Array(shape[2]!));
  }

  /** @param h [batch, features] @returns [batch, d] */
  apply(h: tf.Tensor2D, training: boolean): tf.Tensor2D {
    const [batch, features] = h.shape;
    let image: tf.Tensor4D = tf.reshape(h, [batch, 1, 1, features]);
    for (const { geometry, filter, norm } of this.#layers) {
      image = convolveTransposed(image, filter.value, geometry);
      if (norm) image = relu(norm.apply(image, training));
    }
    return tf.reshape(tf.add(image, this.#bias.value), [batch, -1]);
  }
}
