/** Responsibilities [rows × components] of some rows, and the sum of their log-likelihoods. */
export interface Expected {
  responsibilities: Float32Array;
  logLikelihood: number;
}

/** Responsibilities of 1 for the assigned component; their likelihood is not looked at. */
export function assigned(assignment: Int32Array, components: number): Expected {
  const responsibilities = new Float32Array(assignment.length * components);
  assignment.forEach((k, i) => {
    responsibilities[i * components + k] = 1;
  });
  return { responsibilities, logLikelihood: 0 };
}

/** Responsibilities from log π_k N(x | k), whose log-sum-exp is the log-likelihood. */
export function normalised(logs: Float32Array, components: number): Expected {
  const responsibilities = new Float32Array(logs.length);
  // Relative to the largest, so that none overflows.
  const densities = new Float64Array(components);
  let logLikelihood = 0;
  for (let from = 0; from < logs.length; from += components) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < components; k++) largest = Math.max(largest, logs[from + k]!);
    let sum = 0;
    for (let k = 0; k < components; k++) {
      densities[k] = Math.exp(logs[from + k]! - largest);
      sum += densities[k]!;
    }
    for (let k = 0; k < components; k++) responsibilities[from + k] = densities[k]! / sum;
    logLikelihood += largest + Math.log(sum);
  }
  return { responsibilities, logLikelihood };
}
