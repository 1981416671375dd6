/**
 * Access to TensorFlow's own kernels. tfjs-node can execute any kernel of libtensorflow by name; tfjs itself offers only
 * some of them, and its gradients and optimizers consist of many small ones.
 */
import * as tf from "@tensorflow/tfjs-core";

/** An attribute of a kernel, as the binding takes it. */
export interface Attribute {
  name: string;
  type: number;
  value: unknown;
}

/** The backend's record of a tensor. */
export interface TensorInfo {
  shape: number[];
  /** TensorFlow's number for the type. */
  dtype: number;
  /** Id of the tensor in libtensorflow; negative if it does not exist there yet. */
  id: number;
  /** Values that libtensorflow does not have yet; null once it has. */
  values: (ArrayLike<number> & object) | null;
}

/** The part of tfjs-node's addon that this package uses. */
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
  /** Added by native/functions.cc; tfjs-node's official addon lacks it. */
  defineFunction?(
    name: string,
    graph: Uint8Array,
    inputs: string[],
    outputs: string[],
    nodes: string[],
  ): void;
  /** Starts a function and returns the ids of its outputs, whose values come when it finishes. With `defineFunction`. */
  callFunction?(name: string, inputs: number[], outputs: number): number[];
  /** Like `createTensor`, but copies the values. With `defineFunction`. */
  copyTensor?(shape: readonly number[], dtype: number, values: ArrayLike<number>): number;
  /** Fills the last four, see native/nearest.h. With `defineFunction`. */
  findNearest?(
    points: Float32Array | number,
    centre: Float32Array,
    scale: number,
    centroids: Float32Array,
    threads: number,
    assignment: Int32Array,
    distances: Float32Array,
    sums: Float64Array,
    counts: Int32Array,
  ): void;
  /** Fills the last three and returns the log-likelihood, see native/mixture.h. With `defineFunction`. */
  expectMixture?(
    points: Float32Array | number,
    n: number,
    centre: Float32Array,
    scale: number,
    linear: Float32Array,
    quadratic: Float32Array,
    offsets: Float64Array,
    threads: number,
    mass: Float64Array,
    first: Float64Array,
    second: Float64Array,
  ): number;
  /** Fills the last, see native/distances.h. With `defineFunction`. */
  squaredDistances?(
    points: Float32Array,
    d: number,
    from: number,
    to: number,
    threads: number,
    distances: Float64Array,
  ): void;
  /** Fills `after` and changes `next` and `states`, see native/umap.h. With `defineFunction`. */
  movePoints?(
    before: Float32Array,
    after: Float32Array,
    starts: Int32Array,
    neighbours: Int32Array,
    periods: Float32Array,
    next: Float32Array,
    states: Uint32Array,
    ofTwos: Float64Array,
    ofFractions: Float64Array,
    d: number,
    a: number,
    b: number,
    rate: number,
    number: number,
    threads: number,
  ): void;
  /** Threads of an operation. */
  threads?: number;
  /** Waits for every function that was started. @throws Error if one failed. With `defineFunction`. */
  finishCalls?(): void;
};

/** The part of tfjs-node's backend that this package uses. */
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
  write(values: unknown, shape: readonly number[], dtype: string): object;
}

/** Attributes of a kernel by name, each with its kind. */
export type KernelAttributes = Record<
  string,
  { type: "float32" } | { shape: number[] } | { string: string } | { bool: boolean } | { float: number }
>;

/** The type of every numeric kernel that we run. */
export const float32 = { type: "float32" } as const;

/** True if the running backend is libtensorflow. */
export const isNative = (): boolean => tf.getBackend() === "tensorflow";

/** The addon, if it is what runs. */
export const nativeBinding = (): Binding | undefined =>
  isNative() ? (tf.backend() as unknown as NodeBackend).binding : undefined;

/** The values of a tensor of float32 if libtensorflow does not have them yet. Only if `isNative()`. */
function valuesHere(tensor: tf.Tensor): Float32Array | undefined {
  const { id, values } = (tf.backend() as unknown as NodeBackend).tensorMap.get(tensor.dataId);
  return id < 0 && values instanceof Float32Array ? values : undefined;
}

/** How a function of our own takes a tensor: its values if only JavaScript has them, else libtensorflow's id. Only if `isNative()`. */
export function pointsOf(tensor: tf.Tensor): Float32Array | number {
  return valuesHere(tensor) ?? (tf.backend() as unknown as NodeBackend).tensorMap.get(tensor.dataId).id;
}

/**
 * Some rows of a matrix. If only JavaScript has its values, libtensorflow is given these rows alone, so that memory never holds the
 * whole matrix twice.
 *
 * @param matrix [n, d]
 * @returns [count, d]
 */
export function matrixRows(matrix: tf.Tensor2D, from: number, count: number): tf.Tensor2D {
  const d = matrix.shape[1];
  const values = isNative() ? valuesHere(matrix) : undefined;
  return values
    ? tf.tensor2d(values.subarray(from * d, (from + count) * d), [count, d])
    : tf.slice2d(matrix, [from, 0], [count, d]);
}

const encoded = new WeakMap<KernelAttributes, Attribute[]>();

/** Converts `attributes` for the binding; cached by object, since hot code passes constant ones. */
function encode(attributes: KernelAttributes, { binding }: NodeBackend): Attribute[] {
  const cached = encoded.get(attributes);
  if (cached) return cached;
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

/** Runs a TensorFlow kernel with one output. Only if `isNative()`. */
export function runKernel<T extends tf.Tensor>(
  kernel: string,
  attributes: KernelAttributes,
  inputs: tf.Tensor[],
): T {
  const backend = tf.backend() as unknown as NodeBackend;
  return backend.executeSingleOutput(kernel, encode(attributes, backend), inputs) as T;
}

/** Runs a TensorFlow kernel with `outputs` outputs; zero for one that only has an effect. Only if `isNative()`. */
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
 * True if the gradient being computed is itself differentiated. Kernels outside of TensorFlow.js have no gradient, so
 * a `backward` then uses plain operations.
 */
export const isDifferentiatedTwice = (): boolean =>
  (tf.engine() as unknown as { state: { gradientDepth: number } }).state.gradientDepth > 0;

/**
 * An operation with a custom gradient.
 *
 * Unlike `tf.customGrad`, each input's gradient is a separate function and is computed only if it is needed: the first
 * layer's gradient with respect to the data, as large a product as any, never is.
 *
 * @param name of the operation: two of one name have the same gradient, unless their kernels or inputs differ. So `backward` may
 * depend on nothing that changes from step to step but `dy` and `saved`; a repeated step takes its gradients as they were recorded.
 * @param forward computes the value and names the tensors that the gradients need.
 * @param backward returns one gradient function per input, in order, from the gradient of the value and the saved tensors.
 */
export function withGradient<T extends tf.Tensor>(
  name: string,
  inputs: tf.Tensor[],
  forward: () => { value: T; saved: tf.Tensor[] },
  backward: (dy: T, saved: tf.Tensor[]) => (() => tf.Tensor)[],
): T {
  const engine = tf.engine() as unknown as { runKernelFunc(operation: object): tf.Tensor };
  return engine.runKernelFunc({
    gradientName: name,
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
