/**
 * Installs libtensorflow. `@tensorflow/tfjs-node` is installed without its install script, whose failure would fail the
 * whole installation. Instead, the addon is built against the libtensorflow in PyPI's wheel. If that fails, the official
 * build is used, which trains more slowly because it lacks what is in native/. The result is cached per user, shared by
 * checkouts and linked into the installed package. The build for GPUs is installed beside the other one.
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

/** State of the native engine after provisioning. */
export interface Provisioned extends NativeStatus {
  /** Sources that were tried and failed. */
  failures: { source: string; reason: string; hint: string }[];
}

/**
 * Installs a native engine if possible. A source that fails is no error: the result gives the reason.
 *
 * @param build the one for GPUs comes from PyPI only, since tfjs-node no longer has a release for it
 * @param options.repair true if an addon that does not load is to be replaced. All checkouts of the user share it, and it may
 *   not load for another reason than its files: a limit of memory, a library of the system.
 */
export async function provisionNative(
  log: (line: string) => void,
  build: Build = "native",
  options: { repair?: boolean } = {},
): Promise<Provisioned> {
  const before = await probeNative(build);
  if (before.state === "ready" && before.functions && isCurrent(build)) return { ...before, failures: [] };
  if (before.state === "broken" && !options.repair) {
    const hint = "if its files are damaged: pnpm gumbel doctor --fix, which builds it anew";
    const reason = `it is here and does not load: ${before.reason}`;
    return { ...before, failures: [{ source: "the addon of this user", reason, hint }] };
  }
  if (before.state === "broken") await removeAddons(build);

  const official: [string, () => Promise<string>] = ["official build", () => officialAddon(log)];
  const sources: [string, () => Promise<string>][] = [
    ["libtensorflow from PyPI", async () => builtAddon(await libTensorFlow(build, log), log)],
    ...(build === "native" ? [official] : []),
  ];
  const failures: Provisioned["failures"] = [];
  for (const [source, get] of sources) {
    try {
      await link(await get(), build);
      const status = await probeNative(build);
      if (status.state === "ready") return { ...status, failures };
      await rm(linkedAddon(build), { force: true });
      failures.push({
        source,
        reason: status.reason ?? status.state,
        hint: "report it with the output of pnpm gumbel doctor",
      });
    } catch (error) {
      if (!(error instanceof ProvisionError)) throw error;
      failures.push({ source, reason: error.message, hint: error.hint });
      // The official build is installed already.
      if (before.state === "ready") return { ...before, failures };
    }
  }
  return {
    state: "missing",
    reason: failures.map(({ source, reason }) => `${source}: ${reason}`).join("; "),
    failures,
  };
}

/** Links the addon into tfjs-node. Node resolves the link, and the libraries are beside the real file. */
async function link(addon: string, build: Build): Promise<void> {
  const path = linkedAddon(build);
  await rm(path, { force: true });
  await mkdir(dirname(path), { recursive: true });
  await symlink(addon, path);
}

/** Removes the addons of a build from the cache. */
async function removeAddons(build: Build): Promise<void> {
  const folder = join(cacheFolder(), "tfjs-node");
  const names = await readdir(folder).catch(() => []);
  const own = names.filter((name) => name.endsWith("-cuda") === (build === "cuda"));
  for (const name of own) await rm(join(folder, name), { recursive: true, force: true });
}
