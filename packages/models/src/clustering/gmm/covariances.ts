import { diag } from "./diag.js";
import { full } from "./full.js";
import { tied } from "./tied.js";

/** The covariance types by name. */
export const covarianceTypes = { diag, full, tied };

/** Variances per component and coordinate, a matrix per component, or one matrix for all. */
export type Covariance = keyof typeof covarianceTypes;
