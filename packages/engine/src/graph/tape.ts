/** What the gradients of a step follow from, so that a repeated step need not derive them again. */
import * as tf from "@tensorflow/tfjs-core";
import type { NodeBackend } from "../core/native.js";
import { type Reference, sameReference, type TapeEntry } from "./trace.js";

/** An operation as TensorFlow.js runs it: a kernel of its own, or one of ours with its gradient. */
export interface Operation {
  kernelName?: string;
  /** Of `withGradient`. Absent in `tf.customGrad`. */
  gradientName?: string;
  attrs?: Record<string, unknown>;
  inputs: Record<string, tf.Tensor | null | undefined>;
}

const engine = () =>
  tf.engine() as unknown as {
    runKernelFunc(operation: Operation): unknown;
    state: { gradientDepth: number; kernelDepth: number; activeScope: { name: string } | null };
  };

/** Scopes of TensorFlow.js's functions that are no kernel and give their gradient themselves. */
const ownGradient = new Set(["logSoftmax", "logSigmoid"].map((name) => name + tf.OP_SCOPE_SUFFIX));

/** True if the operations that run are themselves inside of a gradient that the step computes. */
export const isNested = (): boolean => engine().state.gradientDepth > 1;

/**
 * Calls `seen` before each operation of `work` that goes on the tape: not for those inside of another operation, nor for clones, since
 * tensors saved for a gradient are some and the gradient of a clone is its tensor's.
 */
export function watchOperations<T>(seen: (operation: Operation) => void, work: () => T): T {
  const watched = engine();
  const run = watched.runKernelFunc;
  watched.runKernelFunc = (operation) => {
    if (operation.kernelName !== tf.Identity && watched.state.kernelDepth === 0) seen(operation);
    return run.call(watched, operation);
  };
  try {
    return work();
  } finally {
    // The method of the class again.
    delete (watched as { runKernelFunc?: unknown }).runKernelFunc;
  }
}

/** Calls `seen` with the data of each tensor that `work` makes of JavaScript's values. */
export function watchWrites<T>(backend: NodeBackend, seen: (dataId: object) => void, work: () => T): T {
  const { write } = backend;
  backend.write = (...call) => {
    const dataId = write.apply(backend, call);
    seen(dataId);
    return dataId;
  };
  try {
    return work();
  } finally {
    // The method of the class again.
    delete (backend as { write?: unknown }).write;
  }
}

/** Gradients of `f()` by `xs` as TensorFlow.js derives them; undefined where there is none. */
export const derive = (f: () => tf.Scalar, xs: tf.Tensor[]): (tf.Tensor | undefined)[] =>
  tf.engine().gradients(f, xs, undefined, true).grads;

/** The entry of an operation; undefined if its gradient has no name. */
export function tapeEntry(
  { kernelName, gradientName, inputs, attrs = {} }: Operation,
  origin: (tensor: tf.Tensor | null | undefined) => Reference | undefined,
): TapeEntry | undefined {
  const scope = engine().state.activeScope?.name ?? "";
  const name = kernelName ?? gradientName ?? (ownGradient.has(scope) ? scope : undefined);
  if (name === undefined) return undefined;
  return { name, inputs: Object.values(inputs).map(origin), settings: Object.values(attrs).flat() };
}

/** True if both are the same operation of the same inputs. */
export const sameEntry = (a: TapeEntry, b: TapeEntry | undefined): boolean =>
  a.name === b?.name &&
  a.inputs.length === b.inputs.length &&
  a.inputs.every((input, i) => {
    const other = b.inputs[i];
    return input && other ? sameReference(input, other) : input === other;
  });

/** True if both have the same settings, which their gradients may take, as those of `tf.clipByValue` do. */
export const sameSettings = (a: TapeEntry, b: TapeEntry): boolean =>
  a.settings.length === b.settings.length && a.settings.every((value, i) => value === b.settings[i]);
