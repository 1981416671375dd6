/**
 * Makes a study's report in artifacts/<study>/reproduce/ of its members' finished runs and records. It follows what is
 * there: a member that has not run leaves an empty cell.
 */
import { mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  describeFiles,
  findRoot,
  readStudy,
  sha256,
  toJson,
  withLock,
  writeFileAtomic,
  writeManifest,
} from "@gumbel/artifacts";
import { renderError } from "@gumbel/config";
import { Members } from "./members.js";
import { studyPage } from "./page.js";
import { makeTables } from "./tables.js";
import { toCsv, toMarkdown } from "./text.js";

try {
  const root = findRoot(process.cwd());
  const name = basename(process.cwd());
  const lock = join(root, "artifacts", name, "locks", "reproduce.lock");
  await withLock(lock, () => writeStudy(root, name, join(root, "artifacts", name, "reproduce")));
} catch (error) {
  console.error(renderError(error));
  process.exitCode = 1;
}

async function writeStudy(root: string, name: string, folder: string): Promise<void> {
  const study = await readStudy(root, name);
  const members = await Members.of(root, name);
  const tables = await makeTables(study, (...place) => members.read(...place));

  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const files = {
    "index.html": studyPage(study.title, tables),
    "study.csv": toCsv(tables),
    "study.json": toJson({ title: study.title, tables }),
    "study.md": toMarkdown(study.title, tables),
  };
  for (const [file, contents] of Object.entries(files)) await writeFileAtomic(join(folder, file), contents);
  await writeManifest(folder, {
    stage: "reproduce",
    pipeline: name,
    config: sha256(toJson(study)),
    seed: 0,
    reads: [],
    versions: { "@gumbel/study": "0.1.0" },
    files: await describeFiles(folder, Object.keys(files)),
  });

  const cells = tables.flatMap(({ rows }) => rows.flatMap((row) => row.cells));
  const filled = cells.filter(({ figures }) => figures.length > 0).length;
  console.log(
    `${filled} of ${cells.length} cells have a figure: ${pathToFileURL(join(folder, "index.html")).href}`,
  );
}
