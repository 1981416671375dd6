/** Objectives made of weighted terms. */
import { mul, type Objective, tf } from "@gumbel/engine";

/** A term of weight 1, or one with its weight. */
type Term = tf.Scalar | readonly [term: tf.Scalar, weight: number];

/**
 * The objective Σ weight · term. A term of weight 0 is logged and has no gradient; an undefined one does not exist in this
 * step.
 */
export function weighted(terms: Record<string, Term | undefined>): Objective {
  const there = Object.entries(terms).flatMap(([name, term]) =>
    term === undefined
      ? []
      : [{ name, ...("length" in term ? { value: term[0], weight: term[1] } : { value: term, weight: 1 }) }],
  );
  const parts = there
    .filter(({ weight }) => weight !== 0)
    .map(({ value, weight }) => (weight === 1 ? value : mul(value, weight)));
  return {
    total: parts.length === 0 ? tf.scalar(0) : parts.length === 1 ? tf.clone(parts[0]!) : tf.addN(parts),
    terms: Object.fromEntries(there.map(({ name, value }) => [name, value])),
    weights: Object.fromEntries(there.map(({ name, weight }) => [name, weight])),
  };
}
