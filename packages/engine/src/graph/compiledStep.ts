/**
 * A training step as one function of TensorFlow's. The first time, its operations are recorded; from then on the code
 * runs without computing anything, each operation is compared with the recorded one, and at the end the whole step is one
 * call: no kernel is prepared on its own, and TensorFlow orders and frees as it sees fit.
 *
 * The call returns before the step is done: meanwhile the next one is described. Whatever else asks something of the engine,
 * waits for it first.
 *
 * Nothing is asked of the code but that it can be run again. What varies from step to step (the batch, noise, any float)
 * is fed; where the operations differ (the last batch of an epoch is smaller), another function is recorded. Every step is
 * done by such a function, the recorded one too, so a run that is interrupted ends with the same bytes.
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

/** More than this many different steps are none: the code is run as it is. */
const mostTraces = 16;
/** Integer tensors up to this size belong to the step; larger ones are data. */
const largestConstant = 16;
/** An id that no tensor has: nothing was computed yet. */
const uncomputed = -2;

let functions = 0;

/** The code did something else than the recorded step. */
class Mismatch extends Error {}
/** The code asks for a value before the step is done. */
class NotTraceable extends Error {}

/** What the recorder knows of a tensor while a step runs. */
interface Known extends TensorInfo {
  owner?: Session;
  reference?: Reference;
}

/** One step's code, whatever it does each time. */
export class CompiledStep {
  #traces: Trace[] = [];
  #compiles = true;

  /**
   * Does what `work` does.
   *
   * @param work runs operations; may be run more than once, and must do the same each time
   * @returns what `work` returns; its tensors have their values
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

/** A step under way. While it is, operations come here instead of to the backend. */
abstract class Session {
  readonly #made: { dataId: object; info: Known }[] = [];
  readonly #fed: { dataId: object; info: Known; values: TensorInfo["values"] }[] = [];
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
      const info: Known = backend.tensorMap.get(dataId);
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
      for (const { info } of [...this.#fed, ...this.#made]) delete info.owner;
    }
  }

  protected original!: NodeBackend["executeMultipleOutputs"];

  #execute(op: string, attributes: Attribute[], inputs: tf.Tensor[], outputs: number): tf.Tensor[] {
    const references = inputs.map((input) => this.#reference(input));
    const { node, made } = this.operation(op, attributes, inputs, references, outputs);
    for (const [output, { dataId }] of made.entries()) {
      const info: Known = this.backend.tensorMap.get(dataId);
      info.owner = this;
      info.reference = { kind: "node", index: node, output };
      this.#made.push({ dataId, info });
    }
    return made;
  }

  #reference({ dataId }: tf.Tensor): Reference {
    const info: Known | undefined = dataId && this.backend.tensorMap.get(dataId);
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
  ): { node: number; made: tf.Tensor[] };
  /** The recorded step, of which `results` are asked for. */
  protected abstract finished(results: Reference[]): Trace;

  /** Calls the function, and gives its results to the tensors that the code still holds. */
  #finish(): void {
    const { binding, tensorMap } = this.backend;
    const held = this.#made.filter(({ dataId }) => tensorMap.has(dataId));
    const trace = this.finished(held.map(({ info }) => info.reference!));
    const passing: number[] = [];
    const ids = this.#fed
      .filter(({ info }) => info.reference!.kind === "feed")
      .map(({ dataId, info, values }) => {
        if (info.id >= 0 && tensorMap.has(dataId)) return info.id;
        const id = binding.createTensor(info.shape, info.dtype, values!);
        if (tensorMap.has(dataId)) Object.assign(info, { id, values: null });
        else passing.push(id);
        return id;
      });
    const results = binding.callFunction!(trace.name, ids, trace.results.length);
    for (const id of passing) binding.deleteTensor(id);
    for (const [i, { info }] of held.entries()) {
      if (info.id >= 0) binding.deleteTensor(info.id);
      info.id = results[i]!;
    }
  }
}

/** Computes each operation, to learn its shapes, and writes it down. */
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
  ): { node: number; made: tf.Tensor[] } {
    // What only acts, acts once: in the function.
    const made = outputs === 0 ? [] : this.original(op, attributes, inputs, outputs);
    const metadata = made.map(({ dataId }) => {
      const { shape, dtype } = this.backend.tensorMap.get(dataId);
      return { shape, dtype };
    });
    const node: Node = { op, attributes, inputs: references, outputs: metadata };
    return { node: this.trace.nodes.push(node) - 1, made };
  }

  protected finished(results: Reference[]): Trace {
    const { nodes, feeds, constants } = this.trace;
    const { binding } = this.backend;
    const name = `gumbel_step_${functions++}`;
    const acting = nodes.flatMap(({ outputs }, i) => (outputs.length === 0 ? [`n${i}`] : []));
    binding.defineFunction!(
      name,
      graphDef(nodes, feeds, constants, binding),
      feeds.map((_, slot) => `f${slot}`),
      results.map(nameOf),
      acting,
    );
    this.trace = { ...this.trace, name, results };
    return this.trace;
  }
}

/** Computes nothing, and checks that each operation is the recorded one. */
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
  ): { node: number; made: tf.Tensor[] } {
    const node = this.#next++;
    const recorded = this.trace.nodes[node];
    if (
      !recorded ||
      recorded.outputs.length !== outputs ||
      !sameOperation(recorded, op, attributes, references)
    )
      throw new Mismatch();
    const made = recorded.outputs.map(({ shape, dtype }) =>
      this.backend.createOutputTensor({ shape, dtype, id: uncomputed }),
    );
    return { node, made };
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
