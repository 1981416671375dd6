/**
 * The loss terms that many systems share. Each is a mean over the batch of sums over the dimensions: nats (or
 * squared units) per example, as the papers report them.
 */
import * as tf from "@tensorflow/tfjs-core";
import { withGradient } from "../native.js";

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
    [logits],
    () => {
      // log(1 + exp(h)) - h x; tf.softplus does not overflow.
      const sum = tf.sum(tf.sub(tf.softplus(logits), tf.mul(logits, target)));
      return { value: tf.div<tf.Scalar>(sum, batch), saved: [logits, target] };
    },
    (dy, saved) => {
      const [h, x] = saved as [tf.Tensor2D, tf.Tensor2D];
      return [() => tf.mul(tf.sub(tf.sigmoid(h), x), tf.div(dy, batch))];
    },
  );
}

/**
 * Squared error: the mean over the batch of ‖prediction - target‖².
 *
 * @param prediction [batch, d]
 * @param target [batch, d]
 */
export function squaredError(prediction: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar {
  const batch = prediction.shape[0];
  return withGradient<tf.Scalar>(
    [prediction],
    () => {
      const difference = tf.sub<tf.Tensor2D>(prediction, target);
      return { value: tf.div<tf.Scalar>(tf.sum(tf.square(difference)), batch), saved: [difference] };
    },
    (dy, saved) => [() => tf.mul(saved[0]!, tf.mul(dy, 2 / batch))],
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
    [mean, logVariance],
    () => {
      const variance = tf.exp(logVariance);
      const inner = tf.sub(tf.add(tf.square(mean), variance), tf.add(logVariance, 1));
      return { value: tf.mul<tf.Scalar>(tf.sum(inner), 0.5 / batch), saved: [mean, variance] };
    },
    (dy, saved) => {
      const [mu, variance] = saved as [tf.Tensor2D, tf.Tensor2D];
      return [
        () => tf.mul(mu, tf.div(dy, batch)),
        () => tf.mul(tf.sub(variance, 1), tf.mul(dy, 0.5 / batch)),
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
  return tf.tidy(() => {
    const logProbabilities = tf.logSoftmax(logits);
    const inner = tf.mul(tf.exp(logProbabilities), tf.add(logProbabilities, Math.log(clusters)));
    return tf.div<tf.Scalar>(tf.sum(inner), batch);
  });
}
