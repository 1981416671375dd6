/** The index over all pipelines: reads every finished report under artifacts/ and writes artifacts/overview/report/. */
import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  Artifacts,
  describeFiles,
  findRoot,
  type Manifest,
  sha256,
  toJson,
  withLock,
  writeFileAtomic,
  writeManifest,
} from "@gumbel/artifacts";
import { parseWith, renderError, UserError } from "@gumbel/config";
import { type OverviewEntry, overviewPage } from "./overview.js";
import { reportSchema } from "./summary.js";

const pipeline = "overview";

try {
  const artifacts = join(findRoot(process.cwd()), "artifacts");
  const lock = join(artifacts, pipeline, "locks", "report.lock");
  await withLock(lock, () => writeOverview(artifacts, join(artifacts, pipeline, "report")));
} catch (error) {
  console.error(renderError(error));
  process.exitCode = 1;
}

async function writeOverview(artifacts: string, folder: string): Promise<void> {
  const entries: OverviewEntry[] = [];
  const reads: Manifest["reads"] = [];
  for (const name of (await readdir(artifacts)).sort()) {
    const report = join(artifacts, name, "report");
    if (name === pipeline || !existsSync(join(report, "manifest.json"))) continue;
    try {
      const opened = await Artifacts.open(report);
      entries.push({
        pipeline: name,
        href: `../../${encodeURIComponent(name)}/report/index.html`,
        report: parseWith(reportSchema, await opened.json("report.json"), join(report, "report.json")),
      });
      reads.push({ path: `${name}/report/manifest.json`, sha256: opened.digest });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const { what, hint } = error.problem;
      entries.push({ pipeline: name, problem: [what, hint].filter(Boolean).join("; ") });
    }
  }

  // As every stage does: an empty folder first, the manifest last.
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(join(folder, "report.json"), toJson(entries));
  await writeFileAtomic(join(folder, "index.html"), overviewPage(entries));
  await writeManifest(folder, {
    stage: "report",
    pipeline,
    // The overview has no plan: it follows the reports that it finds.
    config: sha256(""),
    seed: 0,
    reads,
    versions: { "@gumbel/report": "0.1.0" },
    files: await describeFiles(folder, ["index.html", "report.json"]),
  });
  console.log(`${entries.length} reports: ${pathToFileURL(join(folder, "index.html")).href}`);
}
