/**
 * The code that each stage of a pipeline runs, by its content: what is left of the stage's entry, of the one system's file and
 * of the one data set's once they are bundled with what they import of ours. Comments, white space, unused exports and the
 * other systems of the registry do not count.
 */

import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { createRequire, isBuiltin } from "node:module";
import { basename, dirname, extname, join, relative } from "node:path";
import { type StageName, stageNames, UserError } from "@gumbel/config";
import { datasetFile } from "@gumbel/datasets";
import { doorName, systemFile } from "@gumbel/models";
import { ownSystemFile, ownSystemKey, rememberedOf, sha256 } from "@gumbel/workspace";
import { build, type Plugin } from "esbuild";
import { z } from "zod";

/** The folder of a package of ours as the file `from` finds it: beside its own in a clone, anywhere in an installation. */
function folderOf(name: string, from: string): string {
  const found = (createRequire(from).resolve.paths(name) ?? [])
    .map((folder) => join(folder, name))
    .find(existsSync);
  if (!found) throw new Error(`${from} does not find ${name}`);
  return realpathSync(found);
}

const here = import.meta.dirname;
const models = folderOf("@gumbel/models", import.meta.filename);
const datasets = folderOf("@gumbel/datasets", import.meta.filename);

/** What the user's own systems import of ours. */
export const door = { name: doorName, file: join(models, "dist", "door.js") };

/** The files that know every system or data set. A stage that imports one runs the pipeline's own system or data set. */
const registries: Record<string, string> = {
  system: join(models, "dist", "registry.js"),
  dataset: join(datasets, "dist", "registry.js"),
};

/**
 * A file that code finds beside itself: a worker.js, which is started and counts with what it imports, or a script of a page
 * or a table of figures, which is read and counts as it is.
 */
