/** New pipelines, timed stage by stage. */
import { existsSync } from "node:fs";
import { readFile, rm, stat } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { type StageName, stageNames } from "@gumbel/config";
import { artifactPath, toJson, writeFileAtomic } from "@gumbel/workspace";
import { run } from "@gumbel/workspace/programs";
import { z } from "zod";
import { root } from "./cases/root.js";

/** What a stage takes: wall time with the start of its program, peak memory of its largest process. */
interface Taken {
  seconds: number;
  peakBytes: number;
}
export type StageTimes = Partial<Record<StageName, Taken>>;

const runSchema = z.looseObject({
  seconds: z.number(),
  peakRssBytes: z.number(),
  facts: z.looseObject({ peakRssBytesBySeed: z.record(z.string(), z.number()).optional() }),
});

/** The program of a package. */
export const command = (name: string): string => join(root, "packages", name, "bin.mjs");
/** The folder of a pipeline of one's own data. */
export const folderOf = (pipeline: string): string => join(root, "pipelines", "local", pipeline);

export const pageBytes = async (pipeline: string): Promise<number> =>
  (await stat(artifactPath(root, pipeline, "report", "index.html"))).size;

/** Seconds that a program takes. @throws with the end of its output if it fails */
export async function timed(cwd: string, args: string[], env: Record<string, string> = {}): Promise<number> {
  const began = performance.now();
  const done = await run({ cwd, env: { ...process.env, ...env } })`${args}`;
  if (!done.ok) throw new Error(`${args.join(" ")}:\n${done.stdall.slice(-2000)}`);
  return (performance.now() - began) / 1000;
}

/**
 * Makes pipelines of one's own data by `gumbel new`, and removes them after `use`.
 *
 * @param options of `gumbel new`
 */
export async function withPipelines<T>(
  options: string[],
  names: string[],
  use: () => Promise<T>,
): Promise<T> {
  const made: string[] = [];
  try {
    for (const name of names) {
      await timed(root, [process.execPath, command("cli"), "new", name, ...options]);
      made.push(folderOf(name), join(root, "artifacts", name));
    }
    return await use();
  } finally {
    for (const each of made) await rm(each, { recursive: true, force: true });
  }
}

/**
 * Runs a pipeline's stages one after another; not through turbo, which has the results of the last time.
 *
 * @param folder of the pipeline
 * @param options.settings GUMBEL_SET of the run
 * @param options.last the stage to end with
 * @returns seconds of all with the plan, and what each stage took
 */
export async function stageByStage(
  folder: string,
  { settings, last = "report" }: { settings?: string | undefined; last?: StageName } = {},
): Promise<{ seconds: number; taken: StageTimes }> {
  const env = settings === undefined ? {} : { GUMBEL_SET: settings };
  const runStage = (stage: string) => timed(folder, [process.execPath, command("tasks"), stage], env);
  let seconds = await runStage("plan");
  const taken: StageTimes = {};
  for (const stage of stageNames.slice(0, stageNames.indexOf(last) + 1)) {
    const wall = await runStage(stage);
    seconds += wall;
    const ran = runSchema.parse(JSON.parse(await readFile(join(folder, "out", stage, "run.json"), "utf8")));
    const peaks = [ran.peakRssBytes, ...Object.values(ran.facts.peakRssBytesBySeed ?? {})];
    taken[stage] = { seconds: wall, peakBytes: Math.max(...peaks) };
  }
  return { seconds, taken };
}

/** Puts figures of a measurement into a file of docs/records, where those of other names stay. */
export async function keepFigures(file: string, name: string, figures: object): Promise<void> {
  const path = join(root, "docs", "records", file);
  const kept = existsSync(path)
    ? z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(path, "utf8")))
    : {};
  const machine = { processor: cpus()[0]!.model, cores: cpus().length, node: process.version };
  kept[name] = { ...figures, date: new Date().toISOString().slice(0, 10), machine };
  await writeFileAtomic(path, toJson(kept));
  console.log(name, JSON.stringify(figures));
}
