/** Full names and options of what studies and records call by the registries' names. */
import { UserError } from "@gumbel/config";
import { loadDataset } from "@gumbel/datasets";
import { z } from "zod";
import { findSystem } from "./ownSystem.js";

export const datasetTitle = (name: string): Promise<string> => titleOf(name, loadDataset);
export const systemTitle = (root: string, name: string): Promise<string> =>
  titleOf(name, (each) => findSystem(root, each));

/** Name of the published system: the system itself, or the one it is a variant of. */
export const publishedName = async (root: string, name: string): Promise<string> =>
  (await found(name, (each) => findSystem(root, each)))?.variantOf ?? name;

/** What each option of a system is and where its default comes from, in words, by name; empty for one that is not there. */
export async function optionTexts(root: string, name: string): Promise<Record<string, string>> {
  const system = await found(name, (each) => findSystem(root, each));
  const { properties = {} } = system ? z.toJSONSchema(system.optionsSchema, { io: "input" }) : {};
  return Object.fromEntries(
    Object.entries(properties).flatMap(([option, schema]) => {
      const text = typeof schema === "object" ? schema.description : undefined;
      return text ? [[option, text]] : [];
    }),
  );
}

/**
 * Options of an earlier run with the defaults of what has become one since: code before an option did what is now its default.
 * Undefined if the system is not there, or has them no longer.
 */
export async function completedOptions(root: string, name: string, options: object): Promise<unknown> {
  const system = await found(name, (each) => findSystem(root, each));
  return system?.optionsSchema.safeParse(options).data;
}

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
