/**
 * Gets libtensorflow onto this machine. `@tensorflow/tfjs-node` is installed without its install script, whose failure
 * would fail the whole install; here the addon is built against the libtensorflow inside PyPI's wheel, or comes from its
 * official build where that cannot be, which trains more slowly: it lacks what native/functions.cc adds. Cached per user,
 * shared by checkouts, linked into the installed package. The build for GPUs stands beside the other one.
 */
import { mkdir, readdir, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cacheFolder } from "@gumbel/workspace";
import { builtAddon, isCurrent, officialAddon } from "./addon.js";
import { ProvisionError } from "./error.js";
import { type Build, linkedAddon } from "./paths.js";
import { type NativeStatus, probeNative } from "./probe.js";
import { libTensorFlow } from "./wheel.js";

export type { Build } from "./paths.js";
export { type NativeStatus, probeNative } from "./probe.js";

export interface Provisioned extends NativeStatus {
  /** Ways that were tried and are closed, each with what would open it. */
  closed: { way: string; reason: string; cure: string }[];
}

/**
 * Makes a native engine ready where that can be done. Never throws for a way that is closed: the result says why.
 *
 * @param build the one for GPUs only from PyPI, as tfjs-node has no release for it any more
 */
export async function provisionNative(
  log: (line: string) => void,
  build: Build = "native",
): Promise<Provisioned> {
  const before = await probeNative(build);
  if (before.state === "ready" && before.functions && isCurrent(build)) return { ...before, closed: [] };
  // What is there does not load: whatever of it is in the cache is not to be trusted.
  if (before.state === "broken") await forgetAddons(build);

  const official: [string, () => Promise<string>] = ["official build", () => officialAddon(log)];
  const ways: [string, () => Promise<string>][] = [
    ["libtensorflow from PyPI", async () => builtAddon(await libTensorFlow(build, log), log)],
    ...(build === "native" ? [official] : []),
  ];
  const closed: Provisioned["closed"] = [];
  for (const [way, get] of ways) {
    try {
      await link(await get(), build);
      const status = await probeNative(build);
      if (status.state === "ready") return { ...status, closed };
      await rm(linkedAddon(build), { force: true });
      closed.push({
        way,
        reason: status.reason ?? status.state,
        cure: "report it with the output of pnpm gumbel doctor",
      });
    } catch (error) {
      if (!(error instanceof ProvisionError)) throw error;
      closed.push({ way, reason: error.message, cure: error.cure });
      // The official build was there already.
      if (before.state === "ready") return { ...before, closed };
    }
  }
  return {
    state: "missing",
    reason: closed.map(({ way, reason }) => `${way}: ${reason}`).join("; "),
    closed,
  };
}

/** Node follows the link to the real path, where the libraries lie beside the addon. */
async function link(addon: string, build: Build): Promise<void> {
  const place = linkedAddon(build);
  await rm(place, { force: true });
  await mkdir(dirname(place), { recursive: true });
  await symlink(addon, place);
}

/** Removes the addons of that build from the cache. */
async function forgetAddons(build: Build): Promise<void> {
  const folder = join(cacheFolder(), "tfjs-node");
  const names = await readdir(folder).catch(() => []);
  const own = names.filter((name) => name.endsWith("-cuda") === (build === "cuda"));
  for (const name of own) await rm(join(folder, name), { recursive: true, force: true });
}
