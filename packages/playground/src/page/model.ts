/** The trained model in the browser: the same code of packages/models that trained it, on TensorFlow.js' own backends. */
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-webgl";
import { oneHot, tf } from "@gumbel/engine";
import { loadTrained, type Model } from "@gumbel/models";
import { RandomStream } from "@gumbel/random";
import type { PlaygroundArrays, PlaygroundInfo } from "../data.js";
import type { Sheet } from "./sheet.js";

/** Encoding and reconstruction of one picture. */
export interface Seen {
  cluster: number;
  /** The latent in which neighbours are searched. */
  latent: Float32Array;
  /** q(c | x); undefined if the system has none. */
  probabilities: Float32Array | undefined;
  /** d values; undefined if the system has no decoder. */
  reconstruction: Float32Array | undefined;
}

/** Two frames: the time in which a move should be shown. If the CPU backend takes longer, WebGL is tried. */
const quickMilliseconds = 30;
/** Maximum time of measuring a backend. */
const trialMilliseconds = 500;
/** Maximum number of runs in measuring a backend. */
const trials = 10;

/** Maximum difference of two backends in a pixel. */
const tolerance = 0.01;

/** A stream without a seed, since the reader's random z need not be reproducible. */
export const random = new RandomStream({ next: () => Math.floor(Math.random() * 2 ** 32) });

/** The trained model, with pictures as plain arrays. */
export class PageModel {
  readonly #model: Model;
  readonly #info: PlaygroundInfo;
  readonly latents: Float32Array;
  /** Unit vectors of the noise, sorted by the change of the pictures, largest first. */
  readonly directions: Float32Array[];
  /** Milliseconds of encoding, reconstructing and generating one picture on the chosen backend. */
  milliseconds = 0;

  private constructor(model: Model, info: PlaygroundInfo, { latents, directions }: PlaygroundArrays) {
    this.#model = model;
    this.#info = info;
    this.latents = latents.values;
    const [count = 0, noise = 0] = directions?.shape ?? [];
    this.directions = Array.from({ length: count }, (_, i) =>
      directions!.values.slice(i * noise, (i + 1) * noise),
    );
  }

  /**
   * Builds the model, loads its weights and chooses the fastest backend.
   *
   * @throws Error if a weight of the model is missing.
   */
  static async open(info: PlaygroundInfo, arrays: PlaygroundArrays, sheet: Sheet): Promise<PageModel> {
    await tf.setBackend("cpu");
    const page = new PageModel(
      await loadTrained(info.model.name, info.model.options, info.model.data, arrays.parameters),
      info,
      arrays,
    );
    const typical = info.clusters.find(({ picture }) => picture !== null)?.picture ?? 0;
    const example = Float32Array.from(sheet(typical), (value) => value / 255);
    const probe = (): Float32Array => {
      page.see(example);
      return page.generator ? page.generate([0], new Float32Array(page.noise)) : page.see(example).latent;
    };
    const plain = timed(probe);
    page.milliseconds = plain.milliseconds;
    if (plain.milliseconds <= quickMilliseconds || !hasGraphics()) return page;
    if (!(await tf.setBackend("webgl").catch(() => false))) {
      await tf.setBackend("cpu");
      return page;
    }
    // TensorFlow.js moves the weights to the new backend.
    const fast = timed(probe);
    const differs = fast.value.some((value, i) => !(Math.abs(value - plain.value[i]!) <= tolerance));
    if (differs || 2 * fast.milliseconds > plain.milliseconds) await tf.setBackend("cpu");
    else page.milliseconds = fast.milliseconds;
    return page;
  }

  /** Milliseconds to wait for the reader's next move before a picture is computed. */
  get patience(): number {
    return this.milliseconds <= quickMilliseconds ? 0 : 200;
  }

  /** True if a picture per cluster takes at most a second. */
  get affordsEveryCluster(): boolean {
    return this.milliseconds * this.#model.clusters <= 1000;
  }

  /** Name of the chosen backend. */
  get backend(): string {
    return tf.getBackend();
  }

  get generator(): boolean {
    return this.#model.decoder.generator !== undefined;
  }

  /** Size of the noise; 0 if a cluster has a single typical picture, or none. */
  get noise(): number {
    return this.#model.decoder.generator?.noise ?? 0;
  }

  /**
   * Generates pictures of clusters with the same noise.
   *
   * @param clusters m cluster numbers
   * @param noise `this.noise` values
   * @returns m × d
   */
  generate(clusters: number[], noise: ArrayLike<number>): Float32Array {
    return compute(() => {
      const c = oneHot(tf.tensor1d(clusters, "int32"), this.#model.clusters);
      const row = tf.tensor2d(Float32Array.from(noise), [1, this.noise]);
      return values(this.#model.decoder.generator!.generate(tf.tile(row, [clusters.length, 1]), c));
    });
  }

  /**
   * Encodes and reconstructs a picture.
   *
   * @param picture d values in the model's input scale
   */
  see(picture: Float32Array): Seen {
    const { latent } = this.#info.model;
    return compute(() => {
      const x = tf.tensor2d(picture, [1, picture.length]);
      const { cluster, probabilities, ...latents } = this.#model.encoder.encode(x);
      const reconstruction = this.#model.decoder.reconstruct?.(x);
      return {
        cluster: cluster.dataSync()[0]!,
        latent: values(latents[latent]!),
        probabilities: probabilities && values(probabilities),
        reconstruction: reconstruction && values(reconstruction),
      };
    });
  }

  /**
   * The picture's style under each cluster, K × d; undefined if the system cannot transfer styles.
   *
   * @param picture d values in the model's input scale
   */
  restyle(picture: Float32Array): Float32Array | undefined {
    const { clusters, decoder } = this.#model;
    const { restyle } = decoder;
    if (!restyle) return undefined;
    return compute(() => {
      const x = tf.tensor2d(picture, [1, picture.length]);
      return values(restyle(tf.tile(x, [clusters, 1]), tf.eye(clusters)));
    });
  }
}

const values = (tensor: tf.Tensor): Float32Array => tensor.dataSync<"float32">().slice();

/** Disposes of all tensors of `work`. Its result is not returned from `tf.tidy`, which inspects each value of an array. */
function compute<T>(work: () => T): T {
  let result: T | undefined;
  tf.tidy(() => {
    result = work();
  });
  return result as T;
}

/** The shortest of several runs, since the first ones compile. A very slow run is not repeated. */
function timed<T>(work: () => T): { value: T; milliseconds: number } {
  let value: T;
  let milliseconds = Number.POSITIVE_INFINITY;
  let total = 0;
  let runs = 0;
  do {
    const start = performance.now();
    value = work();
    const taken = performance.now() - start;
    milliseconds = Math.min(milliseconds, taken);
    total += taken;
    runs++;
  } while (milliseconds > quickMilliseconds && total < trialMilliseconds && runs < trials);
  return { value, milliseconds };
}

/** True if the browser has a graphics processor. An emulated one does not count, since it is slower than the CPU backend. */
const hasGraphics = (): boolean =>
  document.createElement("canvas").getContext("webgl2", { failIfMajorPerformanceCaveat: true }) !== null;
