/** Writes the index over all pipelines to artifacts/overview/report/, from the files under artifacts/. */
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { renderError } from "@gumbel/config";
import { describeFiles, writeManifest } from "@gumbel/tables";
import {
  artifactPath,
  findRoot,
  linkArtifacts,
  listPipelines,
  readJson,
  sha256,
  toJson,
  withLock,
  writeFileAtomic,
} from "@gumbel/workspace";
import { z } from "zod";
import { collect } from "./entries/collect.js";
import { overviewPage } from "./page/page.js";

const pipeline = "overview";

try {
  const root = findRoot(process.cwd());
  const lock = artifactPath(root, pipeline, "locks", "report.lock");
  await withLock(lock, () => writeOverview(root, artifactPath(root, pipeline, "report")));
} catch (error) {
  console.error(renderError(error));
  process.exitCode = 1;
}

async function writeOverview(root: string, folder: string): Promise<void> {
  const startedAt = new Date();
  // Stages restored from the cache create no link.
  for (const listed of await listPipelines(root)) {
    if (existsSync(artifactPath(root, listed.name))) await linkArtifacts(root, listed);
  }
  const { entries, reads } = await collect(root, await lastTime(folder));

  // Like every stage: an empty folder first, the manifest last.
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(join(folder, "report.json"), toJson(entries));
  await writeFileAtomic(join(folder, "index.html"), overviewPage(entries));
  await writeFileAtomic(join(folder, "run.json"), toJson({ startedAt }));
  await writeManifest(folder, {
    stage: "report",
    pipeline,
    // The overview has no plan: it depends on the files it finds.
    config: sha256(""),
    seed: 0,
    reads,
    versions: { "@gumbel/overview": "0.1.0" },
    files: await describeFiles(folder, ["index.html", "report.json"]),
  });
  const finished = entries.filter(({ state }) => state === "finished").length;
  console.log(`${finished} of ${entries.length}: ${pathToFileURL(join(folder, "index.html")).href}`);
}

/** Time of the last overview; undefined if there is none. */
async function lastTime(folder: string): Promise<Date | undefined> {
  const path = join(folder, "run.json");
  if (!existsSync(path)) return undefined;
  const parsed = z
    .looseObject({ startedAt: z.iso.datetime() })
    .safeParse(await readJson(path).catch(() => null));
  return parsed.success ? new Date(parsed.data.startedAt) : undefined;
}
