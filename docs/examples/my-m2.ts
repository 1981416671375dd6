import * as gumbel from "@gumbel/models/system";
import { adam, classCount, DenseLayer, Parameters, sumRows, tf, z } from "@gumbel/models/system";

const count = z.int().min(1);
const optionsSchema = z.strictObject({
  hidden: count.default(500).describe("Softplus units of each network. Section 4."),
  zSize: count.default(50).describe("Size of z. Section 4."),
  alpha: z.number().min(0).default(0.1).describe("α / N, the weight of the classifier. Section 4."),
});

/**
 * A classifier and a variational autoencoder that is told the class, trained together:
 *
 *   -L(x, y) = KL(q(z | x, y) ‖ N(0, I)) - E_q(z | x, y)[log p(x | y, z)] - log p(y)            equation 6
 *   -U(x) = Σ_y q(y | x) (-L(x, y) + log q(y | x))                                              equation 7
 *   J = Σ_labelled -L(x, y) + Σ_unlabelled -U(x) + α Σ_labelled -log q(y | x)                   equation 9
 */
const m2: gumbel.System<z.output<typeof optionsSchema>> = {
  title: "M2 in one file",
  reference: "Kingma, Rezende, Mohamed, Welling 2014, Semi-supervised Learning with Deep Generative Models",
  optionsSchema,
  training: { epochs: 100, batchSize: 200, labelledPerBatch: 50, optimizer: adam(3e-4) },
  comparedBy: "total",

  build({ options: { hidden, zSize, alpha }, data, schedule, random }) {
    const K = classCount(data);
    const parameters = new Parameters();
    const isUnit = data.range === "unit";
    /** A network of one hidden layer, whose outputs share it. */
    const network = (name: string, from: number, ...sizes: number[]) => {
      const first = new DenseLayer(parameters, random, `${name}/hidden`, from, hidden);
      const last = sizes.map((to, i) => new DenseLayer(parameters, random, `${name}/${i}`, hidden, to));
      return (...inputs: tf.Tensor2D[]): tf.Tensor2D[] => {
        const h: tf.Tensor2D = tf.softplus(first.apply(tf.concat(inputs, 1)));
        return last.map((output) => output.apply(h));
      };
    };
    const classify = network("q(y|x)", data.d, K);
    const encode = network("q(z|x,y)", data.d + K, zSize, zSize);
    const decode = network("p(x|y,z)", K + zSize, data.d);

    /** -L(x, y) of each row, with one sample of z. */
    const bound = (x: tf.Tensor2D, y: tf.Tensor2D, noise: gumbel.RandomStream): tf.Tensor1D => {
      const [mean, logVariance] = encode(x, y) as [tf.Tensor2D, tf.Tensor2D];
      const sample = gumbel.gaussianSample(mean, logVariance, gumbel.normals(mean.shape, noise));
      const output = decode(y, sample)[0]!;
      const losses = isUnit
        ? tf.sub(tf.softplus(output), tf.mul(output, x))
        : tf.squaredDifference(output, x);
      const spread = tf.sub(tf.add(tf.exp(logVariance), tf.square(mean)), tf.add(logVariance, 1));
      const terms = tf.add(sumRows(losses as tf.Tensor2D), tf.mul(sumRows(spread as tf.Tensor2D), 0.5));
      return tf.add(terms, Math.log(K));
    };
    const oneHot = (classes: ArrayLike<number>): tf.Tensor2D =>
      tf.tensor2d(gumbel.oneHotRows(classes, K), [classes.length, K]);

    const objective = (batch: gumbel.Batch) => {
      const { labelled, classes, unlabelled } = gumbel.halvesOf(batch);
      const ofClasses = Array.from({ length: K }, (_, k) => {
        const all = oneHot(new Int32Array(unlabelled.shape[0]).fill(k));
        return bound(unlabelled, all, batch.random(`z of class ${k}`));
      });
      const logits = classify(unlabelled)[0]!;
      const costs = tf.add(tf.stack(ofClasses, 1), tf.logSoftmax(logits));
      const known = bound(labelled, oneHot(classes), batch.random("z"));
      const share = data.labelled / data.examples;
      return gumbel.weighted({
        labelled: [tf.mean(known), share],
        unlabelled: [tf.mean(sumRows(tf.mul(tf.softmax(logits), costs))), 1 - share],
        classifier: [gumbel.crossEntropyTo(classes, classify(labelled)[0]!), alpha],
      });
    };

    return {
      parameters,
      clusters: K,
      training: { phases: [gumbel.mainPhase(schedule, objective)] },
      encoder: {
        latent: "z",
        encode(x) {
          const probabilities = tf.softmax(classify(x)[0]!);
          return { cluster: tf.argMax(probabilities, 1), z: encode(x, probabilities)[0]!, probabilities };
        },
      },
      decoder: {
        generator: {
          noise: zSize,
          conditional: true,
          generate: (noise, y) => (isUnit ? tf.sigmoid(decode(y, noise)[0]!) : decode(y, noise)[0]!),
        },
      },
    };
  },
};
export default m2;
