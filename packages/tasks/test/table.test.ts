/** The task table agrees with the list of stages. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { planEnv, stageNames, stages } from "@gumbel/config";
import { expect, test } from "vitest";

interface Task {
  dependsOn: string[];
  inputs: unknown[];
  passThroughEnv?: string[];
  outputs: string[];
}
const read = (name: string): string => readFileSync(new URL(name, import.meta.url), "utf8");
const withoutComments = (text: string): string => text.replace(/^\s*\/\/.*$/gm, "");
const { tasks } = JSON.parse(withoutComments(read("../turbo.json"))) as { tasks: Record<string, Task> };

test("the table has the plan and then every stage of the list, in the same order", () => {
  expect(Object.keys(tasks)).toEqual(["plan", ...stageNames]);
  expect(tasks.plan).toMatchObject({ cache: false, passThroughEnv: planEnv });
});

test.each(stageNames)("%s depends on the stages that it reads, and their content is its key", (name) => {
  const { reads, passThroughEnv } = stages[name];
  const from = ["plan", ...reads];
  const globs = [`out/plan/${name}.json`, ...reads.map((stage) => `out/${stage}/manifest.json`)];
  expect(tasks[name]).toEqual({
    dependsOn: from,
    inputs: ["package.json", { mode: "dependencyOutputs", from, globs }],
    ...(passThroughEnv.length > 0 && { passThroughEnv }),
    outputs: [`out/${name}/**`],
  });
});

test("the plan depends on the build of every stage, since it reads their code", () => {
  const { dependencies } = JSON.parse(read("../package.json")) as { dependencies: Record<string, string> };
  expect(Object.keys(dependencies)).toEqual(
    expect.arrayContaining(["plan", ...stageNames].map((stage) => `@gumbel/${stage}`)),
  );
});

test("a stage refuses arguments, since it would not see them", () => {
  const bin = fileURLToPath(new URL("../bin.mjs", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [bin, "report", "--train.epochs=3"], {
    encoding: "utf8",
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(/the stage report takes no arguments: --train\.epochs=3[\s\S]*GUMBEL_SET/);
});
