/** The trained model in the browser: the file of packages/models that trained it, on TensorFlow.js' own backends. */
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-webgl";
import { oneHot, tf } from "@gumbel/engine";
import { loadSystem, type Model } from "@gumbel/models";
import { RandomStream } from "@gumbel/random";
import type { PlaygroundArrays, PlaygroundInfo } from "../data.js";
import type { Sheet } from "./sheet.js";

/** What the model makes of one picture. */
export interface Seen {
  cluster: number;
  /** In which neighbours are sought. */
  latent: Float32Array;
  /** q(c | x); undefined where the system has none. */
  probabilities: Float32Array | undefined;
  /** d values; undefined where the system does not decode. */
  reconstruction: Float32Array | undefined;
}

/** A move must show within two frames; what takes longer on one backend is tried on the other. */
const quickMilliseconds = 30;
/** How long, and how often, a backend is tried. */
const trialMilliseconds = 500;
const trials = 10;

/** Two backends that differ by more than this in a picture do not compute the same. */
const agreement = 0.01;

/** Draws of this browser's own; the reader's random z is nobody's result. */
export const random = new RandomStream({ next: () => Math.floor(Math.random() * 2 ** 32) });

/** Starts a model from zeros: its weights are replaced at once. */
const noStart = new (class extends RandomStream {
  override fill(_kind: string, length: number): Float32Array {
    return new Float32Array(length);
  }
})({ next: () => 0 });

export class PageModel {
  readonly #model: Model;
  readonly #info: PlaygroundInfo;
  readonly latents: Float32Array;
  /** Unit vectors of the noise, the strongest first. */
  readonly directions: Float32Array[];
  /** Milliseconds of encoding, reconstructing and generating one picture on the backend that was chosen. */
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
   * Builds the model, gives it its weights and finds the backend that is quickest here.
   *
   * @throws Error where the weights are not those of the model.
   */
  static async open(info: PlaygroundInfo, arrays: PlaygroundArrays, sheet: Sheet): Promise<PageModel> {
    await tf.setBackend("cpu");
    const page = new PageModel(await build(info, arrays), info, arrays);
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
    // The weights move along.
    const fast = timed(probe);
    const differs = fast.value.some((value, i) => !(Math.abs(value - plain.value[i]!) <= agreement));
    if (differs || 2 * fast.milliseconds > plain.milliseconds) await tf.setBackend("cpu");
    else page.milliseconds = fast.milliseconds;
    return page;
  }

  /** Milliseconds to wait for the reader's next move before something slower is begun. */
  get patience(): number {
    return this.milliseconds <= quickMilliseconds ? 0 : 200;
  }

  /** Whether a picture per cluster is a matter of a second. */
  get affordsEveryCluster(): boolean {
    return this.milliseconds * this.#model.clusters <= 1000;
  }

  /** The backend that runs. */
  get backend(): string {
    return tf.getBackend();
  }

  get generator(): boolean {
    return this.#model.decoder.generator !== undefined;
  }

  /** Size of the noise; 0 where a cluster has a single typical picture, or none. */
  get noise(): number {
    return this.#model.decoder.generator?.noise ?? 0;
  }

  /**
   * Pictures of clusters at one noise.
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

  /** @param picture d values in the model's input scale */
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
   * The picture's style under each cluster, K × d; undefined where the system cannot.
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

async function build({ model }: PlaygroundInfo, { parameters }: PlaygroundArrays): Promise<Model> {
  const system = await loadSystem(model.name);
  const built = system.build({
    options: model.options,
    data: model.data,
    schedule: system.training,
    random: () => noStart,
  });
  const set = built.parameters.load(parameters);
  const missing = built.parameters.all.find(({ name }) => !set.includes(name));
  if (missing) throw new Error(`playground/data.js lacks the weights ${missing.name}`);
  return built;
}

const values = (tensor: tf.Tensor): Float32Array => tensor.dataSync<"float32">().slice();

/** Disposes of all tensors of `work`. (What `tf.tidy` returns it walks through, value by value.) */
function compute<T>(work: () => T): T {
  let result: T | undefined;
  tf.tidy(() => {
    result = work();
  });
  return result as T;
}

/** The shortest of some equal runs: the first ones compile. One that is hopeless is not repeated. */
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

/** Whether there is a graphics processor; one that is only emulated is slower than plain code. */
const hasGraphics = (): boolean =>
  document.createElement("canvas").getContext("webgl2", { failIfMajorPerformanceCaveat: true }) !== null;
