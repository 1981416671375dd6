/**
 * The door to TensorFlow's own kernels. tfjs-node can execute any kernel of libtensorflow by name; what tfjs
 * itself offers is a part of them, and its gradients and optimizers are made of many small ones.
 */
import * as tf from "@tensorflow/tfjs-core";

/** An attribute of a kernel, as the binding takes it. */
export interface Attribute {
  name: string;
  type: number;
  value: unknown;
}

/** What the backend holds of a tensor. */
export interface TensorInfo {
  shape: number[];
  /** TensorFlow's number of the type. */
  dtype: number;
  /** Of the tensor in libtensorflow; negative where it is not there yet. */
  id: number;
  /** Values that are still to be handed over; null once they are. */
  values: (ArrayLike<number> & object) | null;
}

/** What this package uses of tfjs-node's addon. */
export type Binding = Record<
  | "TF_ATTR_TYPE"
  | "TF_ATTR_SHAPE"
  | "TF_ATTR_STRING"
  | "TF_ATTR_BOOL"
  | "TF_ATTR_FLOAT"
  | "TF_ATTR_INT"
  | "TF_FLOAT"
  | "TF_INT32"
  | "TF_BOOL"
  | "TF_RESOURCE",
  number
> & {
  TF_Version: string;
  isUsingGpuDevice(): boolean;
  createTensor(shape: readonly number[], dtype: number, values: ArrayLike<number>): number;
  deleteTensor(id: number): void;
  executeOp(op: string, attributes: Attribute[], ids: number[], outputs: number): { id: number }[];
  /** Ours (native/functions.cc); an addon that others built lacks it. */
  defineFunction?(
    name: string,
    graph: Uint8Array,
    inputs: string[],
    outputs: string[],
    nodes: string[],
  ): void;
  /** Begins a function and returns; its outputs' values come when it is done. With `defineFunction`. */
  callFunction?(name: string, inputs: number[], outputs: number): number[];
  /** As `createTensor`, but with memory of its own. With `defineFunction`. */
  copyTensor?(shape: readonly number[], dtype: number, values: ArrayLike<number>): number;
  /** Waits for every function that was begun. @throws Error of one that failed. With `defineFunction`. */
  finishCalls?(): void;
};

/** What this package uses of tfjs-node's backend. */
export interface NodeBackend {
  binding: Binding;
  tensorMap: { get(dataId: object): TensorInfo; has(dataId: object): boolean };
  createOutputTensor(metadata: { shape: readonly number[]; dtype: number; id: number }): tf.Tensor;
  executeSingleOutput(kernel: string, attributes: Attribute[], inputs: tf.Tensor[]): tf.Tensor;
  executeMultipleOutputs(
    kernel: string,
    attributes: Attribute[],
    inputs: tf.Tensor[],
    outputs: number,
  ): tf.Tensor[];
  readSync(dataId: object): unknown;
}

/** Attribute of a kernel, by kind. */
export type KernelAttributes = Record<
  string,
  { type: "float32" } | { shape: number[] } | { string: string } | { bool: boolean } | { float: number }
>;

/** Every numeric kernel is asked for in float32. */
export const float32 = { type: "float32" } as const;

/** Whether the running backend is libtensorflow. */
export const isNative = (): boolean => tf.getBackend() === "tensorflow";

const encoded = new WeakMap<KernelAttributes, Attribute[]>();

/** The binding's form of `attributes`; remembered for constant attribute objects, which is what hot code passes. */
function encode(attributes: KernelAttributes, { binding }: NodeBackend): Attribute[] {
  const known = encoded.get(attributes);
  if (known) return known;
  const list = Object.entries(attributes).map(([name, attribute]): Attribute => {
    if ("type" in attribute) return { name, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
    if ("shape" in attribute) return { name, type: binding.TF_ATTR_SHAPE, value: attribute.shape };
    if ("string" in attribute) return { name, type: binding.TF_ATTR_STRING, value: attribute.string };
    if ("bool" in attribute) return { name, type: binding.TF_ATTR_BOOL, value: attribute.bool };
    return { name, type: binding.TF_ATTR_FLOAT, value: attribute.float };
  });
  encoded.set(attributes, list);
  return list;
}

/** Runs a TensorFlow kernel with one output. Only where `isNative()`. */
export function runKernel<T extends tf.Tensor>(
  kernel: string,
  attributes: KernelAttributes,
  inputs: tf.Tensor[],
): T {
  const backend = tf.backend() as unknown as NodeBackend;
  return backend.executeSingleOutput(kernel, encode(attributes, backend), inputs) as T;
}

/** Runs a TensorFlow kernel with `outputs` outputs; zero for one that only acts. Only where `isNative()`. */
export function runKernelMulti(
  kernel: string,
  attributes: KernelAttributes,
  inputs: tf.Tensor[],
  outputs: number,
): tf.Tensor[] {
  const backend = tf.backend() as unknown as NodeBackend;
  return backend.executeMultipleOutputs(kernel, encode(attributes, backend), inputs, outputs);
}

/**
 * Whether the gradient under way is itself differentiated. Kernels that TensorFlow.js does not know have no gradient, so
 * a `backward` then uses plain operations.
 */
export const isDifferentiatedTwice = (): boolean =>
  (tf.engine() as unknown as { state: { gradientDepth: number } }).state.gradientDepth > 0;

/**
 * An operation with a gradient of its own.
 *
 * Unlike `tf.customGrad`, each input's gradient is a function of its own and is computed only if somebody asks:
 * the first layer's gradient by the data, as large a product as any, is never made.
 *
 * @param forward computes the value and names the tensors that the gradients need.
 * @param backward given the gradient of the value and the saved tensors, one function per input, in order.
 */
export function withGradient<T extends tf.Tensor>(
  inputs: tf.Tensor[],
  forward: () => { value: T; saved: tf.Tensor[] },
  backward: (dy: T, saved: tf.Tensor[]) => (() => tf.Tensor)[],
): T {
  const engine = tf.engine() as unknown as { runKernelFunc(operation: object): tf.Tensor };
  return engine.runKernelFunc({
    inputs: Object.fromEntries(inputs.map((input, i) => [String(i), input])),
    forwardFunc: (_backend: unknown, save: (tensors: tf.Tensor[]) => void) => {
      const { value, saved } = forward();
      save(saved);
      return value;
    },
    backwardsFunc: (dy: T, saved: tf.Tensor[]) =>
      Object.fromEntries(backward(dy, saved).map((gradient, i) => [String(i), gradient])),
  }) as T;
}
