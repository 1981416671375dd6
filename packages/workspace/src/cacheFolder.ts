import { homedir, platform } from "node:os";
import { join } from "node:path";

/**
 * The user's cache folder for this project, shared by checkouts: `gumbel` in XDG_CACHE_HOME if that is set, else in
 * ~/Library/Caches on macOS and in ~/.cache elsewhere. packages/cli/bootstrap, which can import nothing, repeats this rule.
 */
export function cacheFolder(): string {
  const base =
    process.env.XDG_CACHE_HOME ||
    (platform() === "darwin" ? join(homedir(), "Library", "Caches") : join(homedir(), ".cache"));
  return join(base, "gumbel");
}
