import { UserError } from "@gumbel/config";
import { provideDoor } from "./provideDoor.js";
import type { System } from "./system.js";

/** Every system, by the name that pipeline.json uses. A new one is one file, named alike in camel case, and one line here. */
const systems: Record<string, () => Promise<{ default: System }>> = {
  kmeans: () => import("./systems/kmeans.js"),
  gmm: () => import("./systems/gmm.js"),
  "ae-kmeans": () => import("./systems/aeKmeans.js"),
  "ae-gmm": () => import("./systems/aeGmm.js"),
  dec: () => import("./systems/dec.js"),
  idec: () => import("./systems/idec.js"),
  dcn: () => import("./systems/dcn.js"),
  vae: () => import("./systems/vae.js"),
  gmvae: () => import("./systems/gmvae.js"),
  dlgmm: () => import("./systems/dlgmm.js"),
  vade: () => import("./systems/vade.js"),
  "gumbel-vae": () => import("./systems/gumbelVae.js"),
  "gumbel-vae-self-trained": () => import("./systems/gumbelVaeSelfTrained.js"),
  depict: () => import("./systems/depict.js"),
  "depict-semi": () => import("./systems/depictSemi.js"),
  "jule-sf": () => import("./systems/juleSf.js"),
  "jule-rc": () => import("./systems/juleRc.js"),
  "auxiliary-clustering": () => import("./systems/auxiliaryClustering.js"),
  "auxiliary-clustering-propagated": () => import("./systems/auxiliaryClusteringPropagated.js"),
  "auxiliary-tasks-vae": () => import("./systems/auxiliaryTasksVae.js"),
  "small-cnn": () => import("./systems/smallCnn.js"),
  "conv-ladder": () => import("./systems/convLadder.js"),
  ladder: () => import("./systems/ladder.js"),
  "improved-gan": () => import("./systems/improvedGan.js"),
  "cat-gan": () => import("./systems/catGan.js"),
  "m1-m2": () => import("./systems/m1M2.js"),
  "m1-tsvm": () => import("./systems/m1Tsvm.js"),
  "embed-cnn": () => import("./systems/embedCnn.js"),
  swwae: () => import("./systems/swwae.js"),
  adgm: () => import("./systems/adgm.js"),
  sdgm: () => import("./systems/sdgm.js"),
  m2: () => import("./systems/m2.js"),
  n2d: () => import("./systems/n2d.js"),
};

/** Names of all systems. */
export const systemNames: string[] = Object.keys(systems);

/**
 * The system of that name, with its options still unchecked.
 *
 * @param own URL of its compiled code if it is the user's own, as `plan` has checked it
 * @throws UserError if there is none.
 */
export async function loadSystem(name: string, own?: string): Promise<System> {
  if (own === undefined) return (await entryOf(name)()).default;
  provideDoor(await import("./door.js"));
  // So that an error names the line of the user's file.
  process.setSourceMapsEnabled(true);
  return ((await import(own)) as { default: System }).default;
}

/**
 * Path of the built file of a system, from that of this package's index: the name in camel case.
 *
 * @throws UserError if there is none.
 */
export function systemFile(name: string): string {
  entryOf(name);
  return `systems/${name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())}.js`;
}

function entryOf(name: string): () => Promise<{ default: System }> {
  const entry = Object.hasOwn(systems, name) ? systems[name] : undefined;
  if (entry) return entry;
  throw new UserError({
    what: `there is no model named "${name}"`,
    where: "model in pipeline.json",
    expected: `one of ${systemNames.join(", ")}`,
  });
}
