/** Signs that a run found no clusters, in its encodings alone. */
import type { Sign } from "./sign.js";

/** The encodings of a run; n rows throughout. */
export interface Encodings {
  /** Cluster of each example, negative if it is in none; null if the system has no clusters yet. */
  clusters: Int32Array | null;
  K: number;
  /** q(c | x), `n × K`; null if the system has none. */
  probabilities: Float32Array | null;
  /** Latents by name, each `n × d`. */
  latents: Record<string, { values: Float32Array; d: number }>;
  /** Share of the largest class among the labelled examples, in [0, 1]; 0 if none is labelled. */
  largestClass: number;
}

/** A share of the examples above which one cluster is not a clustering. */
const oneCluster = 0.95;
/** A share of log K above which the mean entropy of q(c | x) says nothing about an example. */
const uniform = 0.99;
/** A variance below this share of the mean square is rounding. */
const rounding = 1e-12;
/** Twice a KL in nats below which a Gaussian latent carries nothing. */
const nothing = 0.01;

/** The signs of a collapse in a run's encodings alone; none if there is nothing wrong. */
export function collapses({ clusters, K, probabilities, latents, largestClass }: Encodings): Sign[] {
  return [
    ...(clusters && K > 1 ? ofClusters(clusters, K, largestClass) : []),
    ...(probabilities && K > 1 && isUniform(probabilities, K)
      ? [
          {
            name: "uniform-probabilities",
            what: "q(c | x) is nearly the same for every cluster: the model does not use its clusters",
            hint: "train longer, raise the weight of the clustering term, or start from an autoencoder",
          },
        ]
      : []),
    ...Object.entries(latents).flatMap(([name, latent]) => ofLatent(name, latent)),
  ];
}

function ofLatent(name: string, { values, d }: { values: Float32Array; d: number }): Sign[] {
  const hint = "lower train.learningRate or the weight of the prior, and check that the data is scaled";
  if (isConstant(values, d)) {
    const what = `the latent ${name} is the same for every example: it carries nothing about them`;
    return [{ name: "constant-latent", what, hint }];
  }
  // KL(N(μ, σ²) ‖ N(0, 1)) ≥ ½ ‖μ‖².
  const square = values.reduce((sum, value) => sum + value ** 2, 0) / (values.length / d);
  if (name !== "z" || square > nothing) return [];
  return [{ name: "prior-latent", what: "the Gaussian latent z stays at its prior: a KL of zero", hint }];
}

function ofClusters(clusters: Int32Array, K: number, largestClass: number): Sign[] {
  const sizes = new Float64Array(K);
  for (const cluster of clusters) if (cluster >= 0) sizes[cluster]!++;
  const largest = Math.max(...sizes) / clusters.length;
  const empty = sizes.filter((size) => size === 0).length;
  if (largest > Math.max(oneCluster, largestClass + (1 - oneCluster) / 2)) {
    return [
      {
        name: "one-cluster",
        what: `${percent(largest)} of the examples are in one of ${K} clusters`,
        hint: "try kmeans or ae-kmeans on the same data, standardized columns, more epochs, or another seed",
      },
    ];
  }
  if (empty === 0) return [];
  return [
    {
      name: "empty-clusters",
      what: `${empty} of ${K} clusters ${empty === 1 ? "has" : "have"} no example`,
      hint: "ask for fewer clusters, or try another seed",
    },
  ];
}

/** In percent, rounded down, so that 100 % means all. */
const percent = (share: number): string => `${share === 1 ? 100 : Math.floor(1000 * share) / 10} %`;

function isUniform(probabilities: Float32Array, K: number): boolean {
  let entropy = 0;
  for (const p of probabilities) if (p > 0) entropy -= p * Math.log(p);
  return entropy / (probabilities.length / K) > uniform * Math.log(K);
}

/**
 * Whether no column of some rows varies by more than a share of its mean square; by more than rounding if none is given.
 *
 * @param values `n × d`
 */
export function isConstant(values: Float32Array, d: number, share = rounding): boolean {
  const n = values.length / d;
  if (n < 2) return false;
  for (let j = 0; j < d; j++) {
    const origin = values[j]!;
    let square = 0;
    let difference = 0;
    for (let i = j; i < values.length; i += d) {
      square += values[i]! ** 2;
      difference += (values[i]! - origin) ** 2;
    }
    // Also if a value is not a number.
    if (!(difference <= share * square)) return false;
  }
  return true;
}
