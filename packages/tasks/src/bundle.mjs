/**
 * Bundles the stages, the plan and their workers with what they import into `dist`: a stage is a process of its own, and opening
 * a dozen files in place of 400 to 900 starts it in a third of the time. What each is made of is in `dist/made-of.json`.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { build } from "esbuild";
import { required } from "./located.mjs";

const here = import.meta.dirname;
const dist = join(here, "../dist");
const locatedFile = join(here, "located.mjs");

/** Libraries with native parts, or that must be there once: what is native asks for the same one. */
const outside = /^(@tensorflow\/|@resvg\/|esbuild$)/;

/** Names that lead from here to each of our packages, by its folder. @type {Map<string, string[]>} */
const packages = new Map();
/** @type {(folder: string, names: string[]) => void} */
function find(folder, names) {
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const ours = Object.keys(dependencies).filter((name) => name.startsWith("@gumbel/"));
  const found = ours
    .map((name) => ({ name, folder: realpathSync(join(folder, "node_modules", name)) }))
    .filter((each) => !packages.has(each.folder));
  for (const each of found) packages.set(each.folder, [...names, each.name]);
  for (const each of found) find(each.folder, packages.get(each.folder));
}
find(join(here, ".."), []);

/** @type {(path: string) => [folder: string, names: string[]] | undefined} */
const packageOf = (path) => [...packages].find(([folder]) => path.startsWith(join(folder, "dist")));

/** Our modules find the files beside them where they were built, and a stage its worker in the bundle. */
const files = {
  name: "files",
  setup({ onResolve, onLoad }) {
    onLoad({ filter: /\.js$/ }, ({ path }) => {
      const ours = packageOf(path);
      if (!ours) return undefined;
      const text = readFileSync(path, "utf8");
      if (!text.includes("import.meta")) return undefined;
      const [folder, names] = ours;
      const stage = names.at(-1).replace("@gumbel/", "");
      const url = `__located(${JSON.stringify(names)}, ${JSON.stringify(relative(folder, path))})`;
      const contents = text
        .replaceAll('new URL("./worker.js", import.meta.url)', `new URL("./${stage}-worker.js", __bundle)`)
        .replaceAll("import.meta.url", url)
        .replaceAll("import.meta.dirname", `__path(new URL(".", ${url}))`)
        .replaceAll("import.meta.filename", `__path(${url})`);
      const left = /import\.meta\.\w+/.exec(contents);
      if (left) throw new Error(`${path}: the bundle does not know ${left[0]}`);
      return {
        contents: `import { located as __located, bundle as __bundle } from ${JSON.stringify(locatedFile)};
import { fileURLToPath as __path } from "node:url";
${contents}`,
        loader: "js",
      };
    });
    onResolve({ filter: outside }, ({ path, resolveDir }) => {
      const names = packageOf(join(resolveDir, "_"))?.[1];
      return names && { path, namespace: "outside", pluginData: names };
    });
    onLoad({ filter: /./, namespace: "outside" }, ({ path, pluginData: names }) => {
      const exported = Object.keys(required(names, path)).filter((name) => name !== "default");
      return {
        contents: `import { required } from ${JSON.stringify(locatedFile)};
const library = required(${JSON.stringify(names)}, ${JSON.stringify(path)});
export default library;
export const { ${exported.join(", ")} } = library;`,
        resolveDir: here,
      };
    });
  },
};

const stages = Object.keys(JSON.parse(readFileSync(join(here, "../package.json"), "utf8")).dependencies)
  .map((name) => ({
    name: name.replace("@gumbel/", ""),
    folder: realpathSync(join(here, "../node_modules", name)),
  }))
  .filter(({ folder }) => existsSync(join(folder, "dist/main.js")));
const entryPoints = stages.flatMap(({ name, folder }) => [
  { out: name, in: join(folder, "dist/main.js") },
  ...(existsSync(join(folder, "dist/worker.js"))
    ? [{ out: `${name}-worker`, in: join(folder, "dist/worker.js") }]
    : []),
]);

rmSync(dist, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints,
  outdir: dist,
  absWorkingDir: join(here, ".."),
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  metafile: true,
  legalComments: "linked",
  logLevel: "warning",
  // Libraries of the older kind find Node's own modules by it.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
  plugins: [files],
});

/** The files of ours that the bundle is made of, by package and path, with their digests: the plan compares. */
const madeOf = Object.keys(metafile.inputs).flatMap((input) => {
  const path = join(here, "..", input);
  const [folder, names] = packageOf(path) ?? [];
  const digest = () => createHash("sha256").update(readFileSync(path)).digest("hex");
  return folder ? [[`${names.at(-1)}/${relative(folder, path)}`, digest()]] : [];
});
writeFileSync(join(dist, "made-of.json"), JSON.stringify(Object.fromEntries(madeOf.sort())));
