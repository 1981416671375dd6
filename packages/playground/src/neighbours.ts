/**
 * The rows of `latents` nearest to `point` by Euclidean distance, nearest first; at equal distances the lowest row first.
 *
 * @param latents n × point.length
 */
export function nearest(
  point: ArrayLike<number>,
  latents: Float32Array,
  count: number,
): { row: number; distance: number }[] {
  const width = point.length;
  const found = Array.from({ length: latents.length / width }, (_, row) => {
    let sum = 0;
    for (let j = 0; j < width; j++) sum += (latents[row * width + j]! - point[j]!) ** 2;
    return { row, distance: Math.sqrt(sum) };
  });
  return found.sort((a, b) => a.distance - b.distance || a.row - b.row).slice(0, count);
}
