/**
 * A training step as one TensorFlow function. The first run records the operations. In later runs the code computes
 * nothing: each operation is compared with the recorded one, and the whole step is one call at the end. No kernel is
 * prepared on its own, and TensorFlow decides the order and frees memory.
 *
 * The call returns before the step has finished, and the next step is described meanwhile. Any other use of the engine
 * waits for the step first.
 *
 * Gradients that follow from the operations before them are derived once as well: a repeated step runs the code of its objective
 * alone, and compares its operations (tape.ts).
 *
 * The code of a step must only be repeatable. Values that change from step to step (the batch, noise, any float) are fed;
 * if the operations differ (the last batch of an epoch is smaller), another function is recorded. Every step is run by
 * such a function, also the one that was recorded, so an interrupted run ends with the same bytes.
 */
import * as tf from "@tensorflow/tfjs-core";
import { isNative, type NodeBackend } from "../core/native.js";
import { Recording } from "./recording.js";
import { Replay } from "./replay.js";
import { Mismatch, NotTraceable, type Session } from "./session.js";
import { derive } from "./tape.js";
import type { Trace } from "./trace.js";

/** Most recordings per step. Code that differs more often than this runs without a function. */
const mostTraces = 16;

/** Runs the code of one step, by recorded functions if the engine has them. */
export class CompiledStep {
  #traces: Trace[] = [];
  #compiles = true;
  #session: Session | undefined;

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
        const replayed = this.#replay(backend, trace, work);
        if (!replayed) continue;
        if (trace !== this.#traces[0]) this.#traces = [trace, ...this.#traces.filter((t) => t !== trace)];
        return replayed.result;
      }
      if (this.#traces.length < mostTraces) {
        const recording = new Recording(backend);
        const result = this.#runIn(recording, work);
        this.#traces.unshift(recording.trace);
        return result;
      }
    } catch (error) {
      if (!(error instanceof NotTraceable)) throw error;
    }
    this.#compiles = false;
    return work();
  }

  /**
   * Gradients of `f()` by `xs`, inside of `run`; undefined where there is none. A repeated step does not derive them again.
   *
   * @param f runs operations; its gradients must follow from those alone
   */
  gradients(f: () => tf.Scalar, xs: tf.Tensor[]): (tf.Tensor | undefined)[] {
    return this.#session ? this.#session.gradients(f, xs) : derive(f, xs);
  }

  /** Runs `work` as it is recorded; undefined if it is another. */
  #replay<T>(backend: NodeBackend, trace: Trace, work: () => T): { result: T } | undefined {
    for (;;) {
      const { backward } = trace;
      try {
        return { result: this.#runIn(new Replay(backend, trace), work) };
      } catch (error) {
        if (!(error instanceof Mismatch)) throw error;
        // Once more if its gradients alone are not those that were recorded.
        if (trace.backward === backward) return undefined;
      }
    }
  }

  #runIn<T>(session: Session, work: () => T): T {
    this.#session = session;
    try {
      return session.run(work);
    } finally {
      this.#session = undefined;
    }
  }
}
