/** Exact k nearest neighbours and the error of their vote. */
import { KdTree } from "./kdTree.js";
import { NearestLists } from "./nearestList.js";
import { type ProductSearch, searchByProducts } from "./product.js";

/** The k nearest base examples of each query. */
export interface Neighbours {
  k: number;
  /** `m × k` rows of the base, nearest first; equal distances by lowest row. */
  indices: Int32Array;
  /** `m × k` squared Euclidean distances. */
  squaredDistances: Float64Array;
}

/**
 * In at most this many dimensions plain JavaScript finds neighbours with a k-d tree. In more, the search visits nearly
 * every leaf, and products are faster (measured).
 */
const treeDimensions = 12;

/**
 * The k nearest base examples of every query by Euclidean distance, exactly: distances are Float64, and no example that
 * could be among the nearest is skipped.
 *
 * @param options.base `n × d` finite values, row after row
 * @param options.queries `m × d` finite values
 * @param options.search multiplies and ranks; plain JavaScript if absent
 * @throws RangeError if k is not in 1 … n, a length is not a multiple of d, or a value is not finite.
 */
export function nearestNeighbours(options: {
  base: Float32Array;
  queries: Float32Array;
  d: number;
  k: number;
  search?: ProductSearch | undefined;
}): Neighbours {
  const { base, queries, d, k, search } = options;
  checkRows("base", base, d);
  checkRows("queries", queries, d);
  const n = base.length / d;
  const m = queries.length / d;
  if (!(Number.isInteger(k) && k >= 1 && k <= n))
    throw new RangeError(`k is ${k}; expected 1 … ${n}, the size of the base`);
  const lists = new NearestLists(m, k);
  if (search || d > treeDimensions) {
    searchByProducts(base, queries, d, lists, search);
  } else {
    const tree = new KdTree(base, d);
    const point = new Float64Array(d);
    for (let query = 0; query < m; query++) {
      point.set(queries.subarray(query * d, (query + 1) * d));
      tree.search(point, query, lists);
    }
  }
  return { k, indices: lists.indices, squaredDistances: lists.squaredDistances };
}

/**
 * The k nearest other points of every point by Euclidean distance, exactly; a point is not its own neighbour.
 *
 * @param options.points `n × d` finite values, row after row
 * @param options.search multiplies and ranks; plain JavaScript if absent
 * @throws RangeError if k is not in 1 … n - 1, or as `nearestNeighbours` does.
 */
export function nearestOthers(options: {
  points: Float32Array;
  d: number;
  k: number;
  search?: ProductSearch | undefined;
}): Neighbours {
  const { points, d, k, search } = options;
  const n = points.length / d;
  if (!(Number.isInteger(k) && k >= 1 && k < n))
    throw new RangeError(`k is ${k}; expected 1 … ${n - 1}, the number of other points`);
  // One more than k, because each point finds itself, unless it has more than k duplicates.
  const found = nearestNeighbours({ base: points, queries: points, d, k: k + 1, search });
  const indices = new Int32Array(n * k);
  const squaredDistances = new Float64Array(n * k);
  for (let i = 0; i < n; i++) {
    let filled = i * k;
    for (let at = i * (k + 1); filled < (i + 1) * k; at++) {
      if (found.indices[at] === i) continue;
      indices[filled] = found.indices[at]!;
      squaredDistances[filled++] = found.squaredDistances[at]!;
    }
  }
  return { k, indices, squaredDistances };
}

/**
 * Error of the k-nearest-neighbour vote in percent, for several k at once. A query's prediction is the most frequent class
 * of its k nearest base examples, the smallest one if several are equal (as in scikit-learn's KNeighborsClassifier).
 *
 * @param options.baseLabels class of each base example, 0 or more
 * @param options.queryLabels true class of each query
 * @param options.k numbers of neighbours; one result each, in this order
 * @throws RangeError as `nearestNeighbours` does, or if there is no query or a label is missing.
 */
export function knnErrors(options: {
  base: Float32Array;
  baseLabels: ArrayLike<number>;
  queries: Float32Array;
  queryLabels: ArrayLike<number>;
  d: number;
  k: readonly number[];
  search?: ProductSearch | undefined;
}): { k: number; error: number }[] {
  const { base, baseLabels, queries, queryLabels, d, k: ks, search } = options;
  const m = queryLabels.length;
  if (m === 0) throw new RangeError("no queries; expected at least one");
  if (base.length !== baseLabels.length * d || queries.length !== m * d)
    throw new RangeError("expected one label per row");
  const nearest = nearestNeighbours({ base, queries, d, k: Math.max(...ks), search });
  let classes = 0;
  for (let i = 0; i < baseLabels.length; i++) {
    if (!(baseLabels[i]! >= 0)) throw new RangeError(`base example ${i} has no label`);
    classes = Math.max(classes, baseLabels[i]! + 1);
  }
  const votes = new Int32Array(classes);
  return ks.map((k) => {
    let wrong = 0;
    for (let query = 0; query < m; query++) {
      votes.fill(0);
      for (let i = 0; i < k; i++) votes[baseLabels[nearest.indices[query * nearest.k + i]!]!]!++;
      let winner = 0;
      for (let label = 1; label < classes; label++) if (votes[label]! > votes[winner]!) winner = label;
      if (winner !== queryLabels[query]) wrong++;
    }
    return { k, error: (100 * wrong) / m };
  });
}

function checkRows(name: string, values: Float32Array, d: number): void {
  if (values.length % d !== 0)
    throw new RangeError(`${name} has ${values.length} values; expected a multiple of ${d}`);
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw new RangeError(`${name} holds ${values[at]} in row ${Math.floor(at / d)}`);
}
