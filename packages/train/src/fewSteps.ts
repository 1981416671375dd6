/** The sign that a training is too short for its data: epochs that were chosen for a larger data set. */
import type { Sign } from "@gumbel/metrics";

/** Steps below which it is said, and those that would do. */
const [few, enough] = [1000, 3000];

/**
 * The sign of a main phase of fewer than 1,000 steps; undefined of a longer one, or if nothing is trained.
 *
 * @param examples that an epoch passes over
 */
export function signOfFewSteps(epochs: number, examples: number, batchSize: number): Sign | undefined {
  const perEpoch = Math.ceil(examples / batchSize);
  const steps = epochs * perEpoch;
  if (steps === 0 || steps >= few) return undefined;
  const wanted = Math.ceil(enough / perEpoch);
  return {
    name: "few-steps",
    what: `the training has only ${steps} steps`,
    hint: `"train": { "epochs": ${wanted} } gives the ${enough.toLocaleString("en")} that a result takes as a rule`,
  };
}
