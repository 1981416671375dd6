/** `gumbel sweep FILE`: many variants of a pipeline, side by side, and the page that compares them. */
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { availableParallelism, constants } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { splitNamed, UserError } from "@gumbel/config";
import type { Cell, Sweep, SweepResult } from "@gumbel/study";
import { localStudy, toCompactJson, toJson, writeFileAtomic } from "@gumbel/workspace";
import { run } from "@gumbel/workspace/programs";
import type { ForPrograms } from "./forPrograms.js";
import { writeTasks } from "./newPipeline.js";
import { writeArray } from "./slurm.js";
import { toolFolder } from "./template.js";
import { userPath } from "./userPath.js";

// It draws plots, whose libraries other commands need not wait for.
const study = () => import("@gumbel/study");

/** With `json`, what else is said goes to the error output. */
export interface SweepOptions extends ForPrograms {
  /** Only write the page of what is there. */
  show?: true;
  /** Tasks side by side. */
  atOnce?: number;
  driver: "local" | "slurm";
}

/**
 * Runs the cells of a sweep that have not run, and writes its page, also while they run.
 *
 * @throws UserError if the file is wrong, or turbo fails for another reason than a cell
 */
export async function sweep(root: string, file: string, options: SweepOptions): Promise<void> {
  const { readSweep, writeSweep } = await study();
  const say = options.json ? console.error : console.log;
  const wanted = await readSweep(root, userPath(file));
  if (options.show) return await report(await writeSweep(root, wanted), options);
  await writeCells(root, wanted.cells);
  if (options.driver === "slurm") return prepareArray(root, wanted, options, say);
  const atOnce = options.atOnce ?? besides(wanted);
  say(await sizeText(root, wanted, atOnce));
  const ended = await runCells(root, wanted, { ...options, atOnce }, say);
  const written = await writeSweep(root, wanted);
  await report(written, options);
  if (ended.stoppedBy !== undefined) {
    console.error("not finished: the sweep is paused; the same command goes on from there");
    process.exitCode = 128 + constants.signals[ended.stoppedBy];
  } else if (ended.exitCode !== 0 && written.result.cells.every(({ state }) => state !== "failed")) {
    throw new UserError({
      what: `turbo ended with ${ended.exitCode}, and no cell says why`,
      hint: "its output is above",
    });
  }
}

/** Writes the job array of the cells that are not finished, and says how to submit it. */
async function prepareArray(
  root: string,
  wanted: Sweep,
  { json }: SweepOptions,
  say: (text: string) => void,
): Promise<void> {
  const { writeSweep } = await study();
  // Once, here: every job would build in the same folders.
  const built = await run({
    cwd: root,
  })`pnpm turbo run build --filter=@gumbel/tasks --output-logs=errors-only`;
  if (!built.ok) throw new UserError({ what: `the stages cannot be built:\n${built.stdall}` });
  const { result } = await writeSweep(root, wanted);
  if (json) process.stdout.write(toJson(result));
  const finished = new Set(
    result.cells.filter(({ state }) => state === "finished").map(({ pipeline }) => pipeline),
  );
  const cells = wanted.cells.filter(({ name }) => !finished.has(name));
  if (cells.length === 0) return say("every cell is finished: gumbel sweep with --show has the page");
  const path = await writeArray(root, wanted, cells);
  say(`${cells.length} of ${wanted.cells.length} cells are to run; submit them: sbatch ${path}`);
}

/** Prints where the sweep stands; the exit code is 1 if a cell is not finished. */
async function report(
  { result, page }: { result: SweepResult; page: string },
  { json }: SweepOptions,
): Promise<void> {
  const { bestText, countsText } = await study();
  if (json) process.stdout.write(toJson(result));
  else {
    for (const { pipeline, settings, error } of result.cells) {
      if (error !== null)
        console.log(`failed: ${pipeline} ${JSON.stringify(settings)}\n  ${error.replaceAll("\n", "\n  ")}`);
    }
    for (const text of [bestText(result), `${countsText(result)}: ${pathToFileURL(page).href}`]) {
      if (text !== null) console.log(text);
    }
  }
  if (result.cells.some(({ state }) => state !== "finished")) process.exitCode = 1;
}

