/** `gumbel clean [PIPELINE]`: removes what the stages wrote. */
import { lstat, rm } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { UserError } from "@gumbel/config";
import { isAtWork } from "@gumbel/stage";
import { findPipeline, listPipelines, localStudy, type PipelineFolder } from "@gumbel/workspace";
import { terminal } from "./newFromFile.js";
import { sizeOf } from "./sizeOf.js";

/**
 * Removes the outputs and checkpoints of a pipeline, all cells of a sweep, or those of every pipeline and the pages over them.
 * Data, pipeline.json, records and turbo's cache stay: the next run restores what the cache has.
 *
 * @param name of a pipeline or a sweep; all of them if absent
 * @param yes removes without asking
 * @throws UserError if there is none of that name, a run is at work there, or nobody can be asked
 */
export async function clean(root: string, name: string | undefined, { yes }: { yes?: true }): Promise<void> {
  const paths = await ours(root, name);
  if (paths.length === 0) return void console.log("there is nothing to remove");
  let bytes = 0;
  for (const path of paths) {
    const size = await sizeOf(path);
    bytes += size;
    console.log(`${relative(root, path)}  ${bytesText(size)}`);
  }
  const answer = yes ? "y" : await terminal()?.(`Remove these, ${bytesText(bytes)}? [y/N] `);
  if (!/^\s*y/i.test(answer ?? "")) {
    throw new UserError({ what: "nothing was removed", where: "gumbel clean", expected: "a yes, or --yes" });
  }
  for (const path of paths) await rm(path, { recursive: true, force: true });
  console.log(`removed ${bytesText(bytes)}`);
}

const bytesText = (bytes: number): string => `${bytes.toLocaleString("en-US")} bytes`;

/** The pages over several pipelines that lie under artifacts/, beside those of studies. */
const pages = ["overview"];

/** What we wrote of a pipeline or a sweep, or of everything. */
async function ours(root: string, name: string | undefined): Promise<string[]> {
  const pipelines = await listPipelines(root);
  const isCell = ({ study }: PipelineFolder): boolean => study === localStudy;
  const sweepOf = ({ folder }: PipelineFolder): string => basename(dirname(folder));
  const cells = pipelines.filter((each) => isCell(each) && (name === undefined || sweepOf(each) === name));
  // A name that is no sweep's is that of a pipeline.
  const others =
    name === undefined
      ? pipelines.filter((each) => !isCell(each))
      : cells.length > 0
        ? []
        : [await findPipeline(root, name)];
  for (const each of [...cells, ...others]) {
    if (!(await isAtWork(join(each.folder, "out")))) continue;
    throw new UserError({
      what: `a run of ${each.name} is at work`,
      hint: "wait until it has ended, or end it with Ctrl-C",
    });
  }
  const sweeps = [...new Set(cells.map(sweepOf))];
  const studies = name === undefined ? new Set(others.flatMap(({ study }) => study ?? [])) : [];
  return existing([
    ...others.flatMap(({ folder }) => [join(folder, "out"), join(folder, ".turbo")]),
    ...sweeps.map((sweep) => join(root, "studies", localStudy, sweep)),
    ...[
      ...[...cells, ...others].map((each) => each.name),
      ...sweeps,
      ...studies,
      ...(name === undefined ? pages : []),
    ].map((each) => join(root, "artifacts", each)),
  ]);
}

/** Those paths at which something is, links to nothing as well. */
async function existing(paths: string[]): Promise<string[]> {
  const found = await Promise.all(paths.map((path) => lstat(path).catch(() => undefined)));
  return paths.filter((_, i) => found[i] !== undefined);
}
