import { type IngestPlan, UserError } from "@gumbel/config";
import { stream } from "@gumbel/random";
import { splits } from "@gumbel/tables";

/**
 * Chooses `count` training examples that keep their label, the same number from each class or at random.
 *
 * @param labels class of each row, -1 if unknown
 * @param split code of each row's split
 * @param classes number of classes
 * @returns their rows in data.arrow, ascending
 * @throws UserError if too few training examples have a label.
 */
export function drawLabelled(
  { count, draw, seed }: NonNullable<IngestPlan["labels"]>,
  labels: ArrayLike<number>,
  split: ArrayLike<number>,
  classes: number,
): number[] {
  const rows = Array.from(labels, (_, row) => row);
  const pool = rows.filter((row) => split[row] === splits.train && labels[row]! >= 0);
  const shuffled = Array.from(stream(seed, "labels").permutation(pool.length), (position) => pool[position]!);
  if (shuffled.length < count) {
    throw new UserError({
      what: `${count} labelled examples are to be drawn, but only ${shuffled.length} training examples have a label`,
      where: "labels.count",
    });
  }
  if (draw === "random") return shuffled.slice(0, count).sort((a, b) => a - b);
  // If the count is no multiple of the number of classes, the first classes get one more.
  const wanted = Array.from(
    { length: classes },
    (_, label) => Math.floor(count / classes) + (label < count % classes ? 1 : 0),
  );
  const chosen = wanted.flatMap((size, label) => {
    const found = shuffled.filter((row) => labels[row] === label).slice(0, size);
    if (found.length < size) {
      throw new UserError({
        what: `class ${label} has only ${found.length} training examples for ${size} labels`,
        where: "labels.count",
      });
    }
    return found;
  });
  return chosen.sort((a, b) => a - b);
}
