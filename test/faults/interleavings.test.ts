/**
 * Edits, runs, kills, two runs at once, other profiles and back, in random order: every figure that a run leaves is that of a
 * fresh clone. GUMBEL_TEST_INTERLEAVINGS=200 makes so many; GUMBEL_TEST_SEED repeats one order.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stream } from "@gumbel/random";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Copy, copyEnv } from "../graph/copy.js";
import { drawSeed, TestWorkspace } from "../workspace.js";

const steps = Number(process.env.GUMBEL_TEST_INTERLEAVINGS ?? 6);
const seed = drawSeed();
const random = stream(seed, "interleavings");
const pick = <T>(choices: readonly T[]): T => choices[random.int(choices.length)]!;

const copy = new Copy();
const folder = copy.path("pipelines", "local", "mixed");
const fresh: TestWorkspace[] = [];
afterAll(() => {
  copy.remove();
  for (const workspace of fresh) workspace.remove();
}, 120_000);

/** What a figure follows from, apart from the code. */
interface State {
  data: "a" | "b";
  batchSize: number;
  profile: "quick" | "full";
}
const state: State = { data: "a", batchSize: 20, profile: "quick" };

const pipeline = ({ batchSize }: State, path: string) => ({
  seed,
  dataset: { name: "file", path },
  model: { name: "ae-kmeans", hidden: [8], latentSize: 2, clusters: 2 },
  train: { batchSize, epochs: 30 },
  profiles: { full: { train: { seeds: 2, epochs: 60 } } },
});
const dataFile = copy.path("..", "mixed.csv");
const textOf = ({ data }: State): string => {
  const values = stream(1, data);
  return `x,y\n${Array.from({ length: 80 }, () => `${values.int(100)},${values.int(100)}`).join("\n")}\n`;
};
const write = (): void => {
  writeFileSync(dataFile, textOf(state));
  writeFileSync(join(folder, "pipeline.json"), JSON.stringify(pipeline(state, dataFile)));
};

const stages = ["plan", "ingest", "train", "extract", "evaluate"];
const evaluationIn = (artifacts: string): unknown =>
  JSON.parse(readFileSync(join(artifacts, "evaluate", "evaluation.json"), "utf8"));

const expected = new Map<string, Promise<unknown>>();
/** The figures of a fresh clone in that state, computed once. */
function figuresOf(of: State): Promise<unknown> {
  const key = JSON.stringify(of);
  const compute = async (): Promise<unknown> => {
    const workspace = new TestWorkspace({});
    fresh.push(workspace);
    const file = join(workspace.folder, "mixed.csv");
    writeFileSync(file, textOf(of));
    workspace.configure(pipeline(of, file));
    for (const stage of stages) {
      const { code, output } = await workspace.run(stage, { env: { GUMBEL_PROFILE: of.profile } });
      expect(code, output).toBe(0);
    }
    return evaluationIn(workspace.artifacts);
  };
  if (!expected.has(key)) expected.set(key, compute());
  return expected.get(key)!;
}

interface Turbo {
  process: ChildProcess;
  ended: Promise<{ code: number | null; output: string }>;
}
function startTurbo(profile: State["profile"]): Turbo {
  const options = ["turbo", "run", "evaluate", "--filter=@pipelines/mixed", "--output-logs=new-only"];
  const child = spawn("pnpm", options, {
    cwd: copy.folder,
    detached: true,
    env: { ...copyEnv, GUMBEL_PROFILE: profile },
  });
  let output = "";
  for (const each of [child.stdout, child.stderr]) each.on("data", (text) => (output += text));
  const ended = new Promise<number | null>((done) => child.on("close", done));
  return { process: child, ended: ended.then((code) => ({ code, output })) };
}

/** Runs until a run is not refused for one that is still ending, and compares its figures. */
async function runAndCompare(): Promise<void> {
  for (;;) {
    const { code, output } = await startTurbo(state.profile).ended;
    if (/is already working on this/.test(output)) {
      await sleep(200);
      continue;
    }
    expect(code, output).toBe(0);
    expect(evaluationIn(join(folder, "out"))).toEqual(await figuresOf(state));
    return;
  }
}

const kinds = {
  edit: async () => {
    Object.assign(state, { data: pick(["a", "b"]), batchSize: pick([20, 40]) });
    write();
    await runAndCompare();
  },
  profile: async () => {
    state.profile = pick(["quick", "full"] as const);
    await runAndCompare();
  },
  kill: async () => {
    const turbo = startTurbo(state.profile);
    await Promise.race([turbo.ended, sleep(random.int(4000))]);
    try {
      process.kill(-turbo.process.pid!, "SIGKILL");
    } catch {
      // It has ended.
    }
    await turbo.ended;
    await runAndCompare();
  },
  two: async () => {
    const runs = (["quick", "full"] as const).map((profile) => ({ profile, turbo: startTurbo(profile) }));
    const ended = await Promise.all(
      runs.map(async ({ profile, turbo }) => ({ profile, ...(await turbo.ended) })),
    );
    const done = ended.filter(({ code }) => code === 0);
    expect(done.length, ended.map(({ output }) => output).join("\n")).toBeGreaterThan(0);
    // The one that was refused has changed nothing of the other's; one that came after it has figures of its own.
    const found = evaluationIn(join(folder, "out"));
    const figures = await Promise.all(done.map(({ profile }) => figuresOf({ ...state, profile })));
    expect(figures).toContainEqual(found);
    await runAndCompare();
  },
};

beforeAll(async () => {
  // The figures that it is compared with are of this checkout's engine.
  await copy.provision();
  mkdirSync(folder, { recursive: true });
  const bin = "node ../../../packages/tasks/bin.mjs";
  const scripts = Object.fromEntries(stages.map((stage) => [stage, `${bin} ${stage}`]));
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "@pipelines/mixed", private: true, scripts }),
  );
  writeFileSync(join(folder, "turbo.json"), '{ "extends": ["//", "@gumbel/tasks"] }');
  write();
  await runAndCompare();
}, 600_000);

test(
  `after each of ${steps} interleavings the figures are those of a fresh clone`,
  async () => {
    const names = Object.keys(kinds) as (keyof typeof kinds)[];
    for (let step = 0; step < steps; step++) {
      // Each kind once, then any.
      const kind = names[step] ?? pick(names);
      await kinds[kind]();
      console.log(`${step + 1} ${kind} ${JSON.stringify(state)}`);
    }
  },
  Math.max(300_000, steps * 60_000),
);
