/** Tasks that a study's report waits for, from turbo's dry run. */
import { listPipelines } from "@gumbel/workspace";
import { run } from "@gumbel/workspace/programs";
import { expect, test } from "vitest";
import { root } from "../workspace.js";

/** Tasks that have a script, in alphabetical order, without builds. */
async function tasksOf(...args: string[]): Promise<string[]> {
  const { exitCode, stdout, stderr } = await run({ cwd: root })`pnpm turbo run ${args} --dry=json`;
  expect(exitCode, stderr).toBe(0);
  const { tasks } = JSON.parse(stdout) as { tasks: { taskId: string; command: string }[] };
  return tasks
    .filter(({ taskId, command }) => command !== "<NONEXISTENT>" && !taskId.endsWith("#build"))
    .map(({ taskId }) => taskId)
    .sort();
}

const studies = ["additions", "benchmark", "digits", "labels", "weights"].map(
  (study) => `@studies/${study}#reproduce`,
);

test("`turbo run reproduce` writes the study's report after every member has been evaluated", async () => {
  const tasks = await tasksOf("reproduce");
  for (const dataset of ["mnist", "usps", "reuters-21578"]) {
    for (const stage of ["plan", "ingest", "train", "extract", "evaluate"]) {
      expect(tasks).toContain(`@pipelines/${dataset}-ae-kmeans#${stage}`);
    }
  }
  for (const point of [
    "mnist-weights",
    "usps-weights-wg-9",
    "mnist-digits-clusters-7",
    "mnist-labels-tau-0.5",
  ]) {
    expect(tasks).toContain(`@pipelines/${point}#evaluate`);
  }
  expect(tasks.filter((task) => task.endsWith("#reproduce"))).toEqual(studies);
});

test("a filter runs one study", async () => {
  const tasks = await tasksOf("reproduce", "--filter=@studies/digits");
  expect(tasks.filter((task) => task.endsWith("#reproduce"))).toEqual(["@studies/digits#reproduce"]);
  expect(tasks.filter((task) => task.endsWith("#evaluate"))).toEqual([
    "@pipelines/mnist-digits#evaluate",
    "@pipelines/mnist-digits-clusters-14#evaluate",
    "@pipelines/mnist-digits-clusters-7#evaluate",
  ]);
});

test("it writes no pipeline's report, and needs no data that most machines lack", async () => {
  const tasks = await tasksOf("reproduce");
  expect(tasks.filter((task) => task.endsWith("#report"))).toEqual([]);
  expect(tasks.filter((task) => task.includes("reuters-10k"))).toEqual([]);
});

test("`--only` writes the table of the finished runs and runs no member", async () => {
  expect(await tasksOf("reproduce", "--only")).toEqual(studies);
});

test("a filter runs the members of one data set, those on demand too", async () => {
  const tasks = await tasksOf("evaluate", "--filter=@pipelines/reuters-10k-*");
  expect(tasks).toContain("@pipelines/reuters-10k-kmeans#evaluate");
  expect(tasks.filter((task) => !task.startsWith("@pipelines/reuters-10k-"))).toEqual([]);
});

test("`turbo run report` runs no member of any study", async () => {
  const tasks = await tasksOf("report");
  expect(tasks).toContain("@pipelines/mnist#report");
  const members = (await listPipelines(root)).filter(({ study }) => study !== null);
  expect(members.length).toBeGreaterThan(50);
  const packages = new Set(members.map(({ name }) => `@pipelines/${name}`));
  expect(tasks.filter((task) => packages.has(task.split("#")[0]!))).toEqual([]);
});
