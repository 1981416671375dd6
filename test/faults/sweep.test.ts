/**
 * A sweep that is killed at random moments ends with the table of an undisturbed one, and trains nothing twice. By default few
 * cells and kills; GUMBEL_TEST_SWEEP_KILLS=10 makes five learning rates × three w_G × three seeds and so many kills.
 */
import { spawn } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stream } from "@gumbel/random";
import { afterAll, beforeAll, expect, test } from "vitest";
import { glob } from "zx";
import { Copy, copyEnv } from "../graph/copy.js";
import { prepareSweeps, writeIn } from "../graph/sweeps.js";
import { drawSeed } from "../workspace.js";

const kills = Number(process.env.GUMBEL_TEST_SWEEP_KILLS ?? 2);
const isFull = process.env.GUMBEL_TEST_SWEEP_KILLS !== undefined;
const seed = drawSeed();
const random = stream(seed, "killed sweep");
const minutes = (n: number): number => n * 60_000;

const copy = new Copy();
afterAll(() => copy.remove(), minutes(2));

const vary = {
  "train.learningRate": isFull ? [0.001, 0.003, 0.01, 0.03, 0.1] : [0.003, 0.01],
  "model.wG": isFull ? [1, 2, 4] : [1],
};
const spec = { pipeline: "own-moons", vary, seeds: isFull ? 3 : 2 };

const write = (path: string, contents: unknown): void => writeIn(copy, path, contents);

interface Ended {
  code: number | null;
  output: string;
}

/** Runs `gumbel sweep`; it and all that it started are killed when `until` is over, or sent that signal. */
async function sweep(
  name: string,
  { until, signal = "SIGKILL" }: { until?: Promise<unknown>; signal?: NodeJS.Signals } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, ["packages/cli/bin.mjs", "sweep", copy.path(`${name}.json`)], {
    cwd: copy.folder,
    detached: true,
    env: copyEnv,
  });
  let output = "";
  for (const each of [child.stdout, child.stderr]) each.on("data", (text) => (output += text));
  const ended = new Promise<number | null>((done) => child.on("close", done));
  if (until) {
    await Promise.race([ended, until]);
    try {
      process.kill(-child.pid!, signal);
    } catch {
      // It has ended.
    }
  }
  return { code: await ended, output };
}

/** Runs it until it is not refused for a run that is still ending. */
async function toItsEnd(name: string): Promise<Ended> {
  for (;;) {
    const ended = await sweep(name);
    if (!/is already working on this/.test(ended.output)) return ended;
    await sleep(300);
  }
}

/** The table of a sweep, whose cells are named after it. */
const table = (name: string): string =>
  readFileSync(copy.path("artifacts", name, "sweep", "sweep.csv"), "utf8").replaceAll(`${name}-`, "");

/** When each finished seed of a sweep's cells was trained. */
function trained(name: string): Map<string, number> {
  const folder = copy.path("studies", "local", name);
  const weights = glob.sync("**/finished/seed-*/weights.safetensors", { cwd: folder });
  return new Map(weights.map((file) => [file, statSync(join(folder, file)).mtimeMs]));
}

/** What the undisturbed sweep took. */
let milliseconds: number;
beforeAll(async () => {
  await prepareSweeps(copy, seed);
  for (const name of ["rates", "killed"]) write(`${name}.json`, spec);
  const start = Date.now();
  const { code, output } = await sweep("rates");
  expect(code, output).toBe(0);
  milliseconds = Date.now() - start;
}, minutes(30));

test(
  "a sweep that is killed at random moments ends with the table of an undisturbed one",
  async () => {
    for (let kill = 0; kill < kills; kill++) {
      const before = trained("killed");
      const { output } = await sweep("killed", {
        until: sleep(((isFull ? 0.1 : 0.5) + 0.3 * random.uniform()) * milliseconds),
      });
      const after = trained("killed");
      console.log(`kill ${kill + 1}: ${after.size} of its runs are finished`);
      // A finished run is never trained again.
      for (const [name, time] of before) expect(after.get(name), output).toBe(time);
    }
    const { code, output } = await toItsEnd("killed");
    expect(code, output).toBe(0);
    expect(table("killed")).toBe(table("rates"));
    expect(trained("killed").size).toBe(
      Object.values(vary).reduce((n, values) => n * values.length, spec.seeds),
    );
  },
  minutes(60),
);

test(
  "another value in the grid runs the new cells alone, and one that fails is named and stops no other",
  async () => {
    const before = trained("rates");
    // The objective overflows at this rate.
    const more = {
      ...vary,
      "train.learningRate": [...vary["train.learningRate"].slice(0, 1), 1e30, 0.005],
      "model.wG": [1],
    };
    write("rates.json", { ...spec, vary: more });
    const { code, output } = await sweep("rates");
    expect(code, output).toBe(1);
    expect(output).toMatch(/failed: rates-[0-9a-f]{8} .*1e\+30/);
    const after = trained("rates");
    for (const [name, time] of before) expect(after.get(name)).toBe(time);
    expect(after.size).toBe(before.size + spec.seeds);
    const page = readFileSync(copy.path("artifacts", "rates", "sweep", "index.html"), "utf8");
    expect(page).toContain("2 of 3 cells finished, 1 failed");
    expect(page).toContain("the objective became");
    expect(page).toMatch(/Best by silhouette|No cell is the best yet/);
  },
  minutes(5),
);

test(
  "Ctrl-C is a pause, with an exit code of its own",
  async () => {
    const long = { ...spec, vary: { ...vary, "train.epochs": [100_000] } };
    write("long.json", long);
    const { code, output } = await sweep("long", { until: sleep(15_000), signal: "SIGINT" });
    expect(code, output).toBe(130);
    expect(output.trim().split("\n").at(-1)).toBe(
      "not finished: the sweep is paused; the same command goes on from there",
    );
  },
  minutes(2),
);
