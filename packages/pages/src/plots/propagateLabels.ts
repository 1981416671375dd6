/**
 * Majority label of an example's nearest labelled examples; the nearest one's label if there is a tie. Labelled examples keep
 * theirs.
 *
 * @param latent n × width
 * @param labelled positions of the labelled examples
 * @param label class of each example; only those of `labelled` are used
 */
export function propagateLabels(
  latent: Float32Array,
  width: number,
  labelled: number[],
  label: Int32Array,
  neighbours: number,
): Int32Array {
  const own = new Map(labelled.map((position) => [position, label[position]!]));
  const distance = (a: number, b: number): number => {
    let sum = 0;
    for (let j = 0; j < width; j++) sum += (latent[a * width + j]! - latent[b * width + j]!) ** 2;
    return sum;
  };
  return Int32Array.from({ length: label.length }, (_, example) => {
    const kept = own.get(example);
    if (kept !== undefined) return kept;
    const votes = new Map<number, number>();
    const nearest = labelled
      .map((position) => ({ position, far: distance(example, position) }))
      .sort((a, b) => a.far - b.far)
      .slice(0, neighbours);
    // A map keeps the order of insertion, so the nearest one's label wins a tie.
    for (const { position } of nearest) votes.set(label[position]!, (votes.get(label[position]!) ?? 0) + 1);
    return [...votes].reduce((most, vote) => (vote[1] > most[1] ? vote : most))[0];
  });
}
