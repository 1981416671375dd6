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
  let logLikelihood = 0;
  for (let i = 0; i < logs.length; i += components) {
    const row = logs.subarray(i, i + components);
    const largest = Math.max(...row);
    let sum = 0;
    for (const log of row) sum += Math.exp(log - largest);
    const logSum = largest + Math.log(sum);
    for (let k = 0; k < components; k++) responsibilities[i + k] = Math.exp(row[k]! - logSum);
    logLikelihood += logSum;
  }
  return { responsibilities, logLikelihood };
}
