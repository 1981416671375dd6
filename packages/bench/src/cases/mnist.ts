import { UserError } from "@gumbel/config";
import { loadDataset, type OpenDataset } from "@gumbel/datasets";
import { root } from "./root.js";

/**
 * Opens MNIST.
 *
 * @throws UserError if GUMBEL_DATA is not set.
 */
export async function openMnist(): Promise<OpenDataset> {
  if (!process.env.GUMBEL_DATA) {
    throw new UserError({
      what: "real MNIST is needed",
      hint: "set GUMBEL_DATA to a folder that holds mnist/",
    });
  }
  const dataset = await loadDataset("mnist");
  return dataset.open(dataset.optionsSchema.parse({}), { seed: 0, folder: root, log: () => {} });
}
