/** Encoder and decoder of the two proposed systems, fully connected or convolutional. */
import type { Parameters, tf } from "@gumbel/engine";
import type { DataDescription } from "../system.js";
import { ConvDecoder, ConvEncoder } from "./conv.js";
import { DenseNetwork, type Random } from "./dense.js";

/** A network; `training` matters to batch norm alone. */
export type Network = (input: tf.Tensor2D, training: boolean) => tf.Tensor2D;

/**
 * g, from x [batch, d] to its feature [batch, featureSize], and the body of the decoder, from a hidden layer of that size to x
 * without activation.
 */
export function encoderAndDecoder(
  parameters: Parameters,
  random: Random,
  data: DataDescription,
  { network, hidden, featureSize }: { network: "dense" | "conv"; hidden: number[]; featureSize: number },
): { g: Network; body: Network } {
  if (network === "conv") {
    const encoder = new ConvEncoder(parameters, random, "encoder", data.shape, featureSize);
    const decoder = new ConvDecoder(parameters, random, "decoder", data.shape, featureSize);
    return {
      g: (x, training) => encoder.apply(x, training),
      body: (h, training) => decoder.apply(h, training),
    };
  }
  const sizes = [data.d, ...hidden, featureSize];
  const encoder = new DenseNetwork(parameters, random, "encoder", sizes, "relu");
  const decoder = new DenseNetwork(parameters, random, "decoder", sizes.toReversed(), "linear");
  return { g: (x) => encoder.apply(x), body: (h) => decoder.apply(h) };
}
