/** Where the native engine's pieces lie. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

/** The installed @tensorflow/tfjs-node package. */
export const tfjsNodeFolder = (): string => dirname(require.resolve("@tensorflow/tfjs-node/package.json"));

export const tfjsNodeVersion = (): string =>
  (require("@tensorflow/tfjs-node/package.json") as { version: string }).version;

/** The builds of libtensorflow: for the processor alone, and for NVIDIA's GPUs. */
export type Build = "native" | "cuda";

/** Headers of Node-API, so that no headers of Node itself are needed. */
export const nodeApiHeaders = (): string =>
  (require("node-api-headers") as { include_dir: string }).include_dir;

/** Where tfjs-node looks for its addon: Node-API 8 on every Node from 20 on. */
export const addonPath = join("lib", "napi-v8", "tfjs_binding.node");

/** Where a build's addon is linked to in the installed tfjs-node; it knows of the first alone. */
export const linkedAddon = (build: Build): string =>
  join(tfjsNodeFolder(), build === "native" ? addonPath : join("lib", build, "tfjs_binding.node"));

/** This machine, in the names of folders. */
export const platformName = `${process.platform}-${process.arch}`;

/** This machine and a build. */
export const buildName = (build: Build): string =>
  build === "native" ? platformName : `${platformName}-${build}`;
