/** The box around positions in the plane. */
export interface Bounds {
  /** Least x and y. */
  low: [number, number];
  /** Largest x and y. */
  high: [number, number];
}

/** The box around some positions, of which a coordinate that is missing is 0. */
export function boundsOf(positions: number[][]): Bounds {
  const low: Bounds["low"] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high: Bounds["high"] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const position of positions) {
    for (const axis of [0, 1] as const) {
      low[axis] = Math.min(low[axis], position[axis] ?? 0);
      high[axis] = Math.max(high[axis], position[axis] ?? 0);
    }
  }
  return { low, high };
}
