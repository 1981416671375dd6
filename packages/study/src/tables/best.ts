/** Which figure of a column is the best, and which others cannot be told from it. */
import { bestOf } from "@gumbel/results";
import { chanceOf, holm } from "./studentT.js";
import type { Figure, Table } from "./table.js";

const level = 0.05;

/** Beside a figure that cannot be told from the best one. */
export const closeMark = "≈";

/** Says how the best figures are found, under a table. */
export const bestText = `Bold: the best mean of a column; ${closeMark} differs from it by no more than chance: paired t test over the seeds if both have the same, Welch's if not, Holm's correction over the column, 5 %. Compared are figures of the full profile, on all examples, of two seeds or more; with three, only large differences are more than chance`;

/** True if the best figure of a column, or of one of some columns, is marked. */
export const hasBest = ({ rows }: Table, columns?: number[]): boolean =>
  rows.some(({ cells }) =>
    cells.some(({ figures: [shown] }, i) => shown?.standing && (!columns || columns.includes(i))),
  );

/** Marks the best figure of each column, and those that cannot be told from it, in place. */
export function markBest({ columns, rows }: Table): void {
  columns.forEach(({ metric: { better } }, i) => {
    const compared = rows.flatMap(({ cells }) => cells[i]!.figures.slice(0, 1)).filter(isCompared);
    if (compared.length < 2) return;
    const best = bestOf(
      better,
      compared.map((figure) => ({ figure, value: figure.mean! })),
    )?.figure;
    if (!best) return;
    best.standing = "best";
    const others = compared.filter((figure) => figure !== best);
    const differs = holm(
      others.map(({ values }) => chanceOf(best.values, values)),
      level,
    );
    others.forEach((figure, k) => {
      if (!differs[k]) figure.standing = "close";
    });
  });
}

const isCompared = ({ profile, limit, mean, values }: Figure): boolean =>
  profile === "full" && limit === null && Number.isFinite(mean) && values.length > 1;
