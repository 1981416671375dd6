/**
 * UMAP (McInnes, Healy, Melville 2018), with umap-learn's conventions, on exact nearest neighbours. Our own implementation,
 * because the libraries keep an object per edge of the graph: 2 GB for a third of MNIST, and arrays of numbers hold all of it
 * in 50 MB.
 */
import { UserError } from "@gumbel/config";
import type { RandomStream } from "@gumbel/random";
import { closeness } from "./curve.js";
import { fuzzyGraph } from "./fuzzyGraph.js";
import { layOut } from "./layout.js";

export interface UmapOptions {
  /** Dimensions of the embedding. */
  dimensions: number;
  /** Neighbours of a point, itself among them. */
  neighbours: number;
  /** min_dist, at a spread of 1. */
  minimumDistance: number;
  /** Passes over the edges; umap-learn's 500 for up to 10,000 points and 200 for more by default. */
  epochs?: number;
}

/**
 * An embedding of the points in `dimensions` dimensions.
 *
 * @param points n rows of d numbers
 * @returns n × dimensions
 * @throws UserError for fewer than three points, or values that are not finite.
 */
export async function fitUmap(
  points: Float32Array,
  d: number,
  { dimensions, neighbours, minimumDistance, epochs = usualEpochs(points.length / d) }: UmapOptions,
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
  const embedding = initialEmbedding(points, d, dimensions, random);
  await layOut(embedding, graph, { dimensions, epochs, ...closeness(minimumDistance) }, random);
  return embedding;
}

/** umap-learn's default. */
const usualEpochs = (n: number): number => (n <= 10_000 ? 500 : 200);

/** The largest coordinate at the start, and the noise that separates duplicates; umap-learn's. */
const startExtent = 10;
const startNoise = 1e-4;

/**
 * The centred points, padded with zeros if the embedding has more dimensions, or projected at random if it has fewer; scaled
 * to `startExtent`, with a little noise. (umap-learn starts from eigenvectors of the graph. On latents of MNIST and
 * USPS that took a quarter of the whole time; of five runs four ended alike, and in one it cut a cloud in two.)
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
