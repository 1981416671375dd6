/**
 * UMAP (McInnes, Healy, Melville 2018) as in umap-learn, on exact nearest neighbours. Our own implementation, because the
 * libraries keep an object per edge of the graph: 2 GB for a third of MNIST, while arrays need 50 MB for all of it.
 */
import { UserError } from "@gumbel/config";
import type { RandomStream } from "@gumbel/random";
import { closeness } from "./curve.js";
import { fuzzyGraph } from "./fuzzyGraph.js";
import { layOut } from "./layout.js";

/** Settings of UMAP. */
export interface UmapOptions {
  /** Number of dimensions of the embedding. */
  dimensions: number;
  /** Number of neighbours, including the point itself. */
  neighbours: number;
  /** umap-learn's min_dist, with its default `spread` of 1. */
  minimumDistance: number;
  /** Passes over the edges. Default as in umap-learn: 500 for up to 10,000 points, 200 for more. */
  epochs?: number;
  /** Positions to start from, n × dimensions, and the rate of the first pass; else projected points and a rate of 1. */
  start?: { positions: Float32Array; rate: number };
}

/**
 * Embeds points in `dimensions` dimensions.
 *
 * @param points n rows of d numbers
 * @returns n × dimensions
 * @throws UserError for fewer than three points, or values that are not finite.
 */
export async function fitUmap(
  points: Float32Array,
  d: number,
  { dimensions, neighbours, minimumDistance, epochs = defaultEpochs(points.length / d), start }: UmapOptions,
  random: RandomStream,
): Promise<Float32Array> {
  const n = points.length / d;
  if (n < 3) throw new UserError({ what: `UMAP needs at least 3 examples, not ${n}` });
  if (!points.every(Number.isFinite)) {
    throw new UserError({
      what: "UMAP was given values that are not finite numbers",
      hint: "look for NaN in the data, or lower train.learningRate",
    });
  }
  const graph = fuzzyGraph(points, d, Math.min(neighbours, n - 1) - 1);
  const embedding = start?.positions.slice() ?? initialEmbedding(points, d, dimensions, random);
  const schedule = { d: dimensions, epochs, rate: start?.rate ?? 1, ...closeness(minimumDistance) };
  await layOut(embedding, graph, schedule, random);
  return embedding;
}

/** Default number of epochs in umap-learn. */
const defaultEpochs = (n: number): number => (n <= 10_000 ? 500 : 200);

/** The largest initial coordinate, and the noise that separates duplicates, as in umap-learn. */
const startExtent = 10;
const startNoise = 1e-4;

/**
 * The centred points, padded with zeros if the embedding has more dimensions, or projected at random if it has fewer; scaled
 * to `startExtent`, with a little noise. (umap-learn starts from eigenvectors of the graph. On latents of MNIST and
 * USPS that took a quarter of the total time; of five runs four ended alike, and in one it split a group.)
 */
function initialEmbedding(
  points: Float32Array,
  d: number,
  dimensions: number,
  random: RandomStream,
): Float32Array {
  const n = points.length / d;
  const mean = new Float64Array(d);
  points.forEach((value, i) => {
    mean[i % d]! += value / n;
  });
  const projection = d > dimensions ? random.fill("normal", d * dimensions) : undefined;
  const embedding = new Float32Array(n * dimensions);
  for (let row = 0; row < n; row++) {
    for (let k = 0; k < d; k++) {
      const value = points[row * d + k]! - mean[k]!;
      if (!projection) embedding[row * dimensions + k] = value;
      else
        for (let j = 0; j < dimensions; j++)
          embedding[row * dimensions + j]! += value * projection[k * dimensions + j]!;
    }
  }
  const extent = embedding.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return embedding.map(
    (value) => (extent > 0 ? (value / extent) * startExtent : 0) + startNoise * random.normal(),
  );
}
