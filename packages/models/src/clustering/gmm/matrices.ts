import { UserError } from "@gumbel/config";
import { tf } from "@gumbel/engine";
import { inverseTransposed, raiseDiagonal, raisedCholesky } from "../cholesky.js";
import type { CovarianceType } from "./covarianceType.js";

/** The part of the covariance types that is common to all whose covariances are matrices, [d, d]. */
export const matrices: Pick<CovarianceType, "size" | "secondMoments" | "regularise" | "precision"> = {
  size: (d) => d * d,
  secondMoments: (x) => tf.matMul(tf.transpose(x), x),
  regularise: raiseDiagonal,

  precision(covariance, d, regularisation) {
    const lower = raisedCholesky(covariance, d, regularisation);
    if (!lower) {
      throw new UserError({
        what: "the Gaussian mixture has a covariance that is not finite",
        expected: "values whose squares are finite in float32",
        hint: "scale the data",
      });
    }
    const factor = inverseTransposed(lower, d);
    let logDeterminant = 0;
    for (let j = 0; j < d; j++) logDeterminant += Math.log(factor[j * (d + 1)]!);
    return { factor, logDeterminant };
  },
};
