/** A sign that something is wrong with a run or its data: no clusters, worse ones than k-means, too few steps or rows. */
export interface Sign {
  /** A few words for programs: "one-cluster". */
  name: string;
  /** One sentence about this run, without a full stop. */
  what: string;
  /** What to try. */
  hint: string;
}
