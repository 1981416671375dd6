/** The user's own systems: found by name beside those of the registry, compiled, and checked. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { pathToFileURL } from "node:url";
import { parseWith, UserError } from "@gumbel/config";
import { loadSystem, type System, systemNames } from "@gumbel/models";
import { compiledSystem, findRoot, ownSystemFile, ownSystemNames, writeFileAtomic } from "@gumbel/workspace";
import { type BuildFailure, build, type Plugin } from "esbuild";
import { z } from "zod";
import { digestOfCode, door } from "./code.js";

/** The shape of a system; what its functions return is the user's. */
const systemSchema = z.looseObject({
  title: z.string(),
  reference: z.string(),
  optionsSchema: z.custom<z.ZodType>((value) => value instanceof Object && "safeParse" in value, {
    error: "expected a schema: z.strictObject({ … })",
  }),
  training: z.looseObject({
    epochs: z.int().min(0),
    batchSize: z.int().min(1),
    optimizer: z.looseObject({ name: z.string(), learningRate: z.number() }),
  }),
  comparedBy: z.string().nullable(),
  build: z.custom((value) => typeof value === "function", { error: "expected a function" }),
});

/**
 * The system of that name: of the registry, or the user's own, compiled as it is now.
 *
 * @param folder of the project, or below it
 * @throws UserError if there is none, if the user's has the name of one of the registry, or if it has an error: file and line
 */
export async function findSystem(folder: string, name: string): Promise<System> {
  const file = ownFile(folder, name);
  return file === undefined ? loadSystem(name) : loadOwn(findRoot(folder), name, file);
}

/**
 * The file of the user's own system; undefined for a system of the registry.
 *
 * @throws as `findSystem`
 */
export function ownFile(folder: string, name: string): string | undefined {
  const root = findRoot(folder);
  const file = ownSystemFile(root, name);
  const isBuiltIn = systemNames.includes(name);
  if (file && isBuiltIn) {
    throw new UserError({
      what: `"${name}" is the name of a built-in system`,
      where: file,
      expected: "a name of its own",
      hint: `rename the file, as my-${name}.ts`,
    });
  }
  if (file || isBuiltIn) return file;
  const own = ownSystemNames(root);
  throw new UserError({
    what: `there is no model named "${name}"`,
    where: "model in pipeline.json",
    expected: `one of ${[...systemNames, ...own].join(", ")}, or your own: systems/${name}.ts`,
    hint: `pnpm gumbel new --system ${name} writes its skeleton`,
  });
}

async function loadOwn(root: string, name: string, file: string): Promise<System> {
  const where = relative(root, file);
  const text = await compile(root, file).catch((error) => fail(error, where));
  const target = compiledSystem(root, name, await digestOfCode(file));
  if ((await compile(root, file)) !== text) {
    throw new UserError({ what: "the file was changed while it was read", where, hint: "run again" });
  }
  const before = existsSync(target) ? await readFile(target, "utf8") : undefined;
  if (text !== before) await writeFileAtomic(target, text);
  const system: unknown = await loadSystem(name, pathToFileURL(target).href);
  if (system === undefined) {
    throw new UserError({ what: "the file exports no system", where, expected: "export default …" });
  }
  parseWith(systemSchema, system, where);
  return system as System;
}

/** @throws UserError with the line of a file that cannot be compiled */
function fail(error: unknown, where: string): never {
  const [first] = (error as Partial<BuildFailure>).errors ?? [];
  if (!first) throw error;
  const { text, location } = first;
  throw new UserError(
    { what: text, where: location ? `${location.file}:${location.line}:${location.column + 1}` : where },
    { cause: error },
  );
}

/** JavaScript of the file with the libraries that it imports; ours stay outside, since they must be there once. */
async function compile(root: string, file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [file],
    absWorkingDir: root,
    // The source map leads from there to the user's file.
    outfile: compiledSystem(root, "x", ""),
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "node20",
    sourcemap: "inline",
    sourcesContent: false,
    logLevel: "silent",
    plugins: [outside],
  });
  return outputFiles[0]!.text;
}

const outside: Plugin = {
  name: "outside",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^@gumbel\// }, ({ path }) =>
      path === door.name
        ? { path, namespace: "door" }
        : { errors: [{ text: `"${path}" is not for a system of yours: import from "${door.name}"` }] },
    );
    onLoad({ filter: /./, namespace: "door" }, async ({ path }) => ({
      contents: `export const { ${Object.keys(await import("@gumbel/models/system")).join(", ")} } = globalThis[Symbol.for(${JSON.stringify(path)})];`,
    }));
  },
};
