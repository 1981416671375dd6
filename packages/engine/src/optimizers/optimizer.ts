/** The base of all optimizers: one step, and the arrays kept per parameter between steps. */
import * as tf from "@tensorflow/tfjs-core";
import { type NamedArray, Parameter, type Parameters } from "../core/parameters.js";
import { CompiledStep } from "../graph/compiledStep.js";

/** The scalars of one step: total = Σ weight · term. */
export type Objective = {
  /** The value that is minimised. */
  total: tf.Scalar;
  /** Its parts, each before its weight. */
  terms: Record<string, tf.Scalar>;
  /** The weight of each term, by the same names. */
  weights: Record<string, number>;
};

/** A trainable parameter with the arrays that the optimizer keeps for it. */
export interface Slots {
  parameter: Parameter;
  /** In the order of the names given to `Optimizer`. */
  memory: Parameter[];
}

/** Minimises an objective over some parameters of a model. */
export abstract class Optimizer {
  /** May be changed between steps. */
  learningRate: number;
  protected steps = 0;
  readonly #parameters: Parameters;
  readonly #slots: Slots[];
  readonly #step = new CompiledStep();

  /**
   * @param parameters all parameters of the model
   * @param trains parameters that this optimizer updates
   * @param memory names of the arrays kept per parameter, each of the parameter's shape and zero at the start
   */
  constructor(parameters: Parameters, trains: readonly Parameter[], learningRate: number, memory: string[]) {
    this.learningRate = learningRate;
    this.#parameters = parameters;
    this.#slots = trains.map((parameter) => ({
      parameter,
      memory: memory.map((name) => {
        const size = parameter.shape.reduce((product, n) => product * n, 1);
        return new Parameter(`${name}/${parameter.name}`, parameter.shape, new Float32Array(size), false);
      }),
    }));
  }

  /**
   * Takes one step against the gradient of `objective().total`.
   *
   * @returns the objective's scalars, which the caller disposes of; nothing waits for their values.
   */
  minimize(objective: () => Objective): Objective {
    this.steps++;
    return this.#step.run(() => this.#minimize(objective));
  }

  #minimize(objective: () => Objective): Objective {
    const terms: tf.Scalar[] = [];
    try {
      return tf.tidy(() => {
        const values = this.#slots.map(({ parameter }) => parameter.read());
        const trained = new Set(this.#slots.map(({ parameter }) => parameter));
        for (const parameter of this.#parameters.all) if (!trained.has(parameter)) parameter.read();
        let evaluated: Objective | undefined;
        const gradients = this.#step.gradients(() => {
          evaluated = objective();
          for (const term of scalarsOf(evaluated)) terms.push(tf.keep(term));
          return evaluated.total;
        }, values);
        for (const parameter of this.#parameters.all) parameter.release();
        // A parameter that the objective does not use has no gradient and keeps its value.
        this.apply(
          this.#slots.flatMap((slots, i) => {
            const gradient = gradients[i];
            return gradient ? [{ ...slots, gradient }] : [];
          }),
        );
        this.#parameters.settle();
        return evaluated!;
      });
    } catch (error) {
      // The step failed: its results must not outlive it.
      for (const term of terms) term.dispose();
      this.#parameters.abandon();
      forgetTape();
      throw error;
    }
  }

  /** Updates each parameter by its gradient. Runs inside a tidy scope. */
  protected abstract apply(updates: (Slots & { gradient: tf.Tensor })[]): void;

  /** The state that a resumed run needs: the arrays kept per parameter, and the number of steps. */
  async save(): Promise<{ steps: number; memory: Map<string, NamedArray> }> {
    const saved = new Map<string, NamedArray>();
    for (const array of this.#slots.flatMap(({ memory }) => memory)) {
      const value = tf.tidy(() => array.value);
      saved.set(array.name, { shape: array.shape, values: (await value.data<"float32">()).slice() });
      value.dispose();
    }
    return { steps: this.steps, memory: saved };
  }

  /** Restores a saved state. @throws Error if `memory` lacks an array that this optimizer keeps. */
  load({ steps, memory }: { steps: number; memory: ReadonlyMap<string, NamedArray> }): void {
    this.steps = steps;
    for (const array of this.#slots.flatMap((slots) => slots.memory)) {
      const saved = memory.get(array.name);
      if (!saved) throw new Error(`the saved optimizer lacks ${array.name}`);
      tf.tidy(() => array.assign(tf.tensor(saved.values, saved.shape, "float32")));
    }
  }

  dispose(): void {
    for (const array of this.#slots.flatMap(({ memory }) => memory)) array.dispose();
  }
}

/** Every tensor of an objective. */
export const scalarsOf = ({ total, terms }: Objective): tf.Scalar[] => [total, ...Object.values(terms)];

/** Disposes of the tensors saved for gradients; TensorFlow.js does so only after it has used them. */
function forgetTape(): void {
  const { state } = tf.engine() as unknown as { state: { activeTape: { saved?: tf.Tensor[] }[] | null } };
  for (const { saved } of state.activeTape ?? []) tf.dispose(saved ?? []);
  state.activeTape = null;
}
