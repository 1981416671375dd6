/** A frame among a model's parameters. */
import { add, div, type Frame, mul, type Parameter, type Parameters, sub, tf } from "@gumbel/engine";

/** The frame of what was fitted after training, stored with the model. */
export class InputFrame {
  readonly #centre: Parameter<tf.Tensor1D>;
  readonly #scale: Parameter<tf.Scalar>;

  /** @param d size of the points */
  constructor(parameters: Parameters, name: string, d: number) {
    const options = { trainable: false };
    this.#centre = parameters.create(`${name}/centre`, [d], new Float32Array(d), options);
    this.#scale = parameters.create(`${name}/scale`, [], Float32Array.of(1), options);
  }

  set({ centre, scale }: Frame): void {
    tf.tidy(() => {
      this.#centre.assign(tf.tensor1d(centre));
      this.#scale.assign(tf.scalar(scale));
    });
  }

  /** Points in the frame. @param points [batch, d] */
  enter(points: tf.Tensor2D): tf.Tensor2D {
    return mul(sub(points, this.#centre.value), this.#scale.value);
  }

  /** Points of the frame in their own coordinates. @param framed [batch, d] */
  leave(framed: tf.Tensor2D): tf.Tensor2D {
    return add(this.distance(framed), this.#centre.value);
  }

  /** Distances of the frame in the points' own unit. */
  distance(framed: tf.Tensor2D): tf.Tensor2D {
    return div(framed, this.#scale.value);
  }
}
