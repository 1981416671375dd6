/** Loads the native backend. A module of its own, so that the other engines never load it. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import util from "node:util";
import type * as tf from "@tensorflow/tfjs-core";
import { type Messages, provideMessages } from "../graph/messages.js";
import { type Build, linkedAddon, tfjsNodeFolder } from "./paths.js";

/**
 * Loads tfjs-node on a build of libtensorflow; its backend then runs under the name "tensorflow".
 *
 * @throws Error if its addon is missing or does not load.
 */
export function loadNative(build: Build = "native"): typeof tf {
  restoreRemovedUtilities();
  if (!existsSync(linkedAddon(build))) throw new Error("it is not built yet");
  if (build !== "native") findAddonAt(linkedAddon(build));
  // tfjs-node warns every time that it replaces the platform set by tfjs.
  const warn = console.warn;
  console.warn = () => {};
  try {
    const require = createRequire(import.meta.url);
    const native = require("@tensorflow/tfjs-node") as typeof tf;
    provideMessages(require("@tensorflow/tfjs-node/dist/proto/api_pb.js") as Messages);
    return native;
  } finally {
    console.warn = warn;
  }
}

/** Sets the path of the addon: tfjs-node asks node-pre-gyp for it. */
function findAddonAt(path: string): void {
  const requireBeside = createRequire(join(tfjsNodeFolder(), "package.json"));
  (requireBeside("@mapbox/node-pre-gyp/lib/pre-binding.js") as { find(): string }).find = () => path;
}

/** tfjs-node 4.22 uses functions that Node 23 removed from `util`. */
function restoreRemovedUtilities(): void {
  const missing: Record<string, (value: unknown) => boolean> = {
    isNullOrUndefined: (value) => value === null || value === undefined,
    isArray: Array.isArray,
  };
  for (const [name, check] of Object.entries(missing)) {
    if (!(name in util)) Object.defineProperty(util, name, { value: check });
  }
}
