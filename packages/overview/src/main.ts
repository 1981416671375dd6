/** The index over all pipelines: looks at what lies under artifacts/ and writes artifacts/overview/report/. */
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
  // Stages that came from the cache made no link.
  for (const place of await listPipelines(root)) {
    if (existsSync(artifactPath(root, place.name))) await linkArtifacts(root, place);
  }
  const { entries, reads } = await collect(root, await lastTime(folder));

  // As every stage does: an empty folder first, the manifest last.
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(join(folder, "report.json"), toJson(entries));
  await writeFileAtomic(join(folder, "index.html"), overviewPage(entries));
  await writeFileAtomic(join(folder, "run.json"), toJson({ startedAt }));
  await writeManifest(folder, {
    stage: "report",
    pipeline,
    // The overview has no plan: it follows what it finds.
    config: sha256(""),
    seed: 0,
    reads,
    versions: { "@gumbel/overview": "0.1.0" },
    files: await describeFiles(folder, ["index.html", "report.json"]),
  });
  const finished = entries.filter(({ state }) => state === "finished").length;
  console.log(`${finished} of ${entries.length}: ${pathToFileURL(join(folder, "index.html")).href}`);
}

/** When the overview was last made; undefined where it was not. */
async function lastTime(folder: string): Promise<Date | undefined> {
  const path = join(folder, "run.json");
  if (!existsSync(path)) return undefined;
  const parsed = z
    .looseObject({ startedAt: z.iso.datetime() })
    .safeParse(await readJson(path).catch(() => null));
  return parsed.success ? new Date(parsed.data.startedAt) : undefined;
}
