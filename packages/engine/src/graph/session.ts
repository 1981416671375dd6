/** One run of a step: operations come here instead of going to the backend. */
import * as tf from "@tensorflow/tfjs-core";
import type { Attribute, NodeBackend, TensorInfo } from "../core/native.js";
import { largestCopied } from "./calls.js";
import type { Constant, FedAgain, Feed, Reference, Trace } from "./trace.js";

/** Integer tensors up to this size are constants of the step; larger ones are fed as data. */
const largestConstant = 16;
/** The id of a tensor that is not computed yet. */
export const uncomputed = -2;

/** The code differs from the recorded step. */
export class Mismatch extends Error {}
/** The code reads a value before the step has finished. */
export class NotTraceable extends Error {}

/** A tensor as the recorder sees it while a step runs. */
interface TracedTensor extends TensorInfo {
  owner?: Session;
  reference?: Reference;
}

interface Output {
  dataId: object;
  info: TracedTensor;
}

interface Fed extends Output {
  values: TensorInfo["values"];
}

export abstract class Session {
  readonly #outputs: Output[] = [];
  protected readonly fed: Fed[] = [];
  #slots = 0;
  #constants = 0;

  constructor(protected readonly backend: NodeBackend) {}

  run<T>(work: () => T): T {
    const { backend } = this;
    const [single, multiple, read] = [
      backend.executeSingleOutput,
      backend.executeMultipleOutputs,
      backend.readSync,
    ];
    backend.executeSingleOutput = (op, attributes, inputs) => this.#execute(op, attributes, inputs, 1)[0]!;
    backend.executeMultipleOutputs = (op, attributes, inputs, outputs) =>
      this.#execute(op, attributes, inputs, outputs);
    backend.readSync = (dataId) => {
      const info: TracedTensor = backend.tensorMap.get(dataId);
      if (info.owner === this && info.reference!.kind === "node") throw new NotTraceable();
      return read.call(backend, dataId);
    };
    this.original = (...call) => multiple.apply(backend, call);
    try {
      const result = work();
      this.#finish();
      return result;
    } finally {
      Object.assign(backend, {
        executeSingleOutput: single,
        executeMultipleOutputs: multiple,
        readSync: read,
      });
      for (const { info } of [...this.fed, ...this.#outputs]) delete info.owner;
    }
  }

  protected original!: NodeBackend["executeMultipleOutputs"];

  #execute(op: string, attributes: Attribute[], inputs: tf.Tensor[], outputs: number): tf.Tensor[] {
    const references = inputs.map((input) => this.#reference(input));
    const { node, tensors } = this.operation(op, attributes, inputs, references, outputs);
    for (const [output, tensor] of tensors.entries()) this.own(tensor, { kind: "node", index: node, output });
    return tensors;
  }

  /** Makes a tensor the output of an operation of this step. */
  protected own({ dataId }: tf.Tensor, reference: Reference): void {
    const info: TracedTensor = this.backend.tensorMap.get(dataId);
    info.owner = this;
    info.reference = reference;
    this.#outputs.push({ dataId, info });
  }

  /** Where a tensor comes from; undefined if no operation of this step made or took it yet. */
  protected known(tensor: tf.Tensor | null | undefined): Reference | undefined {
    const info: TracedTensor | undefined = tensor?.dataId && this.backend.tensorMap.get(tensor.dataId);
    return info?.owner === this ? info.reference : undefined;
  }

  /** What is fed to operations that are left out, by the values recorded of it. */
  protected feedAgain(recorded: readonly FedAgain[]): void {
    for (const { kind, shape, dtype, values } of recorded) {
      const index = kind === "constant" ? this.#constants++ : this.#slots++;
      const info = {
        shape: [...shape],
        dtype,
        values,
        id: uncomputed,
        reference: { kind, index, output: 0 },
      };
      this.fed.push({ dataId: info, info, values });
    }
  }

  /** Gradients of `f()` by `xs`; undefined where there is none. */
  abstract gradients(f: () => tf.Scalar, xs: tf.Tensor[]): (tf.Tensor | undefined)[];

  #reference({ dataId }: tf.Tensor): Reference {
    const info: TracedTensor | undefined = dataId && this.backend.tensorMap.get(dataId);
    if (!info) throw new NotTraceable();
    if (info.owner === this) return info.reference!;
    const { values } = info;
    if (tf.util.sizeFromShape(info.shape) > largestCopied) throw new NotTraceable();
    const integer =
      info.dtype === this.backend.binding.TF_INT32 || info.dtype === this.backend.binding.TF_BOOL;
    if (values && integer && values.length <= largestConstant) {
      const index = this.#constants++;
      this.constant(index, { shape: info.shape, dtype: info.dtype, values });
      info.reference = { kind: "constant", index, output: 0 };
    } else {
      const index = this.#slots++;
      this.feed(index, info);
      info.reference = { kind: "feed", index, output: 0 };
    }
    this.fed.push({ dataId, info, values });
    info.owner = this;
    return info.reference;
  }

  protected abstract feed(index: number, feed: Feed): void;
  protected abstract constant(index: number, constant: Constant): void;
  protected abstract operation(
    op: string,
    attributes: Attribute[],
    inputs: tf.Tensor[],
    references: Reference[],
    outputs: number,
  ): { node: number; tensors: tf.Tensor[] };
  /** The recorded step whose outputs are `results`. */
  protected abstract finished(results: Reference[]): Trace;

  /** Calls the function and assigns its results to the tensors that the code still holds. */
  #finish(): void {
    const { binding, tensorMap } = this.backend;
    const held = this.#outputs.filter(({ dataId }) => tensorMap.has(dataId));
    const trace = this.finished(held.map(({ info }) => info.reference!));
    const temporary: number[] = [];
    const ids = this.fed
      .filter(({ info }) => info.reference!.kind === "feed")
      .map(({ dataId, info, values }) => {
        if (info.id >= 0 && tensorMap.has(dataId)) return info.id;
        const id = binding.createTensor(info.shape, info.dtype, values!);
        if (tensorMap.has(dataId)) Object.assign(info, { id, values: null });
        else temporary.push(id);
        return id;
      });
    const results = binding.callFunction!(trace.name, ids, trace.results.length);
    for (const id of temporary) binding.deleteTensor(id);
    for (const [i, { info }] of held.entries()) {
      if (info.id >= 0) binding.deleteTensor(info.id);
      info.id = results[i]!;
    }
  }
}
