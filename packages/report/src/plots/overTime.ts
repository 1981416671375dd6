/** Layouts of the finished model and of earlier moments of training. */
import { tsne } from "@gumbel/projection";
import { stream } from "@gumbel/random";

/**
 * Positions at each moment: from the last to the first, each starts from those after it.
 *
 * @param moments in the order of training
 */
export async function backwards<Moment>(
  finished: number[][],
  moments: Moment[],
  layOut: (moment: Moment, start: number[][]) => number[][] | Promise<number[][]>,
): Promise<number[][][]> {
  const earlier: number[][][] = [];
  for (const moment of moments.toReversed()) earlier.unshift(await layOut(moment, earlier[0] ?? finished));
  return earlier;
}

/** Points of the finished model and at each earlier moment, in the order of training, laid out by t-SNE. */
export async function layOutByTsne(
  seed: number,
  points: number[][],
  before: number[][][],
): Promise<{ positions: number[][]; earlier: number[][][] }> {
  const random = stream(seed, "report", "tsne");
  const positions = tsne(points, random);
  const earlier = await backwards(positions, before, (moment, start) => tsne(moment, random, { start }));
  return { positions, earlier };
}
