/**
 * The label that most of an example's nearest labelled examples have, of equals the nearest one's; labelled examples keep
 * theirs.
 *
 * @param latent n × width
 * @param labelled places of the labelled examples
 * @param label class of each example, of which only those of `labelled` are used
 */
export function propagateLabels(
  latent: Float32Array,
  width: number,
  labelled: number[],
  label: Int32Array,
  neighbours: number,
): Int32Array {
  const own = new Map(labelled.map((place) => [place, label[place]!]));
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
      .map((place) => ({ place, far: distance(example, place) }))
      .sort((a, b) => a.far - b.far)
      .slice(0, neighbours);
    // A map keeps its order, so that of equals the first, the nearest one's, stays.
    for (const { place } of nearest) votes.set(label[place]!, (votes.get(label[place]!) ?? 0) + 1);
    return [...votes].reduce((most, vote) => (vote[1] > most[1] ? vote : most))[0];
  });
}
