/** Two rows of 20 points, 0.1 apart in a row and 1 between the rows; one labelled example in each, at opposite ends. */
export const n = 40;

/** n × 2 */
export const points = Float32Array.from({ length: n * 2 }, (_, i) =>
  i % 2 === 0 ? 0.1 * ((i / 2) % 20) : Math.floor(i / 2 / 20),
);

/** 0 for the first point, 1 for the last, -1 for all others. */
export const labels = Int32Array.from({ length: n }, (_, row) => (row === 0 ? 0 : row === 39 ? 1 : -1));
