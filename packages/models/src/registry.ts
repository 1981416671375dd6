import { UserError } from "@gumbel/config";
import type { System } from "./system.js";

/** Every system, by the name that pipeline.json uses. A new one is one file and one line here. */
const systems: Record<string, () => Promise<System>> = {
  kmeans: async () => (await import("./systems/kmeans.js")).kmeans,
  gmm: async () => (await import("./systems/gmm.js")).gmm,
  "ae-kmeans": async () => (await import("./systems/aeKmeans.js")).aeKmeans,
  "ae-gmm": async () => (await import("./systems/aeGmm.js")).aeGmm,
  dec: async () => (await import("./systems/dec.js")).dec,
  idec: async () => (await import("./systems/idec.js")).idec,
  dcn: async () => (await import("./systems/dcn.js")).dcn,
  vae: async () => (await import("./systems/vae.js")).vae,
  gmvae: async () => (await import("./systems/gmvae.js")).gmvae,
  dlgmm: async () => (await import("./systems/dlgmm.js")).dlgmm,
  vade: async () => (await import("./systems/vade.js")).vade,
  "gumbel-vae": async () => (await import("./systems/gumbelVae.js")).gumbelVae,
  depict: async () => (await import("./systems/depict.js")).depict,
  "jule-sf": async () => (await import("./systems/jule.js")).juleSf,
  "jule-rc": async () => (await import("./systems/jule.js")).juleRc,
  "auxiliary-clustering": async () => (await import("./systems/auxiliaryClustering.js")).auxiliaryClustering,
  n2d: async () => (await import("./systems/n2d.js")).n2d,
};

/** Names of all systems. */
export const systemNames: string[] = Object.keys(systems);

/**
 * The system of that name, with its options still unchecked.
 *
 * @throws UserError where there is none.
 */
export async function loadSystem(name: string): Promise<System> {
  const load = systems[name];
  if (!load) {
    throw new UserError({
      what: `there is no model named "${name}"`,
      where: "model in pipeline.json",
      expected: `one of ${systemNames.join(", ")}`,
    });
  }
  return load();
}
