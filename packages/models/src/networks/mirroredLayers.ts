/** Layers of an autoencoder, each with its counterpart in the decoder. */
import { UserError } from "@gumbel/config";
import { type Parameter, type Parameters, tf } from "@gumbel/engine";
import { z } from "zod";
import type { DataDescription } from "../system.js";
import { DenseLayer, glorot, type Random } from "./dense.js";

/** A hidden layer of the encoder with its counterpart of the decoder, both before the activation. */
export interface MirroredLayer {
  /** Values of the layer in one example. */
  size: number;
  up(below: tf.Tensor2D): tf.Tensor2D;
  down(above: tf.Tensor2D): tf.Tensor2D;
}

/** The options of the hidden layers. */
export const layerOptions = {
  network: z
    .enum(["auto", "conv", "dense"])
    .default("auto")
    .describe("auto takes convolutions for images of at least 4 × 4 and dense layers for anything else."),
  maps: z
    .tuple([z.int().min(1), z.int().min(1)])
    .default([50, 50])
    .describe("Feature maps of the two convolutions. The authors' code."),
  hidden: z
    .array(z.int().min(1))
    .min(1)
    .default([500, 500])
    .describe("Hidden layers of the dense network (ours: the paper has images only)."),
};

/**
 * DEPICT's hidden layers: convolutions of 4 × 4 without padding and 5 × 5 with, both of stride 2 (28 → 13 → 7, 16 → 7 → 4),
 * or dense ones.
 *
 * @throws UserError if convolutions are asked for and the examples are no images of at least 4 × 4.
 */
export function mirroredLayers(
  parameters: Parameters,
  random: Random,
  { shape, d }: DataDescription,
  { network, maps, hidden }: z.output<z.ZodObject<typeof layerOptions>>,
): MirroredLayer[] {
  const [height = 0, width = 0, channels = 0] = shape;
  const image = shape.length === 3 && Math.min(height, width) >= 4;
  if (network === "dense" || (network === "auto" && !image)) {
    return hidden.map((size, i) => {
      const below = hidden[i - 1] ?? d;
      const up = new DenseLayer(parameters, random, `encoder/${i}`, below, size);
      const down = new DenseLayer(parameters, random, `decoder/${i}`, size, below);
      return { size, up: (h) => up.apply(h), down: (h) => down.apply(h) };
    });
  }
  if (!image) {
    throw new UserError({
      what: `there is no convolutional network for inputs of shape [${shape}]`,
      where: "model.network in pipeline.json",
      expected: "images of at least 4 × 4",
      hint: 'set "network": "dense"',
    });
  }
  const half = (size: number) => Math.floor((size - 4) / 2) + 1;
  const input = { height, width, channels };
  const first = { height: half(height), width: half(width), channels: maps[0] };
  const second = {
    height: Math.ceil(first.height / 2),
    width: Math.ceil(first.width / 2),
    channels: maps[1],
  };
  return [
    new ConvLayer(parameters, random, "0", { below: input, above: first, kernel: 4, padding: "valid" }),
    new ConvLayer(parameters, random, "1", { below: first, above: second, kernel: 5, padding: "same" }),
  ];
}

interface ImageShape {
  height: number;
  width: number;
  channels: number;
}

/** A convolution of stride 2 and a transposed one back, on images laid out flat. */
class ConvLayer implements MirroredLayer {
  readonly size: number;
  readonly #below: ImageShape;
  readonly #above: ImageShape;
  readonly #padding: "valid" | "same";
  readonly #up: { filter: Parameter<tf.Tensor4D>; bias: Parameter<tf.Tensor1D> };
  readonly #down: { filter: Parameter<tf.Tensor4D>; bias: Parameter<tf.Tensor1D> };

  constructor(
    parameters: Parameters,
    random: Random,
    name: string,
    layer: { below: ImageShape; above: ImageShape; kernel: number; padding: "valid" | "same" },
  ) {
    const { below, above, kernel, padding } = layer;
    this.size = above.height * above.width * above.channels;
    this.#below = below;
    this.#above = above;
    this.#padding = padding;
    const area = kernel * kernel;
    const shape: [number, number, number, number] = [kernel, kernel, below.channels, above.channels];
    const weights = (path: string, outputs: number) => ({
      filter: parameters.create(
        `${path}/filter`,
        shape,
        glorot(random(path), shape, area * below.channels, area * above.channels),
      ),
      bias: parameters.create(`${path}/bias`, [outputs], new Float32Array(outputs)),
    });
    this.#up = weights(`encoder/${name}`, above.channels);
    this.#down = weights(`decoder/${name}`, below.channels);
  }

  up(below: tf.Tensor2D): tf.Tensor2D {
    const { height, width, channels } = this.#below;
    const image = tf.reshape(below, [-1, height, width, channels]) as tf.Tensor4D;
    const convolved = tf.conv2d(image, this.#up.filter.value, 2, this.#padding);
    return tf.reshape(tf.add(convolved, this.#up.bias.value), [-1, this.size]);
  }

  down(above: tf.Tensor2D): tf.Tensor2D {
    const from = this.#above;
    const to = this.#below;
    const image = tf.reshape(above, [-1, from.height, from.width, from.channels]) as tf.Tensor4D;
    const shape: [number, number, number, number] = [image.shape[0], to.height, to.width, to.channels];
    const filter = this.#down.filter.value;
    const spread = tf.conv2dTranspose(image, filter, shape, 2, this.#padding);
    return tf.reshape(tf.add(spread, this.#down.bias.value), [-1, to.height * to.width * to.channels]);
  }
}
