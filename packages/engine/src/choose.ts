/** Which engine runs here by default: found before anything is computed, so that it can be part of a cache key. */
import { realpathSync } from "node:fs";
import { basename, resolve } from "node:path";
import { type EngineName, environment, type PlannedEngine } from "@gumbel/config";
import { remembered, sha256, stateOf } from "@gumbel/workspace";
import { hints } from "./engine.js";
import { addonPath, type Build, linkedAddon } from "./provision/paths.js";
import type { NativeStatus } from "./provision/probe.js";

/**
 * The engine that `startEngine` would start here: the one that GUMBEL_ENGINE names, else the native one if it loads, else wasm.
 *
 * @param log told why the native one does not run
 * @throws UserError if GUMBEL_ENGINE names an engine that does not exist.
 */
export async function engineToUse(log: (line: string) => void): Promise<PlannedEngine> {
  const name = environment().engine ?? (await automaticEngine(log));
  return { name, build: name === "native" || name === "cuda" ? buildOf(name) : null };
}

async function automaticEngine(log: (line: string) => void): Promise<EngineName> {
  const { state, reason } = await statusOfNative();
  if (state === "ready") return "native";
  log(`engine: native does not run: ${reason} (to do: ${hints.native})`);
  return "wasm";
}

/** Loading the library takes half a second, so that it worked is remembered until the addon or Node changes. */
async function statusOfNative(): Promise<NativeStatus> {
  const addon = linkedAddon("native");
  const state = await stateOf(addon).catch(() => undefined);
  if (state === undefined) return { state: "missing", reason: "it is not built yet" };
  let failed: NativeStatus | undefined;
  const probe = async (): Promise<string> => {
    // Imported here, since every stage loads this and should not load zx for it.
    const { probeNative } = await import("./provision/probe.js");
    const status = await probeNative();
    if (status.state !== "ready") failed = status;
    return status.state;
  };
  const key = sha256([state, realpathSync(addon), process.version].join("\n"));
  const value = await remembered(`the addon ${addon}`, key, probe, (found) => found === "ready");
  return failed ?? { state: value === "ready" ? "ready" : "broken" };
}

/** The cache's name of a build of the addon, with the versions that it was made from; null if it is not one of the cache's. */
function buildOf(build: Build): string | null {
  try {
    const addon = realpathSync(linkedAddon(build));
    return addon.endsWith(addonPath) ? basename(resolve(addon, "../../..")) : null;
  } catch {
    // It is missing: the engine says so when it starts.
    return null;
  }
}
