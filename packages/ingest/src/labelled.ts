import { type IngestPlan, UserError } from "@gumbel/config";
import { stream } from "@gumbel/random";
import { splits } from "@gumbel/tables";

/**
 * Which training examples keep their label: `count` of them, evenly over the classes or at random.
 *
 * @param labels class of each row, -1 where unknown
 * @param split code of each row's split
 * @param classes number of classes
 * @returns their rows in data.arrow, ascending
 * @throws UserError where there are too few.
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
      what: `${count} labels are asked for, but only ${shuffled.length} training examples have one`,
      where: "labels.count",
    });
  }
  if (draw === "random") return shuffled.slice(0, count).sort((a, b) => a - b);
  // The first classes take one more where the count does not divide.
  const wanted = Array.from(
    { length: classes },
    (_, label) => Math.floor(count / classes) + (label < count % classes ? 1 : 0),
  );
  const chosen = wanted.flatMap((many, label) => {
    const found = shuffled.filter((row) => labels[row] === label).slice(0, many);
    if (found.length < many) {
      throw new UserError({
        what: `class ${label} has only ${found.length} training examples for ${many} labels`,
        where: "labels.count",
      });
    }
    return found;
  });
  return chosen.sort((a, b) => a - b);
}
