import { UserError } from "@gumbel/config";
import { type Parameter, type Parameters, relu, tf } from "@gumbel/engine";
import type { DataDescription } from "../system.js";
import { BatchNorm } from "./batchNorm.js";
import { DenseLayer, DenseNetwork, type Random } from "./dense.js";

/**
 * JULE's network, [batch, d] → [batch, featureSize]: 5 × 5 convolutions with batch norm, ReLU and 2 × 2 pooling, one for
 * images of fewer than 24 pixels a side (USPS), two (the second without pooling) for larger ones (MNIST), then a linear
 * layer; or dense layers.
 *
 * @throws UserError if convolutions are asked for and the examples are no images of at least 8 × 8, or the engine lacks them.
 */
export function pooledConvolutions(
  parameters: Parameters,
  random: Random,
  { shape, d }: DataDescription,
  {
    network,
    maps,
    hidden,
    featureSize,
  }: { network: "auto" | "conv" | "dense"; maps: number; hidden: number[]; featureSize: number },
): (x: tf.Tensor2D, training: boolean) => tf.Tensor2D {
  const [height = 0, width = 0, channels = 0] = shape;
  const side = Math.min(height, width);
  const image = shape.length === 3 && side >= 8;
  if (network === "dense" || (network === "auto" && !image)) {
    const dense = new DenseNetwork(parameters, random, "encoder", [d, ...hidden, featureSize], "linear");
    return (x) => dense.apply(x);
  }
  if (!image) {
    throw new UserError({
      what: `there is no convolutional network for inputs of shape [${shape}]`,
      where: "model.network in pipeline.json",
      expected: "images of at least 8 × 8",
      hint: 'set "network": "dense"',
    });
  }
  if (tf.getBackend() === "wasm") {
    throw new UserError({
      what: "the wasm engine cannot train JULE's convolutional network: it lacks the gradient of max pooling",
      where: "model.network in pipeline.json",
      hint: 'set "network": "dense", or get the native engine: pnpm gumbel doctor --fix',
    });
  }
  const layer = (name: string, from: number): { filter: Parameter<tf.Tensor4D>; norm: BatchNorm } => {
    const size: [number, number, number, number] = [5, 5, from, maps];
    const values = random(name)
      .fill("normal", 25 * from * maps)
      .map((value) => value * initialDeviation);
    return {
      filter: parameters.create(`${name}/filter`, size, values),
      norm: new BatchNorm(parameters, name, maps),
    };
  };
  const convolved = (x: tf.Tensor4D, { filter, norm }: ReturnType<typeof layer>, training: boolean) =>
    norm.apply(tf.conv2d(x, filter.value, 1, "valid"), training);

  const first = layer("encoder/0", channels);
  const second = side >= 24 ? layer("encoder/1", maps) : undefined;
  const left = (size: number) => Math.ceil((size - 4) / 2) - (second ? 4 : 0);
  const flat = left(height) * left(width) * maps;
  const last = new DenseLayer(parameters, random, "encoder/feature", flat, featureSize);
  return (x, training) => {
    const input = tf.reshape(x, [-1, height, width, channels]) as tf.Tensor4D;
    // ReLU after pooling, on a fourth of the values: ReLU and the maximum commute.
    const pooled = relu(tf.maxPool(convolved(input, first, training), 2, 2, "same"));
    const top = second ? relu(convolved(pooled, second, training)) : pooled;
    return last.apply(tf.reshape(top, [-1, flat]));
  };
}

/** Of the filters' first values. The authors' code. */
const initialDeviation = 0.01;
