/** A model's encoder as an ONNX file. */
import { UserError } from "@gumbel/config";
import { type KernelCall, tf, traceKernels, type Value } from "@gumbel/engine";
import type { Encoder } from "@gumbel/models";
import { Graph } from "./graph.js";
import { operators } from "./operators.js";
import { encodeModel, type TensorInfo } from "./proto.js";

/** How the numbers that go in become the encoder's input: (x - centre) / scale in double precision, each of d values. */
export interface InputScaling {
  centre: Float64Array;
  /** 0 for an input that is left out: its feature is 0. */
  scale: Float64Array;
}

export interface ExportOptions {
  encoder: Pick<Encoder, "encode">;
  /** Number of values of an example. */
  d: number;
  scaling: InputScaling;
  /** Name of the graph. */
  name: string;
  /** For programs that read the file, by key. */
  metadata: Record<string, string>;
}

type Constant = Extract<Value, { kind: "constant" }>;

/** Two sizes of a batch: what differs between their traces is the batch's. */
const batches = [3, 5] as const;

const descriptions: Record<string, string> = {
  cluster: "number of the cluster",
  probabilities: "q(c | x)",
  feature: "latent: deterministic feature",
  z: "latent: mean of the Gaussian",
};

/**
 * The file's bytes: the input `x` [batch, d] in double precision and the user's units; outputs `cluster` [batch] and those of
 * `probabilities`, `feature` and `z` that the system has.
 *
 * The model must have been built after `startTracer`.
 *
 * @throws UserError if the encoder does something that ONNX cannot say
 */
export function exportEncoder({ encoder, d, scaling, name, metadata }: ExportOptions): Uint8Array {
  const traces = batches.map((batch) => {
    const x: tf.Tensor2D = tf.fill([batch, d], 0.5);
    const traced = traceKernels(x, (input) => ({ ...encoder.encode(input) }) as Record<string, tf.Tensor>);
    x.dispose();
    return traced;
  });
  const [small, large] = traces as [Record<string, Value>, Record<string, Value>];
  const builder = new Builder(name, scaling);
  const outputs = Object.entries(small).map(([output, value]): TensorInfo => {
    builder.output(output, value, large[output]!);
    return {
      name: output,
      type: output === "cluster" ? "int64" : "float",
      shape: value.shape.slice(1),
      description: descriptions[output] ?? output,
    };
  });
  const { nodes, initializers } = builder.graph;
  const inputs: TensorInfo[] = [
    { name: "x", type: "double", shape: [d], description: "examples, in the units of the data" },
  ];
  return encodeModel({ nodes, initializers, inputs, outputs }, name, metadata);
}

/** Writes a trace as a graph, each value once. */
class Builder {
  readonly graph = new Graph();
  readonly #model: string;
  readonly #input: string;
  readonly #names = new Map<Value | KernelCall, string[]>();

  constructor(model: string, { centre, scale }: InputScaling) {
    this.#model = model;
    const shape = [centre.length];
    const factor = this.graph.constant({
      shape,
      values: scale.map((value) => (value === 0 ? 0 : 1 / value)),
    });
    const centred = this.graph.add("Sub", ["x", this.graph.constant({ shape, values: centre })]);
    this.#input = this.graph.add("Cast", [this.graph.add("Mul", [centred, factor])], { to: 1 });
  }

  /** Gives a value its name as an output. @param other the same value in the other trace */
  output(name: string, value: Value, other: Value): void {
    const inner = this.#nameOf(value, other);
    this.graph.nodes.push({ input: [inner], output: [name], op_type: "Identity", attribute: [] });
  }

  #nameOf(value: Value, other: Value): string {
    switch (value.kind) {
      case "input":
        return this.#input;
      case "constant":
        return this.#constant(value, other);
      case "node":
        if (other.kind !== "node") throw this.#unsaid("it depends on the batch in one trace alone");
        return this.#outputsOf(value.node, other.node)[value.output]!;
    }
  }

  #constant(value: Constant, other: Value): string {
    const known = this.#names.get(value);
    if (known) return known[0]!;
    const name = this.#written(value, other);
    this.#names.set(value, [name]);
    return name;
  }

  #written({ shape, values, dtype }: Constant, other: Value): string {
    const stored = (part: Constant["values"]) =>
      dtype === "int32" ? BigInt64Array.from(part, BigInt) : (part as Float32Array | Uint8Array);
    if (other.kind === "constant" && other.shape.join() === shape.join()) {
      return this.graph.constant({ shape, values: stored(values) });
    }
    // A row of every example, as that of ones beside a column: the same one for each.
    const width = values.length / shape[0]!;
    if (other.kind !== "constant" || !values.every((each, i) => each === values[i % width])) {
      throw this.#unsaid("a constant depends on the size of the batch");
    }
    const rest = shape.slice(1);
    const row = this.graph.constant({ shape: [1, ...rest], values: stored(values.slice(0, width)) });
    const batch = this.graph.add("Shape", ["x"], { start: 0, end: 1 });
    const whole = this.graph.add("Concat", [batch, this.graph.integers(rest)], { axis: 0 });
    return this.graph.add("Expand", [row, whole]);
  }

  #outputsOf(node: KernelCall, other: KernelCall): string[] {
    const known = this.#names.get(node);
    if (known) return known;
    const operator = operators[node.kernel];
    if (!operator || node.kernel !== other.kernel) throw this.#unsaid(`the kernel ${node.kernel}`);
    const inputs = Object.entries(node.inputs).map(([key, value]) => this.#nameOf(value, other.inputs[key]!));
    const shapes = node.outputs.map((shape, i) =>
      shape.map((size, axis) => (size === other.outputs[i]![axis] ? size : -1)),
    );
    const names = operator({
      graph: this.graph,
      inputs,
      inputShapes: Object.values(node.inputs).map(({ shape }) => shape),
      attributes: node.attributes,
      shapes,
    });
    this.#names.set(node, names);
    return names;
  }

  #unsaid(what: string): UserError {
    return new UserError({
      what: `the encoder of ${this.#model} cannot be written as ONNX: ${what}`,
      hint: "its weights can be exported: --safetensors",
    });
  }
}
