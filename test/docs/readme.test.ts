/** README and CONTRIBUTING say what is there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { datasetNames } from "@gumbel/datasets";
import { loadSystem, systemNames } from "@gumbel/models";
import { expect, test } from "vitest";
import { root } from "../workspace.js";

const readme = readFileSync(join(root, "README.md"), "utf8");

/** Rows of the table under a heading, the names in the first cell of each with the text of the second. */
function tableUnder(heading: string): { names: string[]; text: string }[] {
  const section = readme.split(`\n## ${heading}\n`)[1]!.split("\n## ")[0]!;
  return [...section.matchAll(/^\| (`.*?) *\| (.*?) *\|$/gm)].map(([, names, text]) => ({
    names: [...names!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!),
    text: text!,
  }));
}

test("the README's pipeline.json is that of pipelines/mnist", () => {
  const shown = /```json\n([\s\S]*?)```/.exec(readme)![1];
  expect(shown).toBe(readFileSync(join(root, "pipelines", "mnist", "pipeline.json"), "utf8"));
});

test("the README names every data set, each once", () => {
  const names = tableUnder("Data sets").flatMap((row) => row.names);
  expect(names.sort()).toEqual([...datasetNames].sort());
});

test("the README names every system, each once", () => {
  const names = tableUnder("Systems").flatMap((row) => row.names);
  expect(names.sort()).toEqual([...systemNames].sort());
});

test.each(tableUnder("Systems"))(
  "the README says of $names whether they are variants of ours",
  async (row) => {
    for (const name of row.names) {
      const { variantOf } = await loadSystem(name);
      const said = /^a variant of `([^`]+)` with additions of ours/.exec(row.text)?.[1];
      expect(said, name).toBe(variantOf);
    }
  },
);
