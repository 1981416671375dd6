/** What is said of labels, when it is not what a person may expect of them. */
import { afterAll, expect, test } from "vitest";
import { TestWorkspace } from "../workspace.js";

const moons = { name: "moons", n: 60 };
const workspace = new TestWorkspace({ dataset: moons, model: "kmeans", labels: { count: 10 } });
afterAll(() => workspace.remove());

const said = async (stage: string): Promise<string> => {
  const { code, output } = await workspace.run(stage);
  expect(code, output).toBe(0);
  return output;
};

test("labels that a system does not learn from have no part in its training", async () => {
  expect(await said("plan")).toContain("kmeans does not learn from labels");
});

test("training may see the label of every example of a class, and then is said to", async () => {
  const every = { dataset: moons, model: "m2", labels: { count: 60 }, train: { labelledPerBatch: 10 } };
  workspace.configure(every);
  expect(await said("plan")).not.toContain("does not learn from labels");
  expect(await said("ingest")).toMatch(/sees the label of all \d+ training examples of class/);
});
