/**
 * Exact nearest neighbours in few dimensions: a k-d tree with tight bounding boxes, its examples stored leaf by leaf.
 *
 * Source: J. L. Bentley, Multidimensional binary search trees (1975).
 *
 * A box is skipped only if its computed distance exceeds that of the k-th neighbour so far. This is exact: both distances
 * are sums of squares in the same order, every term of the box's sum is at most the example's, and rounding is monotonic.
 */
import type { NearestLists } from "./nearestList.js";

const leafSize = 32;

/** A k-d tree over the rows of a matrix. */
export class KdTree {
  readonly #d: number;
  readonly #levels: number;
  /** Base row of each stored example. */
  readonly #order: Int32Array;
  /** The examples in that order. Float64, because reading Float32 converts at every use. */
  readonly #points: Float64Array;
  /** First example, lower and upper corner of each node, breadth first: the children of node i are 2i + 1 and 2i + 2. */
  readonly #start: Int32Array;
  readonly #low: Float64Array;
  readonly #high: Float64Array;

  /** @param base `n × d` finite values, row after row; n at least 1 */
  constructor(base: Float32Array, d: number) {
    const n = base.length / d;
    this.#d = d;
    this.#levels = Math.max(0, Math.ceil(Math.log2(n / leafSize)));
    const nodes = 2 ** (this.#levels + 1) - 1;
    this.#order = Int32Array.from({ length: n }, (_, i) => i);
    this.#start = new Int32Array(nodes + 1);
    this.#low = new Float64Array(nodes * d).fill(Infinity);
    this.#high = new Float64Array(nodes * d).fill(-Infinity);
    this.#split(base, 0, 0, 0, n);
    this.#start[nodes] = n;
    this.#points = new Float64Array(n * d);
    for (let i = 0; i < n; i++) {
      const row = this.#order[i]! * d;
      for (let j = 0; j < d; j++) this.#points[i * d + j] = base[row + j]!;
    }
  }

  /** Halves the examples [start, end) of `node` at the median of the dimension with the largest range. */
  #split(base: Float32Array, node: number, level: number, start: number, end: number): void {
    const d = this.#d;
    const order = this.#order;
    const low = this.#low.subarray(node * d, (node + 1) * d);
    const high = this.#high.subarray(node * d, (node + 1) * d);
    this.#start[node] = start;
    for (let i = start; i < end; i++) {
      const row = order[i]! * d;
      for (let j = 0; j < d; j++) {
        const value = base[row + j]!;
        if (value < low[j]!) low[j] = value;
        if (value > high[j]!) high[j] = value;
      }
    }
    if (level === this.#levels) return;
    let dimension = 0;
    for (let j = 1; j < d; j++) if (high[j]! - low[j]! > high[dimension]! - low[dimension]!) dimension = j;
    const middle = (start + end) >> 1;
    partition(order, start, end - 1, middle, (row) => base[row * d + dimension]!);
    this.#split(base, 2 * node + 1, level + 1, start, middle);
    this.#split(base, 2 * node + 2, level + 1, middle, end);
  }

  /** Squared distance of `point` from the box of `node`; 0 inside. */
  #boxDistance(node: number, point: Float64Array): number {
    const d = this.#d;
    const low = this.#low;
    const high = this.#high;
    const first = node * d;
    let sum = 0;
    for (let j = 0; j < d; j++) {
      const below = low[first + j]! - point[j]!;
      const above = point[j]! - high[first + j]!;
      const gap = Math.max(below, above, 0);
      sum += gap * gap;
    }
    return sum;
  }

  /** Offers every example that may be among the nearest of `point` (d values) to list `query`. */
  search(point: Float64Array, query: number, lists: NearestLists): void {
    const firstLeaf = 2 ** this.#levels - 1;
    const pending = [0];
    const distances = [this.#boxDistance(0, point)];
    for (;;) {
      const node = pending.pop();
      const distance = distances.pop();
      if (node === undefined || distance === undefined) return;
      // A box at an equal distance may contain an example with a lower index.
      if (distance > lists.worst(query)) continue;
      if (node >= firstLeaf) {
        this.#searchLeaf(node, point, query, lists);
        continue;
      }
      const left = this.#boxDistance(2 * node + 1, point);
      const right = this.#boxDistance(2 * node + 2, point);
      const isLeftNearer = left <= right;
      pending.push(2 * node + (isLeftNearer ? 2 : 1), 2 * node + (isLeftNearer ? 1 : 2));
      distances.push(isLeftNearer ? right : left, isLeftNearer ? left : right);
    }
  }

  #searchLeaf(node: number, point: Float64Array, query: number, lists: NearestLists): void {
    const d = this.#d;
    const points = this.#points;
    const order = this.#order;
    // Leaves are numbered in the order of their examples, so each ends where the next starts.
    const end = this.#start[node + 1]!;
    let worst = lists.worst(query);
    for (let i = this.#start[node]!, at = i * d; i < end; i++, at += d) {
      let sum = 0;
      for (let j = 0; j < d; j++) {
        const difference = points[at + j]! - point[j]!;
        sum += difference * difference;
      }
      if (sum > worst) continue;
      lists.offer(query, order[i]!, sum);
      worst = lists.worst(query);
    }
  }
}

/** Reorders `order[left … right]` so that the entry at `middle` is the one that sorting by `key` would put there. */
function partition(
  order: Int32Array,
  left: number,
  right: number,
  middle: number,
  key: (row: number) => number,
): void {
  while (left < right) {
    const pivot = key(order[(left + right) >> 1]!);
    let i = left;
    let j = right;
    while (i <= j) {
      while (key(order[i]!) < pivot) i++;
      while (key(order[j]!) > pivot) j--;
      if (i > j) break;
      const row = order[i]!;
      order[i] = order[j]!;
      order[j] = row;
      i++;
      j--;
    }
    if (middle <= j) right = j;
    else if (middle >= i) left = i;
    else return;
  }
}
