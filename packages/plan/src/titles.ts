/** Full names of what studies and records call by the registries' names. */
import { UserError } from "@gumbel/config";
import { loadDataset } from "@gumbel/datasets";
import { findSystem } from "./ownSystem.js";

export const datasetTitle = (name: string): Promise<string> => titleOf(name, loadDataset);
export const systemTitle = (root: string, name: string): Promise<string> =>
  titleOf(name, (each) => findSystem(root, each));

/** Name of the published system: the system itself, or the one it is a variant of. */
export const publishedName = async (root: string, name: string): Promise<string> =>
  (await found(name, (each) => findSystem(root, each)))?.variantOf ?? name;

/** The name itself of what is not in the registry. */
const titleOf = async (name: string, load: (name: string) => Promise<{ title: string }>): Promise<string> =>
  (await found(name, load))?.title ?? name;

/** Undefined if it is not in the registry. */
async function found<T>(name: string, load: (name: string) => Promise<T>): Promise<T | undefined> {
  try {
    return await load(name);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
