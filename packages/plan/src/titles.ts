/** Full names of what studies and records call by the registries' names. */
import { UserError } from "@gumbel/config";
import { loadDataset } from "@gumbel/datasets";
import { loadSystem } from "@gumbel/models";

export const datasetTitle = (name: string): Promise<string> => titleOf(name, loadDataset);
export const systemTitle = (name: string): Promise<string> => titleOf(name, loadSystem);

/** The name itself of what is not in the registry. */
async function titleOf(name: string, load: (name: string) => Promise<{ title: string }>): Promise<string> {
  try {
    return (await load(name)).title;
  } catch (error) {
    if (error instanceof UserError) return name;
    throw error;
  }
}
