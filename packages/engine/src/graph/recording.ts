import type * as tf from "@tensorflow/tfjs-core";
import type { Attribute } from "../core/native.js";
import { graphDef, nameOf } from "./graphDef.js";
import { Session } from "./session.js";
import { derive, isNested, tapeEntry, watchOperations, watchWrites } from "./tape.js";
import type { Constant, Feed, Node, Reference, TapeEntry, Trace } from "./trace.js";

let functions = 0;

/** Runs each operation, to get the shapes of its outputs, and records it. */
export class Recording extends Session {
  trace: Trace = { name: "", nodes: [], feeds: [], constants: [], results: [] };

  /**
   * Derives the gradients. Later runs need not, if the gradient of every operation is known by its name and no data are fed to
   * the gradients' own operations but what these make.
   */
  gradients(f: () => tf.Scalar, xs: tf.Tensor[]): (tf.Tensor | undefined)[] {
    const tape: TapeEntry[] = [];
    const made = new Set<object>();
    let isKnown = true;
    let [from, fedBefore] = [0, 0];
    const forward = (): tf.Scalar => {
      const y = watchOperations((operation) => {
        const entry = tapeEntry(operation, (tensor) => this.known(tensor));
        if (entry) tape.push(entry);
        if (!entry || isNested()) isKnown = false;
      }, f);
      made.clear();
      [from, fedBefore] = [this.trace.nodes.length, this.fed.length];
      return y;
    };
    const found = watchWrites(
      this.backend,
      (dataId) => made.add(dataId),
      () => derive(forward, xs),
    );
    const fed = this.fed.slice(fedBefore);
    const gradients = found.map((gradient) => this.known(gradient));
    const areNodes = found.every((gradient, i) => !gradient || gradients[i]?.kind === "node");
    if (isKnown && areNodes && fed.every(({ dataId }) => made.has(dataId))) {
      const again = fed.map(({ info, values }) => ({
        kind: info.reference!.kind,
        shape: info.shape,
        dtype: info.dtype,
        values,
      }));
      this.trace.backward = { tape, from, to: this.trace.nodes.length, fed: again, gradients };
    }
    return found;
  }

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
