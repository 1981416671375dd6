/** The transductive support vector machine, one against the rest, with an approximate Gaussian kernel. */
import { add, gather, matMul, mul, type Parameter, type Parameters, sub, tf } from "@gumbel/engine";
import { evenlySpaced } from "@gumbel/random";
import { z } from "zod";
import type { Random } from "./dense.js";
import { fitSvm, heldOutHinge, type SvmProblem } from "./svmObjective.js";

/** The options of the machine. */
export const svmOptions = {
  kernelFeatures: z
    .int()
    .min(1)
    .default(1000)
    .describe("Random Fourier features of the kernel (Rahimi and Recht 2007)."),
  unlabelled: z
    .int()
    .min(1)
    .default(20_000)
    .describe("Unlabelled examples that the machines see, evenly spaced (ours)."),
  margin: z
    .number()
    .min(0)
    .default(1)
    .describe("λ_U of the unlabelled examples (Gieseke et al. 2014: tuned; 1 here)."),
  widths: z
    .array(z.number().positive())
    .min(1)
    .default([1, 0.7, 0.5])
    .describe(
      "Widths of the kernel, in medians of the distances; of several, cross-validation on the labelled examples chooses one (ours).",
    ),
  regularisations: z
    .array(z.number().min(0))
    .min(1)
    .default([1e-2, 1e-3, 1e-4])
    .describe(
      "Values of λ of ‖w‖², of which cross-validation on the labelled examples chooses one (as Gieseke et al. 2014).",
    ),
};

type Options = { [name in keyof typeof svmOptions]: z.output<(typeof svmOptions)[name]> };

/** One choice of the two settings that are tuned. */
interface Candidate {
  width: number;
  regularisation: number;
}

/** Evaluations of the objective for each share of λ_U, and what is enough in cross-validation. */
const evaluations = 100;
const tuning = { unlabelled: 2000, evaluations: 20 };

export class TransductiveSvm {
  readonly #normal: Float32Array;
  readonly #directions: Parameter<tf.Tensor2D>;
  readonly #phases: Parameter<tf.Tensor1D>;
  readonly #centre: Parameter<tf.Tensor1D>;
  readonly #weights: Parameter<tf.Tensor2D>;
  readonly #options: Options;
  readonly #bias: number;

  /** @param inputs size of the points @param classes K */
  constructor(parameters: Parameters, random: Random, inputs: number, classes: number, options: Options) {
    const count = options.kernelFeatures;
    const fixed = { trainable: false };
    this.#normal = random("svm/directions").normals(inputs * count);
    const phases = random("svm/phases")
      .fill("uniform", count)
      .map((value) => 2 * Math.PI * value);
    this.#directions = parameters.create("svm/directions", [inputs, count], this.#normal, fixed);
    this.#phases = parameters.create("svm/phases", [count], phases, fixed);
    this.#centre = parameters.create("svm/centre", [count], new Float32Array(count), fixed);
    const zeros = new Float32Array(count * classes);
    this.#weights = parameters.create("svm/weights", [count, classes], zeros, fixed);
    this.#options = options;
    this.#bias = 2 / classes - 1;
  }

