/** UMAP (McInnes, Healy, Melville 2018) with umap-js, on exact nearest neighbours. */
import { UserError } from "@gumbel/config";
import type { RandomStream } from "@gumbel/random";
import { UMAP } from "umap-js";
import { nearestNeighbours } from "./neighbours.js";

export interface UmapOptions {
  /** Of the embedding. */
  dimensions: number;
  neighbours: number;
  minimumDistance: number;
}

/**
 * An embedding of the points in `dimensions` dimensions.
 *
 * It starts from the points themselves, not from random places, which may leave one cloud in several pieces. (The authors'
 * UMAP starts from a spectral embedding, which umap-js does not have.)
 *
 * @param points n rows of d numbers
 * @returns n × dimensions
 * @throws UserError for fewer than three points, or values that are no numbers.
 */
export async function fitUmap(
  points: Float32Array,
  d: number,
  { dimensions, neighbours, minimumDistance }: UmapOptions,
  random: RandomStream,
): Promise<Float32Array> {
  const n = points.length / d;
  if (n < 3) throw new UserError({ what: `UMAP needs at least 3 examples, not ${n}` });
  // UMAP counts the point itself among its neighbours.
  const count = Math.min(neighbours, n - 1) - 1;
  const nearest = nearestNeighbours(points, d, count);
  const perPoint = <T>(own: (row: number) => T, other: (at: number) => T): T[][] =>
    Array.from({ length: n }, (_, row) => [
      own(row),
      ...Array.from({ length: count }, (_, j) => other(row * count + j)),
    ]);

  const umap = new UMAP({
    nComponents: dimensions,
    nNeighbors: count + 1,
    minDist: minimumDistance,
    random: () => random.uniform(),
  });
  umap.setPrecomputedKNN(
    perPoint(
      (row) => row,
      (at) => nearest.rows[at]!,
    ),
    perPoint(
      () => 0,
      (at) => Math.sqrt(nearest.squared[at]!),
    ),
  );
  const epochs = umap.initializeFit(
    Array.from({ length: n }, (_, row) => Array.from(points.subarray(row * d, (row + 1) * d))),
  );
  const start = startingPlaces(points, d, dimensions, random);
  umap.getEmbedding().forEach((place, row) => {
    for (let j = 0; j < dimensions; j++) place[j] = start[row * dimensions + j]!;
  });
  for (let epoch = 0; epoch < epochs; epoch++) {
    umap.step();
    await new Promise(setImmediate);
  }
  return Float32Array.from(umap.getEmbedding().flat());
}

/** The largest coordinate at the start, and the noise that parts duplicates; umap-learn's. */
const startExtent = 10;
const startNoise = 1e-4;

/**
 * The centred points, with zeros where the embedding has more dimensions and by a random projection where it has fewer;
 * scaled to `startExtent`, with a little noise.
 */
function startingPlaces(
  points: Float32Array,
  d: number,
  dimensions: number,
  random: RandomStream,
): Float64Array {
  const n = points.length / d;
  const mean = new Float64Array(d);
  points.forEach((value, i) => {
    mean[i % d]! += value / n;
  });
  const projection = d > dimensions ? random.fill("normal", d * dimensions) : undefined;
  const places = new Float64Array(n * dimensions);
  for (let row = 0; row < n; row++) {
    for (let k = 0; k < d; k++) {
      const value = points[row * d + k]! - mean[k]!;
      if (!projection) places[row * dimensions + k] = value;
      else
        for (let j = 0; j < dimensions; j++)
          places[row * dimensions + j]! += value * projection[k * dimensions + j]!;
    }
  }
  const extent = places.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return places.map(
    (value) => (extent > 0 ? (value / extent) * startExtent : 0) + startNoise * random.normal(),
  );
}
