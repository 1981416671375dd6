/**
 * Loss terms that many systems share. Each is a mean over the batch of sums over the dimensions: nats (or
 * squared units) per example, as the papers report them.
 */
import * as tf from "@tensorflow/tfjs-core";
import { isDifferentiatedTwice, withGradient } from "../core/native.js";

/**
 * Binary cross-entropy of targets in [0, 1] under Bernoulli logits: the mean over the batch of
 * -Σ (x log σ(h) + (1 - x) log(1 - σ(h))), computed without overflow for any h.
 *
 * @param logits h, [batch, d]
 * @param target x, [batch, d]
 */
export function bernoulliLoss(logits: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar {
  const batch = logits.shape[0];
  return withGradient<tf.Scalar>(
    "bernoulliLoss",
    [logits],
    () => {
      const sum = tf.sum(crossEntropies(logits, target));
      return { value: tf.div<tf.Scalar>(sum, batch), saved: [logits, target] };
    },
    (dy, saved) => {
      const [h, x] = saved as [tf.Tensor2D, tf.Tensor2D];
      return [() => tf.mul(tf.sub(tf.sigmoid(h), x), tf.div(dy, batch))];
    },
  );
}

/**
 * The same of each example, -Σ (x log σ(h) + (1 - x) log(1 - σ(h))).
 *
 * @param logits h, [batch, d]
 * @param target x, [batch, d]
 * @returns [batch]
 */
export function bernoulliLosses(logits: tf.Tensor2D, target: tf.Tensor2D): tf.Tensor1D {
  return withGradient<tf.Tensor1D>(
    "bernoulliLosses",
    [logits],
    () => {
      const value = tf.sum<tf.Tensor1D>(crossEntropies(logits, target), 1);
      return { value, saved: [logits, target] };
    },
    (dy, saved) => {
      const [h, x] = saved as [tf.Tensor2D, tf.Tensor2D];
      return [() => tf.mul(tf.sub(tf.sigmoid(h), x), tf.expandDims(dy, 1))];
    },
  );
}

/** log(1 + exp(h)) - h x of each value; tf.softplus does not overflow. */
const crossEntropies = (h: tf.Tensor2D, x: tf.Tensor2D): tf.Tensor2D => tf.sub(tf.softplus(h), tf.mul(h, x));

/**
 * Squared error: the mean over the batch of ‖prediction - target‖².
 *
 * @param prediction [batch, d]
 * @param target [batch, d]
 */
export function squaredError(prediction: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar {
  const batch = prediction.shape[0];
  return withGradient<tf.Scalar>(
    "squaredError",
    [prediction],
    () => {
      const difference = tf.sub<tf.Tensor2D>(prediction, target);
      const value = tf.div<tf.Scalar>(tf.sum(tf.square(difference)), batch);
      return { value, saved: [difference, prediction, target] };
    },
    (dy, [difference, h, x]) => [
      () =>
        tf.mul(
          recomputed(difference!, () => tf.sub(h!, x!)),
          tf.mul(dy, 2 / batch),
        ),
    ],
  );
}

/**
 * KL(N(mean, exp(logVariance)) ‖ N(0, I)): the mean over the batch of -½ Σ (1 + log σ² - μ² - σ²).
 * Kingma and Welling 2014, appendix B.
 *
 * @param mean μ, [batch, z]
 * @param logVariance log σ², [batch, z]
 */
export function gaussianKl(mean: tf.Tensor2D, logVariance: tf.Tensor2D): tf.Scalar {
  const batch = mean.shape[0];
  return withGradient<tf.Scalar>(
    "gaussianKl",
    [mean, logVariance],
    () => {
      const variance = tf.exp(logVariance);
      const inner = tf.sub(tf.add(tf.square(mean), variance), tf.add(logVariance, 1));
      const value = tf.mul<tf.Scalar>(tf.sum(inner), 0.5 / batch);
      return { value, saved: [mean, variance, logVariance] };
    },
    (dy, saved) => {
      const [mu, variance, logSigma2] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
      return [
        () => tf.mul(mu, tf.div(dy, batch)),
        () => {
          const sigma2 = recomputed(variance, () => tf.exp(logSigma2));
          return tf.mul(tf.sub(sigma2, 1), tf.mul(dy, 0.5 / batch));
        },
      ];
    },
  );
}

/**
 * KL(Cat(softmax(logits)) ‖ uniform): the mean over the batch of Σ_k π_k log(K π_k), in [0, log K].
 *
 * @param logits [batch, K]
 */
export function categoricalKl(logits: tf.Tensor2D): tf.Scalar {
  const [batch, clusters] = logits.shape;
  const parts = (h: tf.Tensor2D) => {
    const logProbabilities = tf.logSoftmax(h);
    const probabilities = tf.exp(logProbabilities);
    return {
      probabilities,
      inner: tf.mul<tf.Tensor2D>(probabilities, tf.add(logProbabilities, Math.log(clusters))),
    };
  };
  return withGradient<tf.Scalar>(
    "categoricalKl",
    [logits],
    () => {
      const { probabilities, inner } = parts(logits);
      return { value: tf.div<tf.Scalar>(tf.sum(inner), batch), saved: [probabilities, inner, logits] };
    },
    (dy, saved) => {
      const { probabilities, inner } = isDifferentiatedTwice()
        ? parts(saved[2] as tf.Tensor2D)
        : { probabilities: saved[0] as tf.Tensor2D, inner: saved[1] as tf.Tensor2D };
      // π_k (log(K π_k) - Σ_j π_j log(K π_j)): the derivatives of the logarithms sum to zero.
      const slope = tf.sub(inner, tf.mul(probabilities, tf.sum(inner, 1, true)));
      return [() => tf.mul(slope, tf.div(dy, batch))];
    },
  );
}

/**
 * A sample of N(mean, exp(logVariance)) computed from a sample of N(0, I): mean + σ · noise, with the gradients of the pathwise
 * estimator. Kingma and Welling 2014, section 2.4.
 *
 * @param mean μ, any shape
 * @param logVariance log σ², as μ
 * @param noise as μ; a constant
 */
export function gaussianSample<T extends tf.Tensor>(mean: T, logVariance: T, noise: T): T {
  const shiftOf = (logSigma2: tf.Tensor, epsilon: tf.Tensor) =>
    tf.mul(tf.exp(tf.mul(logSigma2, 0.5)), epsilon);
  return withGradient<T>(
    "gaussianSample",
    [mean, logVariance],
    () => {
      const shift = shiftOf(logVariance, noise);
      return { value: tf.add<T>(mean, shift), saved: [shift, logVariance, noise] };
    },
    (dy, [shift, logSigma2, epsilon]) => [
      () => tf.clone(dy),
      () =>
        tf.mul(
          tf.mul(
            dy,
            recomputed(shift!, () => shiftOf(logSigma2!, epsilon!)),
          ),
          0.5,
        ),
    ],
  );
}

/**
 * A value from the forward pass, computed again if the gradient is itself differentiated: TensorFlow.js does not record the
 * inside of an operation, so the old value would count as a constant.
 */
const recomputed = <T extends tf.Tensor>(value: T, compute: () => T): T =>
  isDifferentiatedTwice() ? compute() : value;
