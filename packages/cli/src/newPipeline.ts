import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "@gumbel/config";
import { loadDataset } from "@gumbel/datasets";
import { loadSystem } from "@gumbel/models";
import { pipelineConfig, pipelinePackage, pipelineTurbo } from "./template.js";

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

/**
 * Makes pipelines/<name> and links it into the workspace.
 *
 * @param link links the new package into the workspace
 * @throws UserError for a name that is taken or is none, an unknown data set or an unknown model.
 */
export async function newPipeline(
  root: string,
  name: string,
  dataset: string,
  model: string,
  link: (root: string) => Promise<void> = linkWorkspace,
): Promise<void> {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) {
    throw new UserError({
      what: `"${name}" cannot name a pipeline`,
      expected: "small letters, digits and hyphens",
    });
  }
  const folder = join(root, "pipelines", name);
  if (existsSync(folder)) {
    throw new UserError({
      what: "there is a pipeline of that name",
      where: folder,
      hint: "choose another name, or delete that folder",
    });
  }
  await loadDataset(dataset);
  await loadSystem(model);

  await mkdir(folder);
  await writeFile(join(folder, "package.json"), json(pipelinePackage(name)));
  await writeFile(join(folder, "pipeline.json"), json(pipelineConfig(dataset, model)));
  await writeFile(join(folder, "turbo.json"), json(pipelineTurbo(name)));
  await addToOverview(root, name);

  await link(root);
  console.log(`made ${join("pipelines", name)}; run it: pnpm turbo run report --filter=@pipelines/${name}`);
}

/** The overview lists the pipelines whose reports it waits for. */
async function addToOverview(root: string, name: string): Promise<void> {
  const file = join(root, "pipelines", "overview", "package.json");
  const overview = JSON.parse(await readFile(file, "utf8")) as { devDependencies: Record<string, string> };
  const all = { ...overview.devDependencies, [`@pipelines/${name}`]: "workspace:*" };
  overview.devDependencies = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
  await writeFile(file, json(overview));
}

/** Lets pnpm link the new package; without the network where the store has everything. */
async function linkWorkspace(root: string): Promise<void> {
  const args = ["install", "--no-frozen-lockfile", "--loglevel=error"];
  const offline = spawnSync("pnpm", [...args, "--offline"], { cwd: root, stdio: "ignore" });
  if (offline.status !== 0 && spawnSync("pnpm", args, { cwd: root, stdio: "inherit" }).status !== 0) {
    throw new UserError({
      what: "the new pipeline could not be linked into the workspace",
      hint: "run: pnpm install",
    });
  }
}
