/** The index over all pipelines: reads every report.json under artifacts/ and writes artifacts/overview/report/. */

import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { readJson, writeFileAtomic } from "@gumbel/artifacts";
import { parseWith, renderError, UserError } from "@gumbel/config";
import { overviewPage } from "./overview.js";
import { reportSchema } from "./summary.js";

try {
  const artifacts = join(findRoot(process.cwd()), "artifacts");
  const reports = [];
  for (const name of (await readdir(artifacts)).sort()) {
    const file = join(artifacts, name, "report", "report.json");
    if (!existsSync(file)) continue;
    reports.push({
      report: parseWith(reportSchema, await readJson(file), file),
      href: `../../${name}/report/index.html`,
    });
  }
  const page = join(artifacts, "overview", "report", "index.html");
  await writeFileAtomic(page, overviewPage(reports));
  console.log(`${reports.length} reports: ${pathToFileURL(page).href}`);
} catch (error) {
  console.error(renderError(error));
  process.exitCode = 1;
}

function findRoot(folder: string): string {
  let root = folder;
  while (!existsSync(join(root, "pnpm-workspace.yaml"))) {
    if (dirname(root) === root)
      throw new UserError({ what: "no pnpm-workspace.yaml above this folder", where: folder });
    root = dirname(root);
  }
  return root;
}
