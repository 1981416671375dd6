import type * as tf from "@tensorflow/tfjs-core";
import { withGradient } from "../core/native.js";

/**
 * The result of `compute` as a constant of the step: no gradient goes through it, and it may use operations without one.
 *
 * @param compute may use tensors that do have a gradient elsewhere
 */
export function constant<T extends tf.Tensor>(compute: () => T): T {
  return withGradient<T>(
    "constant",
    [],
    () => ({ value: compute(), saved: [] }),
    () => [],
  );
}
