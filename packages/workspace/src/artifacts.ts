/** The output folder of a pipeline's stages, and the link to it under artifacts/. */
import { existsSync } from "node:fs";
import { lstat, mkdir, readlink, rm, symlink } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { checkedName } from "./names.js";
import { type PipelineFolder, scanPipelines } from "./pipelines.js";

/** The folder of each pipeline by root and name. Cached, since one page needs hundreds of paths. */
const seen = new Map<string, Map<string, string>>();

function folderOf(root: string, pipeline: string): string | undefined {
  const before = seen.get(root)?.get(pipeline);
  if (before && existsSync(join(before, "pipeline.json"))) return before;
  const now = new Map(scanPipelines(root).map(({ name, folder }) => [name, folder]));
  seen.set(root, now);
  return now.get(pipeline);
}

/**
 * Path in the output folder of a pipeline, a study, the overview or the benchmarks. The stages of a pipeline write to `out` in
 * the pipeline's own folder, so that one task table serves all pipelines; the others write to a folder in artifacts/.
 *
 * @param parts path below that folder: `"train", "manifest.json"`
 * @throws UserError if the name is none, as `..`.
 */
export function artifactPath(root: string, pipeline: string, ...parts: string[]): string {
  const folder = folderOf(root, checkedName(pipeline, "the name of a pipeline"));
  return folder ? join(folder, "out", ...parts) : join(root, "artifacts", pipeline, ...parts);
}

/**
 * Address of the page that a stage of a pipeline or a study wrote, for a link.
 *
 * @param folder of the page that links to it
 * @returns null if it is not written yet
 */
export function pageLink(root: string, folder: string, name: string, stage: string): string | null {
  const written = existsSync(artifactPath(root, name, stage, "index.html"));
  return written ? pageAddress(root, folder, name, stage) : null;
}

/** The same address whether the page is written yet or not. */
export function pageAddress(root: string, folder: string, name: string, stage: string): string {
  const page = artifactPath(root, name, stage, "index.html");
  return relative(folder, page).split(sep).map(encodeURIComponent).join("/");
}

/**
 * Links `artifacts/<pipeline>` to the output folder of the pipeline's stages (on Windows by a junction). If the file system has
 * no links, or the path is taken, it prints the path of the results instead and does nothing more: no code reads the link.
 */
export async function linkArtifacts(
  root: string,
  { name, folder }: Pick<PipelineFolder, "name" | "folder">,
): Promise<void> {
  const link = join(root, "artifacts", name);
  const target = join(folder, "out");
  // A junction needs an absolute path; on other systems the path is relative, so that the checkout can be moved.
  const text = process.platform === "win32" ? target : relative(dirname(link), target);
  try {
    const there = await lstat(link).catch(() => undefined);
    if (there?.isSymbolicLink()) {
      if ((await readlink(link)) === text) return;
      await rm(link);
    }
    await mkdir(dirname(link), { recursive: true });
    await symlink(text, link, "junction");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Another stage may have created the same link in the meantime.
    if (code === "EEXIST" && (await readlink(link).catch(() => "")) === text) return;
    console.log(`artifacts/${name} is not a link (${code}); the results are in ${relative(root, target)}`);
  }
}
