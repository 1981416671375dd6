/** The stacked what-where autoencoder: pools hand the values down and, across, the places where they were. */
import { UserError } from "@gumbel/config";
import { add, constant, mul, type Parameter, type Parameters, relu, tf } from "@gumbel/engine";
import type { DataDescription } from "../system.js";
import { DenseLayer, type Random } from "./dense.js";
import { asImages, type Layer, type LayerShape, layersOf } from "./layers.js";

/** A layer with its counterpart; a pool has none, and no bias. */
interface MirroredLayer {
  layer: Layer;
  /** Of an example, below the layer. */
  below: number[];
  /** Side of a pool. */
  pool: number | undefined;
  bias?: Parameter<tf.Tensor1D>;
  back?: { layer: Layer; bias: Parameter<tf.Tensor1D> };
}

/** What `unpool` needs: 1 where a block has its maximum, divided by the number of its equals, else 0. @param side of a block */
export function switchesOf(x: tf.Tensor4D, pooled: tf.Tensor4D, side: number): tf.Tensor4D {
  const [, height, width] = pooled.shape;
  const whole = tf.slice(x, [0, 0, 0, 0], [-1, height * side, width * side, -1]);
  const marks = tf.cast(tf.equal(whole, enlarged(pooled, side)), "float32") as tf.Tensor4D;
  const equals = mul(tf.avgPool(marks, side, side, "valid"), side * side);
  return tf.div(marks, enlarged(equals, side));
}

/** The values at the places that the switches name, 0 elsewhere. @param below height and width of the result */
export function unpool(
  y: tf.Tensor4D,
  switches: tf.Tensor4D,
  side: number,
  [height, width]: [number, number],
): tf.Tensor4D {
  const spread = mul(enlarged(y, side), switches);
  const [, h, w] = spread.shape;
  // Rows and columns that filled no block.
  return tf.pad(spread, [
    [0, 0],
    [0, height - h],
    [0, width - w],
    [0, 0],
  ]);
}

const enlarged = (y: tf.Tensor4D, side: number): tf.Tensor4D =>
  tf.image.resizeNearestNeighbor(y, [y.shape[1] * side, y.shape[2] * side]);

export class WhatWhereNetwork {
  readonly #shape: number[];
  readonly #layers: MirroredLayer[];
  readonly #classes: DenseLayer;

  /** @throws UserError if a layer has no counterpart, or does not fit the examples. */
  constructor(
    parameters: Parameters,
    random: Random,
    data: DataDescription,
    shapes: LayerShape[],
    classes: number,
  ) {
    const bias = (name: string, size: number) =>
      parameters.create(`${name}/bias`, [size], new Float32Array(size));
    this.#shape = data.shape;
    const up = layersOf(parameters, random, "encoder", data.shape, shapes);
    this.#layers = up.map((layer, i) => {
      const below = up[i - 1]?.shape ?? data.shape;
      const shape = shapes[i]!;
      if ("pool" in shape) return { layer, below, pool: shape.pool };
      const name = `decoder/${i}`;
      const [down] = layersOf(parameters, random, name, layer.shape, [mirrored(shape, below)]);
      const back = { layer: down!, bias: bias(name, down!.channels) };
      return { layer, below, pool: undefined, bias: bias(layer.name, layer.channels), back };
    });
    const top = tf.util.sizeFromShape(up.at(-1)?.shape ?? data.shape);
    this.#classes = new DenseLayer(parameters, random, "classes", top, classes);
  }

  /** The uppermost layer, flat, [batch, F]. @param x [batch, d] */
  feature(x: tf.Tensor2D): tf.Tensor2D {
    return flat(this.#encode(x).at(-1)!);
  }

  /** @param feature [batch, F] @returns [batch, K] */
  logits(feature: tf.Tensor2D): tf.Tensor2D {
    return this.#classes.apply(feature);
  }

  /**
   * The uppermost layer, and the mean squared errors of what is reconstructed from it: of the input, and the sum of those of
   * the layers between.
   */
  reconstruct(x: tf.Tensor2D): { feature: tf.Tensor2D; reconstruction: tf.Scalar; between: tf.Scalar } {
    const up = this.#encode(x);
    const errors: tf.Scalar[] = [];
    let h = up.at(-1)!;
    for (let i = this.#layers.length - 1; i >= 0; i--) {
      h = this.#down(this.#layers[i]!, h, up[i]!, up[i + 1]!);
      if (i > 0 && this.#layers[i]!.back) h = relu(h);
      errors.unshift(tf.mean(tf.squaredDifference(h, up[i]!)));
    }
    const [reconstruction, ...inner] = errors as [tf.Scalar, ...tf.Scalar[]];
    const between = inner.length > 0 ? (tf.addN(inner) as tf.Scalar) : tf.scalar(0);
    return { feature: flat(up.at(-1)!), reconstruction, between };
  }

  /** One layer down: by its counterpart, or with the switches of the pool. */
  #down({ back, below, pool }: MirroredLayer, h: tf.Tensor, under: tf.Tensor, over: tf.Tensor): tf.Tensor {
    if (back) return tf.reshape(add(back.layer.apply(h), back.bias.value), [-1, ...below]);
    const side = pool!;
    const switches = constant(() => switchesOf(under as tf.Tensor4D, over as tf.Tensor4D, side));
    return unpool(h as tf.Tensor4D, switches, side, [below[0]!, below[1]!]);
  }

  /** The input and every layer after its activation. */
  #encode(x: tf.Tensor2D): tf.Tensor[] {
    const all = [asImages(x, this.#shape)];
    for (const { layer, bias } of this.#layers) {
      const h = layer.apply(all.at(-1)!);
      all.push(bias ? relu(add(h, bias.value)) : h);
    }
    return all;
  }
}

const flat = (h: tf.Tensor): tf.Tensor2D => tf.reshape(h, [h.shape[0]!, -1]);

/** The layer that leads back to what was below one. */
function mirrored(layer: LayerShape, below: number[]): LayerShape {
  if ("dense" in layer) return { dense: tf.util.sizeFromShape(below) };
  if ("conv" in layer) {
    const padding = ({ valid: "full", same: "same", full: "valid" } as const)[layer.padding];
    return { conv: layer.conv, maps: below.at(-1)!, padding };
  }
  throw new UserError({
    what: `the layer ${JSON.stringify(layer)} has no counterpart that leads back to its input`,
    where: "model.layers in pipeline.json",
    expected: "conv, pool and dense",
  });
}
