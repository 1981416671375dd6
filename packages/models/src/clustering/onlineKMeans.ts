/** k-means one point at a time (MacQueen 1967). */

/**
 * Moves centres towards their points, one point after another: c_s ← c_s + 1, μ_s ← μ_s + (z - μ_s) / c_s. Without a count
 * before, a centre becomes the mean of its points. A centre without points stays.
 *
 * @param centres μ, K × d; changed
 * @param counts c, K; changed
 * @param points z, n × d
 * @param assignment s, the cluster of each point
 */
export function moveByOne(
  centres: Float64Array,
  counts: Float32Array,
  points: Float32Array,
  assignment: Int32Array,
): void {
  const d = centres.length / counts.length;
  assignment.forEach((cluster, row) => {
    counts[cluster]!++;
    const share = 1 / counts[cluster]!;
    for (let j = 0; j < d; j++) {
      centres[cluster * d + j]! += share * (points[row * d + j]! - centres[cluster * d + j]!);
    }
  });
}
