/** Bundles the scripts of the page. Part of this package's build, after tsc. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const at = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

// An import that only Node has does not resolve, and fails the build.
await build({
  entryPoints: [at("../src/client/map.ts")],
  outfile: at("client/map.js"),
  bundle: true,
  minify: true,
  format: "esm",
  platform: "browser",
  target: "es2022",
  logLevel: "warning",
});
