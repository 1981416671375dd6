import * as tf from "@tensorflow/tfjs-core";
import type { Attribute, NodeBackend } from "../core/native.js";
import { Mismatch, Session, uncomputed } from "./session.js";
import { derive, type Operation, sameEntry, sameSettings, tapeEntry, watchOperations } from "./tape.js";
import {
  type Constant,
  type Feed,
  type Reference,
  sameMetadata,
  sameNumbers,
  sameOperation,
  sameReference,
  type Trace,
} from "./trace.js";

/** Computes nothing and checks that each operation is the recorded one. */
export class Replay extends Session {
  #next = 0;

  constructor(
    backend: NodeBackend,
    private readonly trace: Trace,
  ) {
    super(backend);
  }

  /** Runs the objective alone if its gradients are recorded. */
  gradients(f: () => tf.Scalar, xs: tf.Tensor[]): (tf.Tensor | undefined)[] {
    const { backward, nodes } = this.trace;
    if (!backward) return derive(f, xs);
    let entries = 0;
    const compare = (operation: Operation): void => {
      const entry = tapeEntry(operation, (tensor) => this.known(tensor));
      const recorded = backward.tape[entries++];
      if (!entry || !recorded || !sameEntry(entry, recorded)) throw new Mismatch();
      if (sameSettings(entry, recorded)) return;
      // The kernels may be the recorded ones, the gradients not: they are derived from now on.
      this.trace.backward = undefined;
      throw new Mismatch();
    };
    tf.tidy(() => watchOperations(compare, f));
    if (entries !== backward.tape.length || this.#next !== backward.from) throw new Mismatch();
    this.#next = backward.to;
    this.feedAgain(backward.fed);
    return backward.gradients.map((reference) => {
      if (!reference) return undefined;
      const { shape, dtype } = nodes[reference.index]!.outputs[reference.output]!;
      const gradient = this.backend.createOutputTensor({ shape, dtype, id: uncomputed });
      this.own(gradient, reference);
      return gradient;
    });
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
