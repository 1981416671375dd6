import { type IngestPlan, UserError } from "@gumbel/config";
import { stream } from "@gumbel/random";
import { splits } from "@gumbel/tables";

/**
 * Chooses `count` training examples that keep their label: the same number from each class, as far as it has so many, or at random.
 *
 * @param labels class of each row, -1 if unknown
 * @param split code of each row's split
 * @param classes their names
 * @returns their rows in data.arrow, ascending
 * @throws UserError if too few training examples have a label, or a class would have none.
 */
export function drawLabelled(
  { count, draw, seed }: NonNullable<IngestPlan["labels"]>,
  labels: ArrayLike<number>,
  split: ArrayLike<number>,
  classes: readonly string[],
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
  const ofClass = classes.map((_, label) => shuffled.filter((row) => labels[row] === label));
  const shares = evenShares(
    ofClass.map((of) => of.length),
    count,
  );
  const without = shares.indexOf(0);
  if (without >= 0) {
    throw new UserError({
      what: `no training example of class "${classes[without]}" would keep its label`,
      where: "labels.count",
      expected: `at least ${classes.length}, and a training example of each class`,
    });
  }
  return ofClass.flatMap((of, label) => of.slice(0, shares[label])).sort((a, b) => a - b);
}

/**
 * `count` spread over the classes as evenly as what each has allows. If it is no multiple of their number, the first get one more.
 *
 * @param available examples of each class, together at least `count`
 */
function evenShares(available: number[], count: number): number[] {
  const shares = available.map(() => 0);
  for (let left = count; left > 0; ) {
    for (let label = 0; label < shares.length && left > 0; label++) {
      if (shares[label]! === available[label]!) continue;
      shares[label]!++;
      left--;
    }
  }
  return shares;
}

/**
 * What is unusual about some draws, a sentence each: a class of which training sees no label, or of which it sees all, so that no
 * example is left to be found by what was learned.
 *
 * @param draws rows in data.arrow; none if training sees no label
 */
export function notesOn(
  draws: readonly (readonly number[])[],
  labels: ArrayLike<number>,
  split: ArrayLike<number>,
  classes: readonly string[],
): string[] {
  if (draws.length === 0) return [];
  const sizes = classes.map(() => 0);
  for (let row = 0; row < labels.length; row++)
    if (split[row] === splits.train && labels[row]! >= 0) sizes[labels[row]!]!++;
  const kept = draws.map((rows) => {
    const counts = classes.map(() => 0);
    for (const row of rows) counts[labels[row]!]!++;
    return counts;
  });
  return classes.flatMap((name, label) => {
    if (kept.some((counts) => counts[label] === 0)) return `training sees no label of class "${name}"`;
    const all = kept.every((counts) => counts[label] === sizes[label]);
    return all ? `training sees the label of all ${sizes[label]} training examples of class "${name}"` : [];
  });
}
