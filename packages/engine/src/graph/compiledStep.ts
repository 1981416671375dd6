/**
 * A training step as one TensorFlow function. The first run records the operations. In later runs the code computes
 * nothing: each operation is compared with the recorded one, and the whole step is one call at the end. No kernel is
 * prepared on its own, and TensorFlow decides the order and frees memory.
 *
 * The call returns before the step has finished, and the next step is described meanwhile. Any other use of the engine
 * waits for the step first.
 *
 * The code of a step must only be repeatable. Values that change from step to step (the batch, noise, any float) are fed;
 * if the operations differ (the last batch of an epoch is smaller), another function is recorded. Every step is run by
 * such a function, also the one that was recorded, so an interrupted run ends with the same bytes.
 */
import * as tf from "@tensorflow/tfjs-core";
import { type Attribute, isNative, type NodeBackend, type TensorInfo } from "../core/native.js";
import { largestCopied } from "./calls.js";
import { graphDef, nameOf } from "./graphDef.js";
import {
  type Constant,
  type Feed,
  type Node,
  type Reference,
  sameMetadata,
  sameNumbers,
  sameOperation,
  sameReference,
  type Trace,
} from "./trace.js";

/** Most recordings per step. Code that differs more often than this runs without a function. */
const mostTraces = 16;
/** Integer tensors up to this size are constants of the step; larger ones are fed as data. */
const largestConstant = 16;
/** The id of a tensor that is not computed yet. */
const uncomputed = -2;

let functions = 0;

/** The code differs from the recorded step. */
class Mismatch extends Error {}
/** The code reads a value before the step has finished. */
class NotTraceable extends Error {}

/** A tensor as the recorder sees it while a step runs. */
interface TracedTensor extends TensorInfo {
  owner?: Session;
  reference?: Reference;
}

/** Runs the code of one step, by recorded functions if the engine has them. */
export class CompiledStep {
  #traces: Trace[] = [];
  #compiles = true;

  /**
   * Runs `work`.
   *
   * @param work runs operations; may be called more than once, and must do the same each time
   * @returns the result of `work`; its tensors have their values
   */
  run<T>(work: () => T): T {
    const backend = isNative() ? (tf.backend() as unknown as NodeBackend) : undefined;
    if (!backend?.binding.callFunction || !this.#compiles) return work();
    try {
      for (const trace of this.#traces) {
        const replay = new Replay(backend, trace);
        try {
          const result = replay.run(work);
          if (trace !== this.#traces[0]) this.#traces = [trace, ...this.#traces.filter((t) => t !== trace)];
          return result;
        } catch (error) {
          if (!(error instanceof Mismatch)) throw error;
        }
      }
      if (this.#traces.length < mostTraces) {
        const recording = new Recording(backend);
        const result = recording.run(work);
        this.#traces.unshift(recording.trace);
        return result;
      }
    } catch (error) {
      if (!(error instanceof NotTraceable)) throw error;
    }
    this.#compiles = false;
    return work();
  }
}

/** One run of a step: operations come here instead of going to the backend. */
abstract class Session {
  readonly #outputs: { dataId: object; info: TracedTensor }[] = [];
  readonly #fed: { dataId: object; info: TracedTensor; values: TensorInfo["values"] }[] = [];
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
      for (const { info } of [...this.#fed, ...this.#outputs]) delete info.owner;
    }
  }

  protected original!: NodeBackend["executeMultipleOutputs"];

  #execute(op: string, attributes: Attribute[], inputs: tf.Tensor[], outputs: number): tf.Tensor[] {
    const references = inputs.map((input) => this.#reference(input));
    const { node, tensors } = this.operation(op, attributes, inputs, references, outputs);
    for (const [output, { dataId }] of tensors.entries()) {
      const info: TracedTensor = this.backend.tensorMap.get(dataId);
      info.owner = this;
      info.reference = { kind: "node", index: node, output };
      this.#outputs.push({ dataId, info });
    }
    return tensors;
  }

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
      this.#fed.push({ dataId, info, values });
    } else {
      const index = this.#slots++;
      this.feed(index, info);
      info.reference = { kind: "feed", index, output: 0 };
      this.#fed.push({ dataId, info, values });
    }
    info.owner = this;
    return info.reference;
  }
  #slots = 0;

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
    const ids = this.#fed
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

/** Runs each operation, to get the shapes of its outputs, and records it. */
class Recording extends Session {
  trace: Trace = { name: "", nodes: [], feeds: [], constants: [], results: [] };

  protected feed(_index: number, { shape, dtype }: Feed): void {
    this.trace.feeds.push({ shape, dtype });
  }

  protected constant(_index: number, constant: Constant): void {
    this.trace.constants.push(constant);
  }

  protected operation(
    op: string,
    attributes: Attribute[],
    inputs: tf.Tensor[],
    references: Reference[],
    outputs: number,
  ): { node: number; tensors: tf.Tensor[] } {
    // An operation without outputs only has an effect: it runs once, in the function.
    const tensors = outputs === 0 ? [] : this.original(op, attributes, inputs, outputs);
    const metadata = tensors.map(({ dataId }) => {
      const { shape, dtype } = this.backend.tensorMap.get(dataId);
      return { shape, dtype };
    });
    const node: Node = { op, attributes, inputs: references, outputs: metadata };
    return { node: this.trace.nodes.push(node) - 1, tensors };
  }

  protected finished(results: Reference[]): Trace {
    const { nodes, feeds, constants } = this.trace;
    const { binding } = this.backend;
    const name = `gumbel_step_${functions++}`;
    const effects = nodes.flatMap(({ outputs }, i) => (outputs.length === 0 ? [`n${i}`] : []));
    binding.defineFunction!(
      name,
      graphDef(nodes, feeds, constants, binding),
      feeds.map((_, slot) => `f${slot}`),
      results.map(nameOf),
      effects,
    );
    this.trace = { ...this.trace, name, results };
    return this.trace;
  }
}

/** Computes nothing and checks that each operation is the recorded one. */
class Replay extends Session {
  #next = 0;

  constructor(
    backend: NodeBackend,
    private readonly trace: Trace,
  ) {
    super(backend);
  }

  protected feed(index: number, feed: Feed): void {
    const recorded = this.trace.feeds[index];
    if (!recorded || !sameMetadata(recorded, feed)) throw new Mismatch();
  }

  protected constant(index: number, constant: Constant): void {
    const recorded = this.trace.constants[index];
    if (!recorded || !sameMetadata(recorded, constant) || !sameNumbers(recorded.values, constant.values))
      throw new Mismatch();
  }

  protected operation(
    op: string,
    attributes: Attribute[],
    _inputs: tf.Tensor[],
    references: Reference[],
    outputs: number,
  ): { node: number; tensors: tf.Tensor[] } {
    const node = this.#next++;
    const recorded = this.trace.nodes[node];
    if (
      !recorded ||
      recorded.outputs.length !== outputs ||
      !sameOperation(recorded, op, attributes, references)
    )
      throw new Mismatch();
    const tensors = recorded.outputs.map(({ shape, dtype }) =>
      this.backend.createOutputTensor({ shape, dtype, id: uncomputed }),
    );
    return { node, tensors };
  }

  protected finished(results: Reference[]): Trace {
    const recorded = this.trace.results;
    const same =
      this.#next === this.trace.nodes.length &&
      results.length === recorded.length &&
      results.every((result, i) => sameReference(result, recorded[i]!));
    if (!same) throw new Mismatch();
    return this.trace;
  }
}
