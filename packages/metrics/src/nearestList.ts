/**
 * The nearest base examples of each query so far: a row of `k` slots per query in two flat arrays, nearest first, equal
 * distances by lowest index. Empty slots are infinitely far.
 */
export class NearestLists {
  readonly k: number;
  /** `queries × k` rows of the base. */
  readonly indices: Int32Array;
  /** `queries × k` squared Euclidean distances. */
  readonly squaredDistances: Float64Array;

  constructor(queries: number, k: number) {
    this.k = k;
    this.indices = new Int32Array(queries * k).fill(0x7fffffff);
    this.squaredDistances = new Float64Array(queries * k).fill(Infinity);
  }

  /** The largest squared distance in a query's list. An example further away does not belong in it. */
  worst(query: number): number {
    return this.squaredDistances[query * this.k + this.k - 1]!;
  }

  /** Adds base example `index` to a query's list if it is near enough and not in the list yet. */
  offer(query: number, index: number, squaredDistance: number): void {
    const { indices, squaredDistances, k } = this;
    const first = query * k;
    let slot = first + k - 1;
    if (!isBefore(squaredDistance, index, squaredDistances[slot]!, indices[slot]!)) return;
    for (let i = first; i < slot; i++) if (indices[i] === index) return;
    for (; slot > first; slot--) {
      const distanceBefore = squaredDistances[slot - 1]!;
      const indexBefore = indices[slot - 1]!;
      if (!isBefore(squaredDistance, index, distanceBefore, indexBefore)) break;
      squaredDistances[slot] = distanceBefore;
      indices[slot] = indexBefore;
    }
    squaredDistances[slot] = squaredDistance;
    indices[slot] = index;
  }
}

const isBefore = (distance: number, index: number, otherDistance: number, otherIndex: number): boolean =>
  distance < otherDistance || (distance === otherDistance && index < otherIndex);
