/** Paths and names of the native engine's files. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

/** The installed @tensorflow/tfjs-node package. */
export const tfjsNodeFolder = (): string => dirname(require.resolve("@tensorflow/tfjs-node/package.json"));

export const tfjsNodeVersion = (): string =>
  (require("@tensorflow/tfjs-node/package.json") as { version: string }).version;

/** Builds of libtensorflow: for the CPU, and for NVIDIA's GPUs. */
export type Build = "native" | "cuda";

/** Folder with the headers of Node-API; Node's own headers are not needed. */
export const nodeApiHeaders = (): string =>
  (require("node-api-headers") as { include_dir: string }).include_dir;

/** Path of the addon in tfjs-node: Node-API 8 on every Node from 20 on. */
export const addonPath = join("lib", "napi-v8", "tfjs_binding.node");

/** Path of a build's addon in the installed tfjs-node, which itself looks only for the first build. */
export const linkedAddon = (build: Build): string =>
  join(tfjsNodeFolder(), build === "native" ? addonPath : join("lib", build, "tfjs_binding.node"));

/** This machine's platform, for names of folders. */
export const platformName = `${process.platform}-${process.arch}`;

/** This machine's platform and a build, for names of folders. */
export const buildName = (build: Build): string =>
  build === "native" ? platformName : `${platformName}-${build}`;