const besideItself = /new URL\(\s*(["'`])([^"'`]+)\1,\s*import\.meta\.url\s*\)/g;

/**
 * What `codeOfStages` finds. Bundling takes half a second, so that it is done only if a built file of ours, or the list of the
 * libraries, has changed since the last time; for a system of the user's own always, since it may import any file.
 */
export async function codeOfPlan(
  system: string,
  dataset: string,
  program: string,
  root: string,
): Promise<Record<StageName, Record<string, string>>> {
  const find = async (): Promise<Record<StageName, Record<string, string>>> => {
    await checkBundle(program);
    return codeOfStages(system, dataset, program, root);
  };
  if (ownSystemFile(root, system)) return find();
  const packages = [dirname(program), ...packagesBelow(program).values()];
  const value = await rememberedOf(
    `code of ${system} and ${dataset} for ${root}`,
    [...packages.map((folder) => join(folder, "dist")), join(root, "pnpm-lock.yaml")].filter(existsSync),
    async () => JSON.stringify(await find()),
  );
  return codeSchema.parse(JSON.parse(value)) as Record<StageName, Record<string, string>>;
}

/** The folders, by name, of the packages of ours that the package with this file stands on, however far below. */
function packagesBelow(file: string, found = new Map<string, string>()): Map<string, string> {
  const { dependencies = {} } = JSON.parse(readFileSync(join(dirname(file), "package.json"), "utf8")) as {
    dependencies?: Record<string, string>;
  };
  for (const name of Object.keys(dependencies).filter((each) => each.startsWith("@gumbel/"))) {
    if (found.has(name)) continue;
    const folder = folderOf(name, file);
    found.set(name, folder);
    packagesBelow(join(folder, "package.json"), found);
  }
  return found;
}

/**
 * Stages run as a bundle of the built modules, whose digests are their key: both must be of one build.
 *
 * @throws UserError if a module was built after the bundle
 */
export async function checkBundle(program: string): Promise<void> {
  const madeOf = join(dirname(program), "dist", "made-of.json");
  const digests = z.record(z.string(), z.string()).parse(JSON.parse(await readFile(madeOf, "utf8")));
  const folders = packagesBelow(program);
  for (const [name, digest] of Object.entries(digests)) {
    const file = join(folders.get(packageOf(name)) ?? "", name.slice(packageOf(name).length));
    if (existsSync(file) && (await digestOf(file)) === digest) continue;
    throw new UserError({
      what: "what the stages run was built before a module that it is made of",
      where: file,
      hint: "pnpm build; outside of a clone: one version of every @gumbel package",
    });
  }
}

const codeSchema = z.record(z.string(), z.record(z.string(), z.string()));

interface Bundle {
  digest: string;
  /** The registries that it imports. */
  registries: string[];
  /** Version of each library that it imports. */
  versions: Record<string, string>;
  /** The files that it finds beside its own. */
  beside: string[];
}

/**
 * What each stage runs, as its plan file keeps it: SHA-256 of its own code, of its system's and its data set's if it loads
 * them, and the version of each library that they import.
 *
 * @param system name of the pipeline's system
 * @param dataset name of the pipeline's data set
 * @param program the one that runs the stages: its package depends on all of theirs
 * @param root of the project
 */
export async function codeOfStages(
  system: string,
  dataset: string,
  program: string,
  root: string,
): Promise<Record<StageName, Record<string, string>>> {
  const entryOf = (stage: StageName): string =>
    join(folderOf(`@gumbel/${stage}`, program), "dist", "main.js");
  const entries = new Map(stageNames.map((stage) => [stage, entryOf(stage)]));
  const ownSystem = ownSystemFile(root, system);
  const own: Record<string, string> = {
    system: ownSystem ?? join(dirname(registries.system!), systemFile(system)),
    dataset: join(dirname(registries.dataset!), datasetFile(dataset)),
  };
  const first = await bundle([...entries.values(), ...Object.values(own)]);
  const beside = [...new Set([...first.values()].flatMap((found) => found.beside))];
  const started = await bundle(beside.filter((file) => basename(file) === "worker.js"));

  const codeOf = async (stage: StageName): Promise<Record<string, string>> => {
    const main = first.get(entries.get(stage)!)!;
    const workers = main.beside.flatMap((file) => started.get(file) ?? []);
    const parts = [
      main.digest,
      ...workers.map(({ digest }) => digest),
      ...(await Promise.all(main.beside.filter((file) => !started.has(file)).map(digestOf))),
    ];
    const code: Record<string, string> = { [stage]: sha256(parts.join("\n")) };
    const versions = Object.assign({}, main.versions, ...workers.map((worker) => worker.versions));
    for (const kind of new Set([main, ...workers].flatMap((found) => found.registries))) {
      const file = own[kind]!;
      const found = first.get(file)!;
      code[file === ownSystem ? ownSystemKey(file) : `${kind}s/${basename(file, ".js")}`] = found.digest;
      Object.assign(versions, found.versions);
    }
    return { ...code, ...sorted(versions) };
  };
  return Object.fromEntries(
    await Promise.all(stageNames.map(async (stage) => [stage, await codeOf(stage)])),
  ) as Record<StageName, Record<string, string>>;
}

/** SHA-256 of one file with what it imports of ours, as a plan's `code` has it. */
export const digestOfCode = async (file: string): Promise<string> =>
  [...(await bundle([file])).values()][0]!.digest;

const digestOf = async (file: string): Promise<string> => sha256(await readFile(file));
const sorted = (record: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Each of these files with what it imports of ours, by path. */
async function bundle(files: string[]): Promise<Map<string, Bundle>> {
  if (files.length === 0) return new Map();
  const versions = new Map<string, string>();
  const { outputFiles, metafile } = await build({
    entryPoints: files,
    absWorkingDir: here,
    outdir: "code",
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "node",
    minifyWhitespace: true,
    legalComments: "none",
    logLevel: "silent",
    plugins: [boundary(versions)],
  });
  const found = new Map<string, Promise<string[]>>();
  const besideOf = (file: string): Promise<string[]> => {
    if (!found.has(file)) found.set(file, filesBeside(join(here, file)));
    return found.get(file)!;
  };
  const texts = new Map(outputFiles.map(({ path, contents }) => [relative(here, path), contents]));
  const bundles = Object.entries(metafile.outputs).map(async ([path, output]) => {
    const imported = output.imports.filter(({ external }) => external).map((each) => each.path);
    const libraries = imported.filter((name) => versions.has(name));
    const used = Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
    const one: Bundle = {
      digest: sha256(texts.get(path)!),
      registries: Object.keys(registries).filter((kind) => imported.includes(kind)),
      versions: Object.fromEntries(libraries.map((name) => [packageOf(name), versions.get(name)!])),
      beside: (await Promise.all(used.map(([file]) => besideOf(file)))).flat().sort(),
    };
    return [join(here, output.entryPoint!), one] as const;
  });
  return new Map(await Promise.all(bundles));
}

/** Leaves the registries and other people's libraries out of a bundle, and notes the libraries' versions. */
const boundary = (versions: Map<string, string>): Plugin => ({
  name: "boundary",
  setup({ onResolve }) {
    onResolve({ filter: /registry\.js$/ }, ({ path, resolveDir }) => {
      const kind = Object.keys(registries).find((each) => registries[each] === join(resolveDir, path));
      return kind ? { path: kind, external: true } : undefined;
    });
    // The user's file need not find our packages.
    onResolve({ filter: /^@gumbel\// }, ({ path }) =>
      path === door.name ? { path: door.file, sideEffects: false } : undefined,
    );
    onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) => {
      if (kind === "entry-point" || path.startsWith("@gumbel/")) return undefined;
      if (!isBuiltin(path) && !versions.has(path)) versions.set(path, versionOf(packageOf(path), importer));
      return { path, external: true };
    });
  },
});

/** `@tensorflow/tfjs/dist/index.js` as `@tensorflow/tfjs`. */
const packageOf = (name: string): string =>
  name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");

/** Version of a package as `importer` finds it. */
function versionOf(name: string, importer: string): string {
  const require = createRequire(importer);
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      return (require(join(folder, name, "package.json")) as { version: string }).version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  throw new Error(`${importer} imports ${name}, which is not installed`);
}

/** The files that one file of ours names beside itself; all of that kind if the name is made while it runs. */
async function filesBeside(file: string): Promise<string[]> {
  const text = await readFile(file, "utf8");
  const found: string[] = [];
  for (const [, , name] of text.matchAll(besideItself)) {
    const path = join(dirname(file), name!);
    if (!path.includes("${")) found.push(path);
    else {
      const folder = dirname(path);
      const names = (await readdir(folder)).filter((each) => extname(each) === extname(path));
      found.push(...names.map((each) => join(folder, each)));
    }
  }
  // A folder, as the root of the project, is no code.
  return found.filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
}
