import { slice, type tf } from "@gumbel/engine";
import type { Batch } from "../system.js";

/** The two halves of a batch of labelled and unlabelled examples. */
export interface LabelledBatch {
  /** [L, d] */
  labelled: tf.Tensor2D;
  /** Their classes, L of them. */
  classes: Int32Array;
  /** [U, d] */
  unlabelled: tf.Tensor2D;
}

/** Separates the labelled examples of a batch, which are first, from the others. */
export function halvesOf({ x, labels }: Batch): LabelledBatch {
  const classes = labels.filter((label) => label >= 0);
  return {
    labelled: slice(x, 0, classes.length),
    classes,
    unlabelled: slice(x, classes.length),
  };
}
