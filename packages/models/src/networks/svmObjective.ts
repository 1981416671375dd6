/** The objective of the transductive support vector machine QN-S3VM (Gieseke, Airola, Pahikkala, Kramer 2014). */
import { add, gather, matMul, mul, tf } from "@gumbel/engine";
import { lbfgs, type Slope } from "../clustering/lbfgs.js";

/** Shares of λ_U, each solved from the solution before. */
const annealing = [0, 1e-6, 1e-4, 0.01, 0.1, 0.5, 1];

/** Sharpness of the smooth hinge log(1 + exp(γ (1 - t))) / γ, and of the bump exp(-s f²) that replaces the unlabelled hinge. */
const gamma = 20;
const bump = 3;

/** The hinge of t = y f. */
export const smoothHinge = <T extends tf.Tensor>(t: T): T =>
  tf.div(tf.softplus(mul(add(tf.neg(t), 1), gamma)), gamma);
/** The loss of an unlabelled example: 1 on the boundary. */
export const unlabelledLoss = <T extends tf.Tensor>(f: T): T => tf.exp(mul(tf.square(f), -bump));

/** What K machines are fitted to. */
export interface SvmProblem {
  /** Features of the labelled examples, [l, R]. */
  labelled: tf.Tensor2D;
  /** 1 if the example is of the machine's class, else -1, [l, K]. */
  signs: tf.Tensor2D;
  /** Features of unlabelled examples, [u, R], whose mean is 0. */
  unlabelled: tf.Tensor2D;
}

export interface SvmSettings {
  /** The fixed b: the share of positives is the constraint of balance. */
  bias: number;
  /** λ_U */
  margin: number;
  /** λ */
  regularisation: number;
  /** Evaluations of the objective for each share of λ_U, at most. */
  evaluations: number;
}

/**
 * The weights [R × K] of machines f = w · φ + b that minimise
 *
 *   (1/l) Σ_labelled log(1 + exp(20 (1 - y f))) / 20 + (λ_U / u) Σ_unlabelled exp(-3 f²) + λ ‖w‖²
 */
export function fitSvm(problem: SvmProblem, settings: SvmSettings): Float32Array {
  let weights = new Float64Array(problem.labelled.shape[1] * problem.signs.shape[1]);
  for (const share of annealing) {
    const slope = (w: Float64Array) => slopeAt(w, problem, { ...settings, margin: share * settings.margin });
    const { evaluations } = settings;
    weights = lbfgs(slope, weights, { memory: 20, evaluations, tolerance: 1e-5 }) as typeof weights;
  }
  return new Float32Array(weights);
}

const folds = 5;

/** Sum of max(0, 1 - y f) over labelled examples, each by machines that were fitted without its fold. */
export function heldOutHinge(problem: SvmProblem, settings: SvmSettings): number {
  const { labelled, signs, unlabelled } = problem;
  const rows = Array.from({ length: signs.shape[0] }, (_, row) => row);
  let total = 0;
  for (let fold = 0; fold < Math.min(folds, rows.length); fold++) {
    total += tf.tidy(() => {
      const of = (values: tf.Tensor2D, isHeld: boolean) =>
        gather(
          values,
          tf.tensor1d(
            rows.filter((row) => (row % folds === fold) === isHeld),
            "int32",
          ),
        );
      const rest = { labelled: of(labelled, false), signs: of(signs, false), unlabelled };
      const weights = tf.tensor2d(fitSvm(rest, settings), [labelled.shape[1], signs.shape[1]]);
      const scores = add(matMul(of(labelled, true), weights), settings.bias);
      const hinge = tf.relu(add(tf.neg(mul(of(signs, true), scores)), 1));
      return tf.sum(hinge).dataSync()[0]!;
    });
  }
  return total;
}

/** The objective's value and gradient, of all machines together. */
function slopeAt(
  w: Float64Array,
  { labelled, signs, unlabelled }: SvmProblem,
  { bias, margin, regularisation }: SvmSettings,
): Slope {
  const [value, gradient] = tf.tidy(() => {
    const weights = tf.tensor2d(new Float32Array(w), [labelled.shape[1], signs.shape[1]]);
    const known = add(matMul(labelled, weights), bias);
    const unknown = add(matMul(unlabelled, weights), bias);
    const [l, u] = [labelled.shape[0], unlabelled.shape[0]];
    const t = mul(signs, known);
    const loss = tf.addN([
      tf.div(tf.sum(smoothHinge(t)), l),
      tf.mul(tf.sum(unlabelledLoss(unknown)), margin / u),
      tf.mul(tf.sum(tf.square(weights)), regularisation),
    ]);
    const ofKnown = mul(mul(signs, tf.sigmoid(mul(add(tf.neg(t), 1), gamma))), -1 / l);
    const ofUnknown = mul(mul(unknown, unlabelledLoss(unknown)), (-2 * bump * margin) / u);
    const slope = add(matMul(labelled, ofKnown, true), matMul(unlabelled, ofUnknown, true));
    return [loss, add(slope, mul(weights, 2 * regularisation))] as const;
  });
  const numbers = { value: value.dataSync()[0]!, gradient: new Float64Array(gradient.dataSync()) };
  tf.dispose([value, gradient]);
  return numbers;
}
