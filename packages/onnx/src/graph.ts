/** An ONNX graph under construction. */
import { type Attribute, type DataType, dataTypes, type Initializer, type Node } from "./proto.js";

/** Numbers that are stored with the model. */
export interface Constant {
  shape: number[];
  values: Float32Array | Float64Array | BigInt64Array | Uint8Array;
}

const typeOf = (values: Constant["values"]): DataType =>
  values instanceof Float32Array
    ? "float"
    : values instanceof Float64Array
      ? "double"
      : values instanceof Uint8Array
        ? "bool"
        : "int64";

/** A node's settings, by name. */
export type Attributes = Record<string, number | number[] | string>;

/** Nodes and stored numbers; values are known by their names. */
export class Graph {
  readonly nodes: Node[] = [];
  readonly initializers: Initializer[] = [];
  #names = 0;

  /** Adds a node with one output. @returns the output's name */
  add(operator: string, inputs: string[], attributes: Attributes = {}): string {
    return this.addMany(operator, inputs, attributes, 1)[0]!;
  }

  /** Adds a node. @returns the names of its outputs */
  addMany(operator: string, inputs: string[], attributes: Attributes, outputs: number): string[] {
    const output = Array.from({ length: outputs }, () => this.#name());
    const attribute = Object.entries(attributes).map(([name, value]) => attributeOf(operator, name, value));
    this.nodes.push({ input: inputs, output, op_type: operator, attribute });
    return output;
  }

  /** Stores numbers. @returns their name */
  constant({ shape, values }: Constant): string {
    const name = this.#name();
    const raw_data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.initializers.push({ dims: shape, data_type: dataTypes[typeOf(values)], name, raw_data });
    return name;
  }

  /** Stores a number for a product or a sum with a float tensor. */
  scalar(value: number): string {
    return this.constant({ shape: [], values: Float32Array.of(value) });
  }

  /** Stores whole numbers: axes or a shape. */
  integers(values: number[]): string {
    return this.constant({ shape: [values.length], values: BigInt64Array.from(values, BigInt) });
  }

  #name(): string {
    return `v${this.#names++}`;
  }
}

/** Attributes of these are floats even if their value is whole. */
const floats = new Set(["LeakyRelu alpha", "Elu alpha"]);

function attributeOf(operator: string, name: string, value: Attributes[string]): Attribute {
  if (typeof value === "string") return { name, type: 3, s: new TextEncoder().encode(value) };
  if (Array.isArray(value)) return { name, type: 7, ints: value };
  return floats.has(`${operator} ${name}`) ? { name, type: 1, f: value } : { name, type: 2, i: value };
}
