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
  for (let epoch = 0; epoch < epochs; epoch++) {
    umap.step();
    await new Promise(setImmediate);
  }
  return Float32Array.from(umap.getEmbedding().flat());
}
