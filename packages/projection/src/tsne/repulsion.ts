/** Points in a box count as one at their mean if the box is smaller than this share of its distance, as in scikit-learn. */
const angle = 0.5;

/** Points of a box that is not divided further. */
const leafSize = 6;

/**
 * The repulsion of all pairs in the plane by the sums of Barnes and Hut (van der Maaten 2014): boxes of points that lie closely
 * around them, each divided in two at the middle of its longer side. The memory is kept for the next positions.
 */
export class Repulsion {
  readonly #n: number;
  /** Points in the order of the boxes, and their coordinates. */
  readonly #order: Int32Array;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  // Boxes in preorder: those inside of a box follow it.
  readonly #first: Int32Array;
  readonly #count: Int32Array;
  /** The box after those inside. */
  readonly #next: Int32Array;
  readonly #meanX: Float64Array;
  readonly #meanY: Float64Array;
  /** The square of the longer side, over that of `angle`. */
  readonly #reach: Float64Array;
  #boxes = 0;

  /** @param n number of points */
  constructor(n: number) {
    this.#n = n;
    this.#order = Int32Array.from({ length: n }, (_, i) => i);
    this.#x = new Float64Array(n);
    this.#y = new Float64Array(n);
    // Both halves of a box hold a point.
    this.#first = new Int32Array(2 * n);
    this.#count = new Int32Array(2 * n);
    this.#next = new Int32Array(2 * n);
    this.#meanX = new Float64Array(2 * n);
    this.#meanY = new Float64Array(2 * n);
    this.#reach = new Float64Array(2 * n);
  }

  /**
   * Adds up what repels each point: for every other one (1 + δ²)⁻² times the difference of their positions.
   *
   * @param positions n × 2
   * @param forces n × 2, overwritten
   * @returns the sum of (1 + δ²)⁻¹ over all ordered pairs
   */
  compute(positions: Float64Array, forces: Float64Array): number {
    for (let at = 0; at < this.#n; at++) {
      this.#x[at] = positions[2 * this.#order[at]!]!;
      this.#y[at] = positions[2 * this.#order[at]! + 1]!;
    }
    this.#boxes = 0;
    this.#divide(0, this.#n);
    // Each point is among the others, at no distance.
    return this.#sum(forces) - this.#n;
  }

  /** Makes the box of the points first … end - 1, and those inside. */
  #divide(first: number, end: number): void {
    const x = this.#x;
    const y = this.#y;
    let [left, right, bottom, top, sumX, sumY] = [x[first]!, x[first]!, y[first]!, y[first]!, 0, 0];
    for (let at = first; at < end; at++) {
      const u = x[at]!;
      const v = y[at]!;
      if (u < left) left = u;
      else if (u > right) right = u;
      if (v < bottom) bottom = v;
      else if (v > top) top = v;
      sumX += u;
      sumY += v;
    }
    const box = this.#boxes++;
    const count = end - first;
    const side = Math.max(right - left, top - bottom);
    this.#first[box] = first;
    this.#count[box] = count;
    this.#meanX[box] = sumX / count;
    this.#meanY[box] = sumY / count;
    this.#reach[box] = (side / angle) ** 2;
    if (count > leafSize && side > 0) {
      const along = right - left === side ? x : y;
      const low = right - left === side ? left : bottom;
      const middle = this.#partition(first, end, along, low + side / 2);
      // The sides of numbers that are next to each other have no middle.
      if (middle > first && middle < end) {
        this.#divide(first, middle);
        this.#divide(middle, end);
      }
    }
    this.#next[box] = this.#boxes;
  }

  /** Moves the points with a coordinate up to `limit` to the front. Returns the first of the others. */
  #partition(first: number, end: number, along: Float64Array, limit: number): number {
    let low = first;
    let high = end - 1;
    while (low <= high) {
      if (along[low]! <= limit) low++;
      else if (along[high]! > limit) high--;
      else this.#swap(low, high);
    }
    return low;
  }

  #swap(a: number, b: number): void {
    for (const array of [this.#order, this.#x, this.#y]) {
      const value = array[a]!;
      array[a] = array[b]!;
      array[b] = value;
    }
  }

  /** The force on each point. Returns the sum of (1 + δ²)⁻¹ over all pairs, each point with itself included. */
  #sum(forces: Float64Array): number {
    // Names of their own: a field is read anew each time.
    const [x, y, meanX, meanY, reach] = [this.#x, this.#y, this.#meanX, this.#meanY, this.#reach];
    const [first, count, next, boxes] = [this.#first, this.#count, this.#next, this.#boxes];
    let sum = 0;
    for (let at = 0; at < this.#n; at++) {
      const u = x[at]!;
      const v = y[at]!;
      let forceX = 0;
      let forceY = 0;
      let box = 0;
      while (box < boxes) {
        const dx = u - meanX[box]!;
        const dy = v - meanY[box]!;
        const squared = dx * dx + dy * dy;
        const after = next[box]!;
        if (reach[box]! < squared || reach[box] === 0) {
          const value = 1 / (1 + squared);
          const all = count[box]! * value;
          sum += all;
          forceX += all * value * dx;
          forceY += all * value * dy;
          box = after;
          continue;
        }
        box++;
        // It holds other boxes.
        if (box < after) continue;
        const end = first[box - 1]! + count[box - 1]!;
        for (let other = first[box - 1]!; other < end; other++) {
          const dx = u - x[other]!;
          const dy = v - y[other]!;
          const value = 1 / (1 + dx * dx + dy * dy);
          sum += value;
          forceX += value * value * dx;
          forceY += value * value * dy;
        }
      }
      const point = this.#order[at]!;
      forces[2 * point] = forceX;
      forces[2 * point + 1] = forceY;
    }
    return sum;
  }
}