  /** f of every machine, [n, K]. @param x [n, inputs] */
  scores(x: tf.Tensor2D): tf.Tensor2D {
    return add(matMul(this.#features(x), this.#weights.value), this.#bias);
  }

  /**
   * Fits a machine for each class, by the objective of svmObjective.ts. The kernel's width, relative to the median distance of
   * 1,000 pairs, and λ are those with the least hinge loss on labelled examples that were left out. Overwrites what was fitted
   * before.
   *
   * @param points [n, inputs]
   * @param labels class of each point, -1 for none
   */
  fit(points: tf.Tensor2D, labels: Int32Array): void {
    const { widths, regularisations, margin } = this.#options;
    const [count, classes] = this.#weights.shape as [number, number];
    const candidates = widths.flatMap((width) =>
      regularisations.map((regularisation): Candidate => ({ width, regularisation })),
    );
    tf.tidy(() => {
      const { labelled, signs, unlabelled } = this.#examples(points, labels);
      const median = medianDistance(unlabelled);
      const problemOf = (width: number, most: number): SvmProblem => {
        const n = unlabelled.shape[0];
        const chosen = gather(unlabelled, tf.tensor1d([...evenlySpaced(n, Math.min(most, n))], "int32"));
        const directions = this.#normal.map((value) => value / (width * median));
        this.#directions.assign(tf.tensor2d(directions, [points.shape[1], count]));
        this.#centre.assign(tf.zeros([count]));
        this.#centre.assign(tf.mean(this.#features(chosen), 0));
        return { labelled: this.#features(labelled), signs, unlabelled: this.#features(chosen) };
      };
      const settings = { bias: this.#bias, margin };
      const lossOf = ({ width, regularisation }: Candidate): number => {
        const { evaluations } = tuning;
        return tf.tidy(() =>
          heldOutHinge(problemOf(width, tuning.unlabelled), { ...settings, regularisation, evaluations }),
        );
      };
      const isTuned = candidates.length > 1 && labelled.shape[0] > 1;
      const losses = isTuned ? candidates.map(lossOf) : [0];
      const { width, regularisation } = candidates[losses.indexOf(Math.min(...losses))]!;
      const problem = problemOf(width, unlabelled.shape[0]);
      const weights = fitSvm(problem, { ...settings, regularisation, evaluations });
      this.#weights.assign(tf.tensor2d(weights, [count, classes]));
    });
  }

  /** The labelled points by class, so that each fold of cross-validation has some of all, their signs, and unlabelled points. */
  #examples(points: tf.Tensor2D, labels: Int32Array): Record<keyof SvmProblem, tf.Tensor2D> {
    const classes = this.#weights.shape[1]!;
    const rows = Uint32Array.from(labels.keys());
    const known = rows.filter((row) => labels[row]! >= 0).sort((a, b) => labels[a]! - labels[b]! || a - b);
    const others = rows.filter((row) => labels[row]! < 0);
    const unknown = evenlySpaced(others.length, this.#options.unlabelled).map((i) => others[i]!);
    const of = (chosen: Uint32Array) => gather(points, tf.tensor1d(Int32Array.from(chosen), "int32"));
    const signs = Float32Array.from({ length: known.length * classes }, (_, i) =>
      labels[known[Math.floor(i / classes)]!] === i % classes ? 1 : -1,
    );
    return {
      labelled: of(known),
      signs: tf.tensor2d(signs, [known.length, classes]),
      unlabelled: of(unknown.length > 0 ? unknown : known),
    };
  }

  /** √(2/R) cos(x D + phases), centred: their products approximate exp(-‖a - b‖² / 2σ²). */
  #features(x: tf.Tensor2D): tf.Tensor2D {
    const waves = tf.cos(add(matMul(x, this.#directions.value), this.#phases.value)) as tf.Tensor2D;
    return sub(mul(waves, Math.sqrt(2 / this.#options.kernelFeatures)), this.#centre.value);
  }
}

/** Of 1,000 pairs of points. @param points [n, size] */
function medianDistance(points: tf.Tensor2D): number {
  const n = points.shape[0];
  const rows = (offset: number) => Int32Array.from({ length: 1000 }, (_, i) => (i * 7919 + offset) % n);
  const [a, b] = [0, Math.max(1, Math.floor(n / 2))].map((offset) =>
    gather(points, tf.tensor1d(rows(offset), "int32")),
  ) as [tf.Tensor2D, tf.Tensor2D];
  const distances = tf.norm(sub(a, b), "euclidean", 1).dataSync<"float32">().slice().sort();
  return Math.max(distances[distances.length >> 1]!, 1e-6);
}
