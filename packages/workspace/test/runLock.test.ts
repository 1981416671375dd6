/** The lock of a run: held by turbo itself, from its first task to its end. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { holdForRun } from "../src/lock.js";

const windows = process.platform === "win32";
const folder = mkdtempSync(join(tmpdir(), "gumbel-run-lock-"));
const lock = join(folder, "run.lock");
const started: ChildProcess[] = [];
afterAll(() => {
  for (const turbo of started) turbo.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

const module = new URL("../dist/lock.js", import.meta.url).href;
const task = join(folder, "task.mjs");
writeFileSync(
  task,
  `const { holdForRun } = await import(${JSON.stringify(module)});
  await holdForRun(${JSON.stringify(lock)}).then(
    () => console.log("held"),
    (error) => console.log("refused: " + error.message.split("\\n")[0]),
  );`,
);
// What the system calls a script is its file's name. It runs a task for each line that it reads, as turbo does one after another.
const program = join(folder, "turbo");
writeFileSync(program, `#!/bin/sh\nwhile read line; do "${process.execPath}" "${task}"; done\n`, {
  mode: 0o755,
});

function startTurbo() {
  const turbo = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
  started.push(turbo);
  return {
    pid: turbo.pid!,
    runTask: (): Promise<string> =>
      new Promise((done) => {
        turbo.stdout.once("data", (said: Buffer) => done(said.toString().trim()));
        turbo.stdin.write("\n");
      }),
    end: (): Promise<void> =>
      new Promise((done) => {
        turbo.once("exit", () => done());
        turbo.kill("SIGKILL");
      }),
  };
}

test("a run holds its pipeline between its tasks, and another run is refused until it has ended", async ({
  skip,
}) => {
  skip(windows, "Windows tells no process its ancestors");
  const [first, second] = [startTurbo(), startTurbo()];
  expect(await first.runTask()).toBe("held");
  expect(await first.runTask()).toBe("held");
  const refused = `process ${first.pid} is already working on this`;
  expect(await second.runTask()).toBe(`refused: ${refused}`);
  // A task that a person starts by hand, too.
  await expect(holdForRun(lock)).rejects.toThrow(refused);
  await first.end();
  expect(await second.runTask()).toBe("held");
  await second.end();
  await holdForRun(lock);
});
