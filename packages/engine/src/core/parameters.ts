/**
 * The parameters of a model. A `Parameter` reads like a tensor; it is a TensorFlow resource variable, which the fused
 * optimizers update in place, or a plain tensor on the other backends.
 */
import * as tf from "@tensorflow/tfjs-core";
import { float32, isNative, runKernel, runKernelMulti } from "./native.js";

/** Numbers with a shape, outside of any engine. */
export interface NamedArray {
  shape: number[];
  values: Float32Array;
}

let created = 0;

/** The tensor type of a shape that is known at compile time. */
export type TensorOf<Shape extends readonly number[]> = Shape extends readonly []
  ? tf.Scalar
  : Shape extends readonly [number]
    ? tf.Tensor1D
    : Shape extends readonly [number, number]
      ? tf.Tensor2D
      : Shape extends readonly [number, number, number]
        ? tf.Tensor3D
        : Shape extends readonly [number, number, number, number]
          ? tf.Tensor4D
          : tf.Tensor;

/** A tensor of fixed shape that persists between steps, learned or set otherwise. */
export class Parameter<T extends tf.Tensor = tf.Tensor> {
  readonly name: string;
  readonly shape: number[];
  /** True if an optimizer updates it; false if it is set otherwise (centroids, moving averages). */
  readonly trainable: boolean;
  /** The resource handle on the native engine, the value itself on the others. */
  #held: tf.Tensor;
  /** The value read for the current step, so that one step reads once. */
  #read: tf.Tensor | undefined;

  constructor(name: string, shape: number[], values: Float32Array, trainable: boolean) {
    this.name = name;
    this.shape = shape;
    this.trainable = trainable;
    const initial = tf.tensor(values, shape, "float32");
    if (isNative()) {
      const attributes = {
        dtype: float32,
        shape: { shape },
        shared_name: { string: `gumbel/${created++}` },
        container: { string: "" },
      };
      this.#held = tf.keep(runKernel("VarHandleOp", attributes, []));
      this.assign(initial);
      initial.dispose();
    } else {
      this.#held = tf.keep(initial);
    }
  }

  /** The resource handle, for the fused optimizers. Only on the native engine. */
  get handle(): tf.Tensor {
    return this.#held;
  }

  /** The current value. Inside `Parameters.scope` it is read once; outside, the caller's `tf.tidy` owns it. */
  get value(): T {
    return (this.#read ?? this.#fetch()) as T;
  }

  #fetch(): tf.Tensor {
    return isNative() ? runKernel("ReadVariableOp", readAttributes, [this.#held]) : this.#held.clone();
  }

  /** Reads the value for a step; `release` ends it. */
  read(): tf.Tensor {
    this.#read = this.#fetch();
    return this.#read;
  }

  /** Ends `read`. The optimizer updates in place only if nothing else holds the buffer. */
  release(): void {
    this.#read?.dispose();
    this.#read = undefined;
  }

  /** Replaces the value by a copy of `value`. */
  assign(value: tf.Tensor): void {
    if (value.shape.join() !== this.shape.join()) {
      throw new Error(`${this.name} has shape [${this.shape}], not [${value.shape}]`);
    }
    if (isNative()) {
      runKernelMulti("AssignVariableOp", readAttributes, [this.#held, value], 0);
    } else {
      const kept = tf.keep(value.clone());
      this.#held.dispose();
      this.#held = kept;
    }
  }

  dispose(): void {
    this.release();
    if (isNative())
      runKernelMulti("DestroyResourceOp", { ignore_lookup_error: { bool: true } }, [this.#held], 0);
    this.#held.dispose();
  }
}

const readAttributes = { dtype: float32 };

/** All parameters of a model by name, in the order of their creation. */
export class Parameters {
  readonly #byName = new Map<string, Parameter>();
  #deferred: { parameter: Parameter; value: tf.Tensor }[] = [];

  /** Creates a parameter with the initial `values` (length: the product of `shape`). @throws Error if the name is taken. */
  create<const Shape extends readonly number[]>(
    name: string,
    shape: Shape,
    values: Float32Array,
    options: { trainable?: boolean } = {},
  ): Parameter<TensorOf<Shape>> {
    if (this.#byName.has(name)) throw new Error(`two parameters named ${name}`);
    const parameter = new Parameter<TensorOf<Shape>>(name, [...shape], values, options.trainable ?? true);
    this.#byName.set(name, parameter);
    return parameter;
  }

  get all(): Parameter[] {
    return [...this.#byName.values()];
  }

  get trainable(): Parameter[] {
    return this.all.filter((parameter) => parameter.trainable);
  }

  /** Total number of values. */
  get size(): number {
    return this.all.reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0);
  }

  /** Runs `work` in a tidy scope in which every parameter is read at most once. */
  scope<T extends tf.TensorContainer>(work: () => T): T {
    return tf.tidy(() => {
      for (const parameter of this.all) parameter.read();
      try {
        return work();
      } finally {
        for (const parameter of this.all) parameter.release();
      }
    });
  }

  /** Sets `parameter` to `value` after the current step (moving averages of batch norm). */
  defer(parameter: Parameter, value: tf.Tensor): void {
    this.#deferred.push({ parameter, value: tf.keep(value) });
  }

  /** Sets the deferred values. The optimizer calls it after each step. */
  settle(): void {
    for (const { parameter, value } of this.#deferred) {
      parameter.assign(value);
      value.dispose();
    }
    this.#deferred = [];
  }

  /** Discards the values read and deferred for a step that failed. */
  abandon(): void {
    for (const parameter of this.all) parameter.release();
    for (const { value } of this.#deferred) value.dispose();
    this.#deferred = [];
  }

  /** All values by name. */
  async save(): Promise<Map<string, NamedArray>> {
    const saved = new Map<string, NamedArray>();
    for (const parameter of this.all) {
      const value = tf.tidy(() => parameter.value);
      saved.set(parameter.name, { shape: parameter.shape, values: (await value.data<"float32">()).slice() });
      value.dispose();
    }
    return saved;
  }

  /**
   * Sets the parameters that `saved` names; others keep their value.
   *
   * @returns the names that were set.
   * @throws Error if a shape differs.
   */
  load(saved: ReadonlyMap<string, NamedArray>): string[] {
    const set: string[] = [];
    for (const [name, { shape, values }] of saved) {
      const parameter = this.#byName.get(name);
      if (!parameter) continue;
      tf.tidy(() => parameter.assign(tf.tensor(values, shape, "float32")));
      set.push(name);
    }
    return set;
  }

  dispose(): void {
    for (const parameter of this.all) parameter.dispose();
    this.#byName.clear();
  }
}
