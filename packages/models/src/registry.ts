import { UserError } from "@gumbel/config";
import type { System } from "./system.js";

/** The file of every system, by the name that pipeline.json uses. A new one is one file and one line here. */
const files: Record<string, string> = {
  kmeans: "kmeans",
  gmm: "gmm",
  "ae-kmeans": "aeKmeans",
  "ae-gmm": "aeGmm",
  dec: "dec",
  idec: "idec",
  dcn: "dcn",
  vae: "vae",
  gmvae: "gmvae",
  dlgmm: "dlgmm",
  vade: "vade",
  "gumbel-vae": "gumbelVae",
  depict: "depict",
  "jule-sf": "juleSf",
  "jule-rc": "juleRc",
  "auxiliary-clustering": "auxiliaryClustering",
  n2d: "n2d",
};

/** Names of all systems. */
export const systemNames: string[] = Object.keys(files);

/**
 * The system of that name, with its options still unchecked.
 *
 * @throws UserError if there is none.
 */
export async function loadSystem(name: string): Promise<System> {
  const { default: system } = (await import(`./systems/${fileOf(name)}.js`)) as { default: System };
  return system;
}

/**
 * URL of the built file of a system, for who follows its code.
 *
 * @throws UserError if there is none.
 */
export const systemFile = (name: string): string =>
  new URL(`./systems/${fileOf(name)}.js`, import.meta.url).href;

function fileOf(name: string): string {
  const file = Object.hasOwn(files, name) ? files[name] : undefined;
  if (!file) {
    throw new UserError({
      what: `there is no model named "${name}"`,
      where: "model in pipeline.json",
      expected: `one of ${systemNames.join(", ")}`,
    });
  }
  return file;
}
