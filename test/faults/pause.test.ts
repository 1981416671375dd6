/** Ctrl-C is a pause: a checkpoint at once, one line that says how to go on, an exit code that is not 0, nothing left held. */
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root, TestWorkspace } from "../workspace.js";

const workspace = new TestWorkspace({
  dataset: { name: "glyphs", train: 1000, test: 100 },
  model: { name: "vae", hidden: [64], latentSize: 8 },
  // Longer than any test: each is stopped, and the next one goes on.
  train: { seeds: 2, epochs: 100_000, batchSize: 50 },
});
beforeAll(() => workspace.runAll("plan", "ingest"));
afterAll(() => workspace.remove());

interface Training {
  process: ChildProcess;
  output(): string;
  ended: Promise<number | null>;
}

/** Starts training and waits until both seeds take steps. */
async function startTraining(
  command: [string, ...string[]] = [process.execPath, join(root, "packages/tasks/bin.mjs"), "train"],
): Promise<Training> {
  const [program, ...args] = command;
  const child = spawn(program, args, { cwd: workspace.pipeline, detached: true });
  let output = "";
  child.stdout.on("data", (text) => (output += text));
  child.stderr.on("data", (text) => (output += text));
  const ended = new Promise<number | null>((done) => child.on("close", done));
  while (!/seed 0 .*examples\/s/.test(output) || !/seed 1 .*examples\/s/.test(output)) {
    if (child.exitCode !== null) throw new Error(output);
    await sleep(50);
  }
  return { process: child, output: () => output, ended };
}

const paused =
  "not finished: training is paused, and its checkpoint is written; the same command goes on from there";

test.each([
  { times: 1, signal: "SIGINT" },
  { times: 2, signal: "SIGINT" },
  { times: 1, signal: "SIGTERM" },
  { times: 1, signal: "SIGHUP" },
] as const)("$signal, sent $times times, pauses training", async ({ times, signal }) => {
  const training = await startTraining();
  for (let i = 0; i < times; i++) {
    // As a terminal does: to every process of its group.
    process.kill(-training.process.pid!, signal);
    await sleep(50);
  }
  expect(await training.ended, training.output()).toBe(130);
  expect(training.output().trim().split("\n").at(-1)).toBe(paused);
  expect(training.output()).not.toMatch(/^\s+at |EPIPE/m);
  // The only ones: in 30 seconds none is written otherwise.
  expect(workspace.checkpoints()).toHaveLength(2);
  expect(readdirSync(join(workspace.artifacts, "locks"))).toEqual([]);
});

test("goes on from there, and a stage that is killed outright leaves the checkpoints of its workers as well", async () => {
  const training = await startTraining();
  expect(training.output()).toMatch(/seed 0 {2}resumes from its checkpoint/);
  // Not their folder, in which the training goes on writing.
  for (const checkpoint of workspace.checkpoints()) rmSync(checkpoint);
  training.process.kill("SIGKILL");
  await expect.poll(() => workspace.checkpoints(), { timeout: 10_000 }).toHaveLength(2);
});

test("training whose turbo is killed pauses as well", async ({ skip }) => {
  skip(process.platform === "win32", "Windows tells no process its ancestors");
  const turbo = join(workspace.folder, "turbo");
  writeFileSync(turbo, `#!/bin/sh\n"${process.execPath}" "${root}/packages/tasks/bin.mjs" train\nexit 1\n`);
  chmodSync(turbo, 0o755);
  const training = await startTraining([turbo]);
  training.process.kill("SIGKILL");
  await training.ended;
  expect(training.output()).toContain(paused);
  // A second run is refused neither by the lock of its task nor by that of its turbo.
  const next = await startTraining();
  expect(next.output()).toMatch(/resumes from its checkpoint/);
  process.kill(-next.process.pid!, "SIGINT");
  expect(await next.ended).toBe(130);
});
