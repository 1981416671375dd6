/** The kernels that a function of a batch calls, as a graph that another runtime can run. */
import * as tf from "@tensorflow/tfjs-core";

/** A value of the graph: the input, a constant or the output of a node. */
export type Value = InputValue | ConstantValue | NodeValue;
interface InputValue {
  kind: "input";
  /** With the traced batch size first. */
  shape: number[];
}
interface ConstantValue {
  kind: "constant";
  shape: number[];
  dtype: "float32" | "int32" | "bool";
  values: Float32Array | Int32Array | Uint8Array;
}
interface NodeValue {
  kind: "node";
  node: KernelCall;
  /** Which of the node's outputs. */
  output: number;
  shape: number[];
}

/** One call of a kernel that depends on the input. */
export interface KernelCall {
  kernel: string;
  inputs: Record<string, Value>;
  attributes: Record<string, unknown>;
  /** Shape of each output. */
  outputs: number[][];
}

const backendName = "gumbel-trace";
let record: ((name: string, parameters: KernelParameters, outputs: tf.TensorInfo[]) => void) | undefined;

interface KernelParameters {
  inputs: Record<string, tf.TensorInfo | undefined>;
  attrs?: Record<string, unknown>;
  backend: object;
}

/**
 * Makes plain JavaScript with records of its kernels the engine of this process, until the returned function is called: models
 * that are traced are built between.
 *
 * @returns puts back the engine that ran before
 */
export async function startTracer(): Promise<() => Promise<void>> {
  const before = tf.getBackend();
  const wasSilent = tf.env().getBool("IS_TEST");
  // Otherwise its first use prints an advertisement for a faster backend.
  tf.env().set("IS_TEST", true);
  if (!tf.findBackendFactory(backendName)) await registerTracer();
  await tf.setBackend(backendName);
  return async () => {
    tf.env().set("IS_TEST", wasSilent);
    if (before) await tf.setBackend(before);
  };
}

async function registerTracer(): Promise<void> {
  await import("@tensorflow/tfjs");
  await tf.setBackend("cpu");
  const Plain = tf.backend().constructor as new () => tf.KernelBackend;
  tf.registerBackend(backendName, () => new Plain());
  for (const config of tf.getKernelsForBackend("cpu")) {
    const kernelFunc: tf.KernelFunc = (parameters) => {
      const result = config.kernelFunc(parameters);
      const outputs = Array.isArray(result) ? result : [result];
      record?.(config.kernelName, parameters as unknown as KernelParameters, outputs);
      return result;
    };
    tf.registerKernel({ ...config, backendName, kernelFunc });
  }
}

/**
 * Runs `work` on a batch and records what its outputs are made of. Kernels that do not depend on the batch become constants.
 *
 * @param x the batch, [batch, d]
 * @param work returns the outputs by name
 */
export function traceKernels(
  x: tf.Tensor2D,
  work: (x: tf.Tensor2D) => Record<string, tf.Tensor>,
): Record<string, Value> {
  if (tf.getBackend() !== backendName) throw new Error("startTracer was not called");
  const traced: Record<string, Value> = {};
  tf.tidy(() => {
    const trace = new Trace(x);
    record = (name, parameters, outputs) => trace.add(name, parameters, outputs);
    try {
      for (const [name, tensor] of Object.entries(work(x))) traced[name] = trace.valueOf(tensor);
    } finally {
      record = undefined;
    }
  });
  return traced;
}

class Trace {
  /** By the identity of the data, and its shape: a reshaped tensor shares its data. */
  readonly #values: Values = new Map();
  /** Likewise. */
  readonly #constants: Values = new Map();

  constructor(x: tf.Tensor2D) {
    keep(this.#values, x, { kind: "input", shape: x.shape });
  }

  add(kernel: string, { inputs, attrs = {} }: KernelParameters, outputs: tf.TensorInfo[]): void {
    const given = Object.entries(inputs).filter((entry): entry is [string, tf.TensorInfo] => !!entry[1]);
    if (!given.some(([, tensor]) => find(this.#values, tensor))) return;
    // A copy is the same value.
    if (kernel === "Identity") {
      keep(this.#values, outputs[0]!, this.valueOf(given[0]![1]));
      return;
    }
    const node: KernelCall = {
      kernel,
      inputs: Object.fromEntries(given.map(([name, tensor]) => [name, this.valueOf(tensor)])),
      attributes: attrs,
      outputs: outputs.map(({ shape }) => shape),
    };
    outputs.forEach((tensor, output) => {
      keep(this.#values, tensor, { kind: "node", node, output, shape: tensor.shape });
    });
  }

  /** The traced value of a tensor; a constant if it does not depend on the input. */
  valueOf(tensor: tf.TensorInfo): Value {
    const found = find(this.#values, tensor) ?? find(this.#constants, tensor);
    if (found) return found;
    const { dtype, shape } = tensor;
    if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool") {
      throw new Error(`a constant of type ${dtype} cannot be traced`);
    }
    const values = (tf.backend().readSync(tensor.dataId) as ConstantValue["values"]).slice();
    return keep(this.#constants, tensor, { kind: "constant", shape, dtype, values });
  }
}

type Values = Map<object, Map<string, Value>>;

const find = (values: Values, { dataId, shape }: tf.TensorInfo): Value | undefined =>
  values.get(dataId)?.get(shape.join());

function keep(values: Values, { dataId, shape }: tf.TensorInfo, value: Value): Value {
  const shapes = values.get(dataId) ?? new Map<string, Value>();
  shapes.set(shape.join(), value);
  values.set(dataId, shapes);
  return value;
}
