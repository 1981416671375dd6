import { type Objective, scalarsOf, tf } from "@gumbel/engine";

/** Sums of one value over the examples of the steps that had it. */
interface Sum {
  value: number;
  weight: number;
  examples: number;
}

/** `Sums` as plain objects, for a checkpoint. */
export type SavedSums = Record<string, Sum>;

/** Means over an epoch, by name. */
export interface Means {
  /** Total of each player. */
  totals: Record<string, number>;
  /** Unweighted terms. */
  terms: Record<string, number>;
  /** Weight of each term. */
  weights: Record<string, number>;
}

const totalPrefix = "total of ";

/**
 * Sums of the objectives' terms over an epoch. The values of a step are read when the next step begins: by then the engine
 * has computed them, so that reading does not wait.
 */
export class Sums {
  readonly #sums: Map<string, Sum>;
  #last: { objective: Objective; player: string; prefix: string; examples: number }[] = [];

  constructor(saved: SavedSums = {}) {
    this.#sums = new Map(Object.entries(saved).map(([name, sum]) => [name, { ...sum }]));
  }

  /** Begins a step: reads the values of the previous one. */
  step(): void {
    this.#settle();
  }

  /**
   * Adds a player's objective, and disposes of it later.
   *
   * @param prefix prefix of the names of its terms
   */
  add(objective: Objective, player: string, prefix: string, examples: number): void {
    this.#last.push({ objective, player, prefix, examples });
  }

  save(): SavedSums {
    this.#settle();
    return Object.fromEntries(this.#sums);
  }

  means(): Means {
    const means: Means = { totals: {}, terms: {}, weights: {} };
    for (const [name, { value, weight, examples }] of Object.entries(this.save())) {
      if (name.startsWith(totalPrefix)) {
        means.totals[name.slice(totalPrefix.length)] = value / examples;
      } else {
        means.terms[name] = value / examples;
        means.weights[name] = weight / examples;
      }
    }
    return means;
  }

  dispose(): void {
    for (const { objective } of this.#last) tf.dispose(scalarsOf(objective));
    this.#last = [];
  }

  #settle(): void {
    for (const { objective, player, prefix, examples } of this.#last) {
      this.#add(totalPrefix + player, objective.total, 1, examples);
      for (const [name, term] of Object.entries(objective.terms)) {
        this.#add(prefix + name, term, objective.weights[name]!, examples);
      }
    }
    this.dispose();
  }

  #add(name: string, term: tf.Scalar, weight: number, examples: number): void {
    const sum = this.#sums.get(name) ?? { value: 0, weight: 0, examples: 0 };
    sum.value += term.dataSync()[0]! * examples;
    sum.weight += weight * examples;
    sum.examples += examples;
    this.#sums.set(name, sum);
  }
}
