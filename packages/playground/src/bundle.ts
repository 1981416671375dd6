/** Bundles the two scripts of the page. Part of this package's build, after tsc. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const at = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

// An import that only Node has does not resolve, and fails the build.
const { metafile } = await build({
  entryPoints: { opener: at("page/opener.js"), playground: at("page/main.js") },
  outdir: at("."),
  bundle: true,
  minify: true,
  format: "iife",
  platform: "browser",
  target: "es2022",
  legalComments: "eof",
  // A library of TensorFlow.js tries WebAssembly and does without, but the browser would log that the page's policy forbids it.
  define: { WebAssembly: "undefined" },
  metafile: true,
  logLevel: "warning",
});

for (const [file, { bytes }] of Object.entries(metafile.outputs)) {
  console.log(`${file}  ${Math.round(bytes / 1024)} kB`);
}