/** Writes the folder of each cell, if it is not as it should be: turbo takes a new time for no change, but people do not. */
async function writeCells(root: string, cells: Cell[]): Promise<void> {
  for (const { name, folder, config, pretrainedFrom } of cells) {
    const path = join(root, folder);
    const file = join(path, "pipeline.json");
    const text = toCompactJson(config);
    if (existsSync(file) && (await readFile(file, "utf8")) === text) continue;
    await mkdir(path, { recursive: true });
    const [dataset, model] = [config.dataset, config.model].map((field) => splitNamed(field as string).name);
    await writeTasks(path, {
      name,
      folder,
      dataset: dataset!,
      model: model!,
      pretrainedFrom,
      study: localStudy,
      tool: toolFolder(root),
    });
    await writeFileAtomic(file, text);
  }
}

/** So many tasks side by side that the seeds of the trainings fill the cores, and two at least: most stages use one. */
const besides = ({ cells }: Sweep): number =>
  Math.max(2, Math.ceil(availableParallelism() / Math.max(...cells.map(({ seeds }) => seeds.length))));

/** `15 cells, 45 runs, 2 cells at a time: about 12 minutes if none has run, at 20.0 s a run`. */
async function sizeText(root: string, { pipeline, cells }: Sweep, atOnce: number): Promise<string> {
  const { secondsPerSeed } = await study();
  const seeds = cells.reduce((sum, cell) => sum + cell.seeds.length, 0);
  const size = `${cells.length} cells, ${seeds} runs, ${atOnce} cells at a time`;
  const seconds = await secondsPerSeed(root, [...cells.map(({ name }) => name), pipeline]);
  if (seconds === undefined) return `${size}; how long a run takes is known once one is finished`;
  const minutes = (seconds * seeds) / Math.min(atOnce, availableParallelism()) / 60;
  const about = minutes < 90 ? `${Math.ceil(minutes)} minutes` : `${(minutes / 60).toFixed(1)} hours`;
  const large = minutes > 60 ? "; on a cluster: --driver slurm" : "";
  return `${size}: about ${about} if none has run, at ${seconds.toFixed(1)} s a run${large}`;
}

/** Least time between two pages while the cells run. */
const refreshMilliseconds = 5000;

/**
 * Runs the cells through turbo; one that fails stops none of the others. The page is written again while they run.
 *
 * @returns turbo's exit code, and the signal that stopped it: turbo itself ends with 0 then
 */
async function runCells(
  root: string,
  wanted: Sweep,
  { json, atOnce }: SweepOptions,
  say: (text: string) => void,
): Promise<{ exitCode: number | null; stoppedBy: "SIGINT" | "SIGTERM" | "SIGHUP" | undefined }> {
  const options = [
    "--continue=dependencies-successful",
    "--output-logs=errors-only",
    `--concurrency=${atOnce}`,
    ...wanted.cells.map(({ name }) => `--filter=@pipelines/${name}`),
  ];
  const turbo = run({
    cwd: root,
    stdio: ["ignore", json ? 2 : "inherit", "inherit"],
  })`pnpm turbo run evaluate ${options}`;
  let stoppedBy: "SIGINT" | "SIGTERM" | "SIGHUP" | undefined;
  const stop = (signal: "SIGINT" | "SIGTERM" | "SIGHUP"): void => {
    // A terminal sends Ctrl-C to turbo as well; the others are sent to this process alone.
    if (signal !== "SIGINT") void turbo.kill("SIGINT");
    stoppedBy = signal;
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, stop);
  const end = new AbortController();
  const shown = showWhileRunning(root, wanted, end.signal, say);
  const { exitCode } = await turbo;
  end.abort();
  await shown;
  for (const signal of signals) process.off(signal, stop);
  return { exitCode, stoppedBy };
}

/** Writes the page now and then, and says so when another cell is finished. */
async function showWhileRunning(
  root: string,
  wanted: Sweep,
  ended: AbortSignal,
  say: (text: string) => void,
): Promise<void> {
  const { countsText, writeSweep } = await study();
  let before = -1;
  while (!ended.aborted) {
    const start = Date.now();
    try {
      const { result, page } = await writeSweep(root, wanted);
      const over = result.cells.filter(({ state }) => state !== "not finished").length;
      if (before < 0) say(`the page, while it runs: ${pathToFileURL(page).href}`);
      else if (over !== before) say(countsText(result));
      before = over;
    } catch {
      // A cell may be writing what is read; what is wrong for good is said at the end.
    }
    // At most a fifth of the time goes into the page.
    const pause = Math.max(refreshMilliseconds, 4 * (Date.now() - start));
    await sleep(pause, undefined, { signal: ended }).catch(() => {});
  }
}
