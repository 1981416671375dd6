/** Types of a recorded step, and comparisons of its parts. */
import type { Attribute, TensorInfo } from "../core/native.js";

/** The origin of a tensor: a feed of the step, a constant of it, or an output of an operation. */
export interface Reference {
  kind: "feed" | "constant" | "node";
  index: number;
  /** Index of a node's output; 0 otherwise. */
  output: number;
}

/** Shape and TensorFlow's number of the type. */
export interface Metadata {
  shape: readonly number[];
  dtype: number;
}

/** An input of a step: a variable's handle, the batch, noise, a scalar such as the learning rate. */
export type Feed = Metadata;

/** A small tensor of integers (axes, shapes) that is part of the step. */
export interface Constant extends Metadata {
  values: ArrayLike<number>;
}

/** One operation. */
export interface Node {
  op: string;
  attributes: Attribute[];
  inputs: Reference[];
  /** Empty if the operation only has an effect, such as writing a variable. */
  outputs: Metadata[];
}

/** An operation on the tape: its gradient, and where its inputs come from, if from this step. */
export interface TapeEntry {
  name: string;
  inputs: (Reference | undefined)[];
  /** Numbers and names that its kernel was given. */
  settings: unknown[];
}

/** What is fed to an operation that later runs leave out. */
export interface FedAgain extends Metadata {
  kind: Reference["kind"];
  values: TensorInfo["values"];
}

/** The gradients of a step, if they follow from the operations before them. */
export interface Backward {
  /** Those operations. */
  tape: TapeEntry[];
  /** Numbers of nodes before and after. */
  from: number;
  to: number;
  fed: FedAgain[];
  /** Undefined where there is none. */
  gradients: (Reference | undefined)[];
}

/** A recorded step and the name of the function that runs it. */
export interface Trace {
  name: string;
  nodes: Node[];
  feeds: Feed[];
  constants: Constant[];
  /** Outputs that the code still holds after the step. */
  results: Reference[];
  backward?: Backward | undefined;
}

/** True if both refer to the same tensor. */
export const sameReference = (a: Reference, b: Reference): boolean =>
  a.index === b.index && a.output === b.output && a.kind === b.kind;

/** True if both have the same numbers in the same order. */
export function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** True if shape and type are the same. */
export const sameMetadata = (a: Metadata, b: Metadata): boolean =>
  a.dtype === b.dtype && sameNumbers(a.shape, b.shape);

/** True if a recorded operation is this one. */
export function sameOperation(node: Node, op: string, attributes: Attribute[], inputs: Reference[]): boolean {
  if (node.op !== op || node.inputs.length !== inputs.length) return false;
  for (let i = 0; i < inputs.length; i++) if (!sameReference(node.inputs[i]!, inputs[i]!)) return false;
  return node.attributes === attributes || sameAttributes(node.attributes, attributes);
}

function sameAttributes(a: Attribute[], b: Attribute[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    const [left, right] = [a[i]!, b[i]!];
    if (left.name !== right.name || left.type !== right.type) return false;
    if (left.value === right.value) continue;
    if (!Array.isArray(left.value) || !Array.isArray(right.value)) return false;
    if (!sameNumbers(left.value as number[], right.value as number[])) return false;
  }
  return true;
}
