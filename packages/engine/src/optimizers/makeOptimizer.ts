import type { Parameter, Parameters } from "../core/parameters.js";
import { Adam, type AdamOptions } from "./adam.js";
import type { Optimizer } from "./optimizer.js";
import { Sgd, type SgdOptions } from "./sgd.js";

/** An optimizer by name, with its constants. */
export type OptimizerOptions = ({ name: "adam" } & AdamOptions) | ({ name: "sgd" } & SgdOptions);

/**
 * @param parameters all of the model's
 * @param trains those that the optimizer moves; every trainable one if absent
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
