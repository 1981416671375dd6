/** Sizes that suit the user's own data. A system turns them into options of its own in `System.forData`. */

/** The user's data, and what follows from its size. */
export interface OwnData {
  /** Training rows. */
  n: number;
  /** Features. */
  d: number;
  /** [height, width, channels] of an image, else [d]. */
  shape: number[];
  range: "unit" | "real";
  /** Epochs that are about as many steps as a network of this size needs. */
  epochs: number;
  /** Units of a hidden layer. */
  width: number;
  /** Hidden layers of an encoder. */
  hidden: number[];
  /** Size of a latent, at most d. */
  latentSize: number;
}

/** Units at which a network is as large as those of the papers, and the least. */
const [mostUnits, fewestUnits] = [512, 16];
/** The latent of DEC and its kin. */
const largestLatent = 10;
/** Rows per latent dimension: a cluster's covariances are estimated there. */
const rowsPerDimension = 50;

/**
 * One rule for all data sets, by their size alone: no label was looked at.
 *
 * - `width` ≈ 2.5 √n, a power of two: a layer between two hidden ones has about 6 n weights. 32 for 150 rows, 512 from 30,000 on.
 * - `latentSize`: one dimension per 50 rows, from 2 to 10, and never more than d.
 */
export function fitToData(
  { n, shape, range }: Pick<OwnData, "n" | "shape" | "range">,
  epochs: number,
): OwnData {
  const d = shape.reduce((product, size) => product * size, 1);
  const units = 2 ** Math.round(Math.log2(2.5 * Math.sqrt(n)));
  const width = Math.min(mostUnits, Math.max(fewestUnits, units));
  const latentSize = Math.min(d, largestLatent, Math.max(2, Math.floor(n / rowsPerDimension)));
  return { n, d, shape, range, epochs, width, hidden: [width, width], latentSize };
}

/** Options of the systems with the shared autoencoder. From 500 units on, the published one is small enough. */
export const autoencoderFor = ({ width, hidden, latentSize }: OwnData) => ({
  ...(width < mostUnits && { hidden }),
  latentSize,
});

/** Real-valued data has a Gaussian likelihood that finds its own variance: a fixed one lets the latent collapse in few columns. */
export const likelihoodFor = ({ range }: OwnData) => (range === "real" ? { likelihood: "calibrated" } : {});

/** Images are warped, by a system that does so; the rows of a table cannot be. */
export const warpsFor = ({ shape }: OwnData) => (shape.length === 3 ? {} : { augmentation: null });
