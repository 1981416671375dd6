import type { Parameter, Parameters } from "../core/parameters.js";
import { Adam, type AdamOptions } from "./adam.js";
import type { Optimizer } from "./optimizer.js";
import { Sgd, type SgdOptions } from "./sgd.js";

/** An optimizer by name, with its constants. */
export type OptimizerOptions = ({ name: "adam" } & AdamOptions) | ({ name: "sgd" } & SgdOptions);

/**
 * Creates an optimizer.
 *
 * @param parameters all parameters of the model
 * @param trains parameters that the optimizer updates; every trainable one by default
 */
export function makeOptimizer(
  parameters: Parameters,
  options: OptimizerOptions,
  trains: readonly Parameter[] = parameters.trainable,
): Optimizer {
  return options.name === "adam"
    ? new Adam(parameters, options, trains)
    : new Sgd(parameters, options, trains);
}
