/** Stacks of convolutions, pools and dense layers of any size, described by a list in the options. */
import { UserError } from "@gumbel/config";
import { matMul, type Parameters, tf } from "@gumbel/engine";
import { z } from "zod";
import { glorot, type Random } from "./dense.js";

const size = z.int().min(1);

/** The option of a stack of layers. */
export const layersOption = z.array(
  z.union([
    z.strictObject({
      conv: size.describe("Height and width of the filters."),
      maps: size,
      padding: z
        .enum(["valid", "same", "full"])
        .default("valid")
        .describe("Zeros around the image: none, as many as keep its size, or all that a filter can reach."),
    }),
    z.strictObject({ pool: size.describe("Side of the squares of which the maximum is taken.") }),
    z.strictObject({ mean: z.literal(true).describe("The mean of each map over all its places.") }),
    z.strictObject({ dense: size.describe("Units.") }),
  ]),
);

export type LayerShape = z.output<typeof layersOption>[number];

/** The network "Conv-Small" of Rasmus et al. 2015, before its layer of a unit per class: 28 × 28 → 32, 16, 14, 16, 8, 6, 6, 1. */
export const convSmall: LayerShape[] = [
  { conv: 5, maps: 32, padding: "full" },
  { pool: 2 },
  { conv: 3, maps: 64, padding: "valid" },
  { conv: 3, maps: 64, padding: "full" },
  { pool: 2 },
  { conv: 3, maps: 128, padding: "valid" },
  { conv: 1, maps: 10, padding: "valid" },
  { mean: true },
];

/** Initial weights: as many as `shape` has, of a layer of so many inputs per unit. */
export type Initial = (random: ReturnType<Random>, shape: number[], inputs: number) => Float32Array;

/** N(0, 1 / inputs): every layer keeps the variance of its input (LeCun et al. 1998). */
export const leCunNormal: Initial = (random, shape, inputs) =>
  random.fill("normal", tf.util.sizeFromShape(shape)).map((value) => value / Math.sqrt(inputs));

/** Uniform, of the same variance. */
export const leCunUniform: Initial = (random, shape, inputs) =>
  random
    .fill("uniform", tf.util.sizeFromShape(shape))
    .map((value) => (2 * value - 1) * Math.sqrt(3 / inputs));

/** Normal, of variance 2 / (inputs + outputs) in a dense layer. */
export const glorotNormal: Initial = (random, shape, inputs) => glorot(random, shape, inputs, shape.at(-1)!);

/** A layer without bias and activation. */
export interface Layer {
  /** Name of its parameters. */
  name: string;
  /** Of its output, without the batch. */
  shape: number[];
  /** The last axis of it. */
  channels: number;
  /** True if it has weights; a pool has none. */
  weighted: boolean;
  /** [batch, height, width, channels] or [batch, values] → alike. */
  apply(h: tf.Tensor): tf.Tensor;
}

/**
 * The layers of a list, each with the weights that the one before calls for.
 *
 * @param shape of an example: [height, width, channels], or [d] if every layer is dense
 * @param initial weights of convolutions and of dense layers
 * @throws UserError if a convolution or a pool finds no image, or one smaller than itself, or the engine cannot pool.
 */
export function layersOf(
  parameters: Parameters,
  random: Random,
  name: string,
  shape: number[],
  shapes: LayerShape[],
  initial: { conv: Initial; dense: Initial } = { conv: leCunUniform, dense: leCunNormal },
): Layer[] {
  let below = shape;
  const weights = <const S extends readonly number[]>(path: string, of: S, inputs: number, draw: Initial) =>
    parameters.create(`${path}/weight`, of, draw(random(path), [...of], inputs));
  return shapes.map((layer, i): Layer => {
    const path = `${name}/${i}`;
    if ("dense" in layer) {
      const inputs = tf.util.sizeFromShape(below);
      const matrix = weights(path, [inputs, layer.dense], inputs, initial.dense);
      below = [layer.dense];
      return {
        name: path,
        shape: below,
        channels: layer.dense,
        weighted: true,
        apply: (h) => matMul(tf.reshape(h, [-1, inputs]), matrix.value),
      };
    }
    const [height, width, channels] = imageOf(below, layer);
    const bare = { name: path, channels, weighted: false };
    if ("mean" in layer) {
      below = [channels];
      return { ...bare, shape: below, apply: (h) => tf.mean(h, [1, 2]) };
    }
    if ("pool" in layer) {
      const side = layer.pool;
      below = [Math.floor(height / side), Math.floor(width / side), channels];
      return { ...bare, shape: below, apply: (h) => tf.maxPool(h as tf.Tensor4D, side, side, "valid") };
    }
    const { conv: kernel, maps, padding } = layer;
    const inputs = kernel * kernel * channels;
    const filter = weights(path, [kernel, kernel, channels, maps], inputs, initial.conv);
    const grown = { valid: 1 - kernel, same: 0, full: kernel - 1 }[padding];
    below = [height + grown, width + grown, maps];
    return {
      name: path,
      shape: below,
      channels: maps,
      weighted: true,
      apply: (h) => convolve(h as tf.Tensor4D, filter.value, padding),
    };
  });
}

/** A convolution of stride 1, [batch, height, width, channels] → [batch, …, maps]. */
function convolve(h: tf.Tensor4D, filter: tf.Tensor4D, padding: "valid" | "same" | "full"): tf.Tensor4D {
  if (padding !== "full") return tf.conv2d(h, filter, 1, padding);
  const zeros: [number, number] = [filter.shape[0] - 1, filter.shape[0] - 1];
  return tf.conv2d(tf.pad(h, [[0, 0], zeros, zeros, [0, 0]]), filter, 1, "valid");
}

/** The shape below a layer that takes an image. @throws UserError if it is none, or too small for the layer. */
function imageOf(shape: number[], layer: LayerShape): [number, number, number] {
  if (shape.length !== 3) {
    throw new UserError({
      what: `the layer ${JSON.stringify(layer)} takes images, and here it would get rows of ${shape[0]} values`,
      where: "model.layers in pipeline.json",
      expected: "images",
      hint: "choose dense layers, or a system that is not of convolutions",
    });
  }
  const [height = 0, width = 0, channels = 0] = shape;
  const smallest =
    "pool" in layer ? layer.pool : "conv" in layer && layer.padding === "valid" ? layer.conv : 1;
  if (Math.min(height, width) < smallest) {
    throw new UserError({
      what: `the layer ${JSON.stringify(layer)} cannot take an input of shape [${shape}]`,
      where: "model.layers in pipeline.json",
      expected: `an image of at least ${smallest} × ${smallest}`,
      hint: "choose fewer or smaller layers",
    });
  }
  if ("pool" in layer && tf.getBackend() === "wasm") {
    throw new UserError({
      what: "the wasm engine cannot train a network with max pooling: it lacks the gradient",
      where: "model.layers in pipeline.json",
      hint: "get the native engine: pnpm gumbel doctor --fix",
    });
  }
  return [height, width, channels];
}

/** A batch of examples as images, or as it is if they are none. @param shape of an example */
export const asImages = (x: tf.Tensor2D, shape: number[]): tf.Tensor =>
  shape.length === 3 ? tf.reshape(x, [-1, ...shape]) : x;
