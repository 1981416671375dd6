/**
 * Gets the native engine onto this machine. `@tensorflow/tfjs-node` is installed without its install script, whose failure
 * would fail the whole install; here the addon is built against the libtensorflow inside PyPI's wheel, or comes from its
 * official build where that cannot be, which trains more slowly: it lacks what native/functions.cc adds. Cached per user,
 * shared by checkouts, linked into the installed package.
 */
import { mkdir, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { builtAddon, officialAddon } from "./addon.js";
import { ProvisionError } from "./error.js";
import { addonPath, cacheFolder, tfjsNodeFolder } from "./places.js";
import { type NativeStatus, probeNative } from "./probe.js";
import { libTensorFlow } from "./wheel.js";

export { cacheFolder } from "./places.js";
export { type NativeStatus, probeNative } from "./probe.js";

export interface Provisioned extends NativeStatus {
  /** Ways that were tried and are closed, each with what would open it. */
  closed: { way: string; reason: string; cure: string }[];
}

/** Makes the native engine ready where that can be done. Never throws for a way that is closed: the result says why. */
export async function provisionNative(log: (line: string) => void): Promise<Provisioned> {
  const before = probeNative();
  if (before.state === "ready" && before.functions) return { ...before, closed: [] };
  // What is there does not load: whatever of it is in the cache is not to be trusted.
  if (before.state === "broken") await rm(join(cacheFolder(), "tfjs-node"), { recursive: true, force: true });

  const ways: [string, () => Promise<string>][] = [
    ["libtensorflow from PyPI", async () => builtAddon(await libTensorFlow(log), log)],
    ["official build", () => officialAddon(log)],
  ];
  const closed: Provisioned["closed"] = [];
  for (const [way, get] of ways) {
    try {
      await link(await get());
      const status = probeNative();
      if (status.state === "ready") return { ...status, closed };
      await unlink();
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
async function link(addon: string): Promise<void> {
  await unlink();
  const place = join(tfjsNodeFolder(), addonPath);
  await mkdir(dirname(place), { recursive: true });
  await symlink(addon, place);
}

async function unlink(): Promise<void> {
  await rm(join(tfjsNodeFolder(), addonPath), { force: true });
}
