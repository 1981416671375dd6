/**
 * `gumbel init FOLDER`: a project of the user's own, outside of the clone, with the packages of this clone inside it. Done again from
 * a newer clone it brings that one's packages, and leaves alone what is the user's.
 */
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { parseWith, pipelineJsonSchema, UserError } from "@gumbel/config";
import { parseJson, readJson, sha256File, toJson, writeFileAtomic } from "@gumbel/workspace";
import { run } from "@gumbel/workspace/programs";
import { z } from "zod";
import { linkWorkspace, newPipeline, rewriteTasks } from "./newPipeline.js";
import { templates } from "./newSystem.js";
import { isProject, taskTable } from "./template.js";
import { userPath } from "./userPath.js";

/** The packages that a project names; they bring the others. */
const direct = ["@gumbel/cli", "@gumbel/models", "@gumbel/tasks"];

const clone = resolve(import.meta.dirname, "../../..");

/**
 * Makes a project, or brings it to the version of this clone.
 *
 * @param target its folder, from where the command was typed
 * @throws UserError if the folder has other files, or this is no clone
 */
export async function initProject(target: string): Promise<void> {
  const root = userPath(target);
  if (!existsSync(join(clone, "packages", "tasks"))) {
    throw new UserError({
      what: "a project is made from a clone of Gumbel, whose packages it takes",
      where: "gumbel init",
      hint: "run it in the clone: pnpm gumbel init FOLDER",
    });
  }
  const isNew = !isProject(root);
  if (isNew && existsSync(root) && (await readdir(root)).some((name) => name !== ".git")) {
    throw new UserError({
      what: "the folder has files that are no project of Gumbel",
      where: root,
      expected: "a new or an empty folder",
    });
  }
  if (isNew) await copyTemplate(root);
  const packages = await bringPackages(root);
  await writeDependencies(root, packages);
  await writeTable(root);
  if (isNew) await addQuickstart(root);
  else await rewriteTasks(root);
  await linkWorkspace(root);
  const gumbel = join(root, "systems/node_modules/@gumbel/cli/bin.mjs");
  await run({ cwd: root, stdio: "inherit" })`${process.execPath} ${gumbel} doctor --fix`;
  const what = isNew ? "created" : "brought to the version of this clone:";
  console.log(`${what} ${root}; run it there: pnpm turbo run report`);
}

/** The pipeline that `npm start` runs in a clone. */
async function addQuickstart(root: string): Promise<void> {
  const config = await readJson(join(clone, "pipelines", "quickstart", "pipeline.json"));
  const kind = { name: "quickstart", dataset: "glyphs", model: "gumbel-vae" };
  const alone = { pretrainedFrom: null, study: null };
  await newPipeline(root, { ...kind, ...alone }, linkWorkspace, config as object);
}

interface Package {
  name: string;
  version: string;
  /** From the project's root. */
  file: string;
}

/**
 * Packs every package of this clone that is for others into `vendor/`, in place of those of another version. The name of a file
 * has the digest of its content, so that an unchanged package stays as it is installed.
 */
async function bringPackages(root: string): Promise<Package[]> {
  const draft = join(root, "vendor.new");
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  try {
    const filters = ["--filter", "./packages/*", "--filter", "!@gumbel/bench"];
    const pack = run({ cwd: clone });
    const { ok, stdall } = await pack`pnpm ${filters} pack --pack-destination ${draft}`;
    if (!ok) throw new UserError({ what: `the packages could not be packed:\n${stdall}`, where: clone });
    const packed: Package[] = [];
    const names = await readdir(join(clone, "packages"));
    for (const name of names.filter((name) => name !== "bench")) {
      const { version = "0.0.0" } = await packageIn(join(clone, "packages", name));
      const file = `gumbel-${name}-${version}`;
      const tarball = join(draft, `${file}.tgz`);
      const named = `${file}-${(await sha256File(tarball)).slice(0, 8)}.tgz`;
      await rename(tarball, join(draft, named));
      packed.push({ name: `@gumbel/${name}`, version, file: `vendor/${named}` });
    }
    await rm(join(root, "vendor"), { recursive: true, force: true });
    await rename(draft, join(root, "vendor"));
    return packed;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

const dependencies = z.record(z.string(), z.string()).optional();
const packageSchema = z.looseObject({
  version: z.string().optional(),
  dependencies,
  devDependencies: dependencies,
});

async function packageIn(folder: string): Promise<z.output<typeof packageSchema>> {
  const file = join(folder, "package.json");
  return parseWith(packageSchema, await readJson(file), file);
}

/** The files that are the user's from now on, with the versions of turbo and pnpm that run this. */
async function copyTemplate(root: string): Promise<void> {
  await cp(join(templates, "project"), root, { recursive: true });
  // No package can have a file of that name.
  await rename(join(root, "gitignore"), join(root, ".gitignore"));
  const found = await packageIn(root);
  const turbo = createRequire(import.meta.url)("turbo/package.json") as { version: string };
  const [, pnpm] = /^pnpm\/(\S+)/.exec(process.env.npm_config_user_agent ?? "") ?? [];
  const named = {
    name: basename(root)
      .toLowerCase()
      .replaceAll(/[^a-z0-9._-]/g, "-"),
    ...found,
    ...(pnpm && { packageManager: `pnpm@${pnpm}` }),
    devDependencies: { ...found.devDependencies, turbo: turbo.version },
  };
  await writeFileAtomic(join(root, "package.json"), toJson(named));
}

/** What the systems depend on, and where each package of ours lies: in systems/package.json and pnpm-workspace.yaml. */
async function writeDependencies(root: string, packages: Package[]): Promise<void> {
  const folder = join(root, "systems");
  const found = await packageIn(folder);
  const ours = packages.filter(({ name }) => direct.includes(name));
  const versions = Object.fromEntries(ours.map(({ name, version }) => [name, version]));
  const file = join(folder, "package.json");
  await writeFileAtomic(file, toJson({ ...found, dependencies: { ...found.dependencies, ...versions } }));

  const settings = join(root, "pnpm-workspace.yaml");
  const overrides = packages.map(({ name, file }) => `  "${name}": "file:${file}"`).sort();
  const text = await readFile(settings, "utf8");
  const block = /(?<=^# >>> the packages of Gumbel.*\n)[\s\S]*?(?=^# <<<)/m;
  if (!block.test(text)) {
    throw new UserError({
      what: "the place of Gumbel's packages is missing",
      where: settings,
      expected: "under overrides, a line with # >>> the packages of Gumbel and one with # <<<",
    });
  }
  await writeFileAtomic(settings, text.replace(block, `${overrides.join("\n")}\n`));
}

/** The stages in turbo.json, and the schema of pipeline.json for the editor. */
async function writeTable(root: string): Promise<void> {
  const file = join(root, "turbo.json");
  const withoutComments = (await readFile(file, "utf8")).replace(/^\s*\/\/.*$/gm, "");
  const found = parseWith(
    z.looseObject({ tasks: z.record(z.string(), z.unknown()).default({}) }),
    parseJson(withoutComments, file),
    file,
  );
  await writeFileAtomic(file, toJson({ ...found, tasks: { ...found.tasks, ...taskTable() } }));
  await writeFileAtomic(join(root, "pipelines", "pipeline.schema.json"), toJson(pipelineJsonSchema()));
}
