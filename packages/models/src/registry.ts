import { UserError } from "@gumbel/config";
import type { System } from "./system.js";

/** The file of every system in systems/, by the name that pipeline.json uses. A new one is one file and one line here. */
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
  "jule-sf": "jule",
  "jule-rc": "jule",
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
  const module = (await import(`./systems/${fileOf(name)}.js`)) as Record<string, System>;
  return module[name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())]!;
}

/**
 * Path of the built file of a system, from that of this package's index. (This file runs in browsers too, which have no paths.)
 *
 * @throws UserError if there is none of that name.
 */
export const systemFile = (name: string): string => `systems/${fileOf(name)}.js`;

function fileOf(name: string): string {
  const file = files[name];
  if (file) return file;
  throw new UserError({
    what: `there is no model named "${name}"`,
    where: "model in pipeline.json",
    expected: `one of ${systemNames.join(", ")}`,
  });
}
