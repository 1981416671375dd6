/** The transductive support vector machine, one against the rest, with an approximate Gaussian kernel. */
import {
  add,
  gather,
  matMul,
  mul,
  type Parameter,
  type Parameters,
  sub,
  tf,
  transpose,
} from "@gumbel/engine";
import { evenlySpaced } from "@gumbel/random";
import { z } from "zod";
import { lbfgs, type Slope } from "../clustering/lbfgs.js";
import type { Random } from "./dense.js";

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
  regularisation: z.number().min(0).default(1e-3).describe("λ of ‖w‖² (Gieseke et al. 2014: tuned; ours)."),
};

type Options = { [name in keyof typeof svmOptions]: number };

/** Shares of λ_U, each solved from the solution before. Gieseke et al. 2014. */
const annealing = [0, 1e-6, 1e-4, 0.01, 0.1, 0.5, 1];

/** Sharpness of the smooth hinge log(1 + exp(γ (1 - t))) / γ, and of the bump exp(-s f²) that replaces the unlabelled hinge. */
const gamma = 20;
const bump = 3;

/** The hinge of t = y f. */
export const smoothHinge = <T extends tf.Tensor>(t: T): T =>
  tf.div(tf.softplus(mul(add(tf.neg(t), 1), gamma)), gamma);
/** The loss of an unlabelled example: 1 on the boundary. */
export const unlabelledLoss = <T extends tf.Tensor>(f: T): T => tf.exp(mul(tf.square(f), -bump));

export class TransductiveSvm {
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
    const normal = random("svm/directions").normals(inputs * count);
    const phases = random("svm/phases")
      .fill("uniform", count)
      .map((value) => 2 * Math.PI * value);
    this.#directions = parameters.create("svm/directions", [inputs, count], normal, fixed);
    this.#phases = parameters.create("svm/phases", [count], phases, fixed);
    this.#centre = parameters.create("svm/centre", [count], new Float32Array(count), fixed);
    this.#weights = parameters.create(
      "svm/weights",
      [count, classes],
      new Float32Array(count * classes),
      fixed,
    );
    this.#options = options;
    // The share of positives, 1 / K, fixes the bias: that is the balance constraint.
    this.#bias = 2 / classes - 1;
  }

  /** f of every machine, [n, K]. @param x [n, inputs] */
  scores(x: tf.Tensor2D): tf.Tensor2D {
    return add(matMul(this.#features(x), this.#weights.value), this.#bias);
  }

  /**
   * Fits the machines: for each class, y = 1 if a labelled example is of it, else -1,
   *
   *   min_w  (1/l) Σ_labelled log(1 + exp(20 (1 - y f))) / 20 + (λ_U / u) Σ_unlabelled exp(-3 f²) + λ ‖w‖²,  f = w · φ(x) + b
   *
   * with φ centred on the unlabelled and b fixed. The kernel's width is the median distance of 1,000 pairs. Overwrites what was
   * fitted before.
   *
   * @param points [n, inputs]
   * @param labels class of each point, -1 for none
   */
  fit(points: tf.Tensor2D, labels: Int32Array): void {
    const rows = Uint32Array.from(labels.keys());
    const known = rows.filter((row) => labels[row]! >= 0);
    const others = rows.filter((row) => labels[row]! < 0);
    const unknown = evenlySpaced(others.length, this.#options.unlabelled).map((i) => others[i]!);
    const of = (chosen: Uint32Array) => gather(points, tf.tensor1d(Int32Array.from(chosen), "int32"));
    const [count, classes] = this.#weights.shape as [number, number];
    tf.tidy(() => {
      const unlabelled = of(unknown.length > 0 ? unknown : known);
      this.#directions.assign(tf.div(this.#directions.value, medianDistance(unlabelled)));
      this.#centre.assign(tf.zeros([count]));
      this.#centre.assign(tf.mean(this.#features(unlabelled), 0));
      const signs = tf.tensor2d(
        Float32Array.from({ length: known.length * classes }, (_, i) =>
          labels[known[Math.floor(i / classes)]!] === i % classes ? 1 : -1,
        ),
        [known.length, classes],
      );
      const halves = { labelled: this.#features(of(known)), signs, unlabelled: this.#features(unlabelled) };
      let weights = new Float64Array(count * classes);
      for (const share of annealing) {
        const slope = (w: Float64Array) => this.#slope(w, halves, share * this.#options.margin);
        weights = lbfgs(slope, weights, { memory: 20, evaluations: 100, tolerance: 1e-5 }) as typeof weights;
      }
      this.#weights.assign(tf.tensor2d(Float32Array.from(weights), [count, classes]));
    });
  }

  /** The objective's value and gradient at w, of all machines together. */
  #slope(
    w: Float64Array,
    { labelled, signs, unlabelled }: Record<"labelled" | "signs" | "unlabelled", tf.Tensor2D>,
    margin: number,
  ): Slope {
    const shape = this.#weights.shape as [number, number];
    const [value, gradient] = tf.tidy(() => {
      const weights = tf.tensor2d(Float32Array.from(w), shape);
      const known = add(matMul(labelled, weights), this.#bias);
      const unknown = add(matMul(unlabelled, weights), this.#bias);
      const [l, u] = [labelled.shape[0], unlabelled.shape[0]];
      const t = mul(signs, known);
      const loss = tf.addN([
        tf.div(tf.sum(smoothHinge(t)), l),
        tf.mul(tf.sum(unlabelledLoss(unknown)), margin / u),
        tf.mul(tf.sum(tf.square(weights)), this.#options.regularisation),
      ]);
      const ofKnown = mul(mul(signs, tf.sigmoid(mul(add(tf.neg(t), 1), gamma))), -1 / l);
      const ofUnknown = mul(mul(unknown, unlabelledLoss(unknown)), (-2 * bump * margin) / u);
      const slope = add(matMul(transpose(labelled), ofKnown), matMul(transpose(unlabelled), ofUnknown));
      return [loss, add(slope, mul(weights, 2 * this.#options.regularisation))] as const;
    });
    const numbers = { value: value.dataSync()[0]!, gradient: Float64Array.from(gradient.dataSync()) };
    tf.dispose([value, gradient]);
    return numbers;
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
