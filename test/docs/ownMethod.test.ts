/** The page of a method of one's own works: each of its commands is run, in a copy of this checkout. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { environment } from "@gumbel/config";
import { systemNames } from "@gumbel/models";
import { run } from "@gumbel/workspace/programs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Copy, copyEnv } from "../graph/copy.js";
import { root } from "../workspace.js";

const text = readFileSync(join(root, "docs/own-method.md"), "utf8");
const commands = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap((match) => match[1]!.trim().split("\n"));

test("the example has less than 100 lines", () => {
  expect(
    readFileSync(join(root, "docs/examples/my-m2.ts"), "utf8").trimEnd().split("\n").length,
  ).toBeLessThan(100);
});

test("the study of the example has every built-in system", () => {
  const study = JSON.parse(readFileSync(join(root, "docs/examples/my-study.json"), "utf8")) as {
    tables: { rows: (string | { system: string })[] }[];
  };
  const names = study.tables[0]!.rows.map((row) => (typeof row === "string" ? row : row.system));
  expect(names).toEqual([...systemNames, "my-m2"]);
});

test("the page of what is public has each name that a system may import, and no other", () => {
  const page = readFileSync(join(root, "docs/api.md"), "utf8")
    .split("## `@gumbel/models/system`")[1]!
    .split("\n## ")[0]!;
  const named = [...page.matchAll(/`(\w+)`/g)].map(([, name]) => name!);
  const source = (file: string): string => readFileSync(join(root, "packages/models/src", file), "utf8");
  const lists = [...source("door.ts").matchAll(/^export (?:type )?\{([^}]*)\}/gm)].map(([, list]) => list!);
  const listed = lists.flatMap((list) => list.split(",")).map((name) => name.trim().replace("type ", ""));
  const declared = ["data.ts", "model.ts", "phase.ts", "system.ts"].flatMap((file) =>
    [...source(file).matchAll(/^export (?:interface|type) (\w+)/gm)].map(([, name]) => name!),
  );
  expect(named.sort()).toEqual([...listed.filter(Boolean), ...declared].sort());
});

const { data } = environment();
const hasUsps = data !== undefined && existsSync(join(data, "usps"));

describe.skipIf(!hasUsps)("a method of one's own (needs USPS in GUMBEL_DATA)", () => {
  const copy = new Copy();

  beforeAll(async () => {
    await copy.build("@gumbel/cli");
  }, 300_000);
  afterAll(() => copy.remove(), 120_000);

  test.each(commands)(
    "%s",
    async (command) => {
      const [, set = "", line = ""] = /^(?:GUMBEL_SET="([^"]*)" )?(.*)$/.exec(command)!;
      // As the page has it, of smaller networks and less data.
      const small = set && { GUMBEL_SET: `${set} train.epochs=1 ingest.limit=600 model.hidden=20` };
      const { exitCode, stdall } = await run({
        cwd: copy.folder,
        env: { ...copyEnv, ...small },
      })`${line.split(" ")}`;
      expect(exitCode, stdall).toBe(0);
    },
    300_000,
  );

  test("is a row of the LaTeX table beside the records of the others, three seeds each", () => {
    const table = readFileSync(copy.path("artifacts/mine/reproduce/study.tex"), "utf8");
    expect(table).toMatch(/M2 in one file, 100 labels & 0\.\d{3} \$\\pm\$ 0\.\d{3} \(3\)/);
    expect(table).toMatch(/^k-means & 0\.668 \$\\pm\$ 0\.000 \(3\)\\textsuperscript\{r\}/m);
    expect(table).toContain("record of an earlier run");
    const rows = table.split("\\midrule\n")[1]!.split("\\bottomrule")[0]!.trim().split("\n");
    expect(rows).toHaveLength(systemNames.length + 1);
    for (const row of rows) expect(Number(/\((\d+)\)/.exec(row)?.[1]), row).toBeGreaterThanOrEqual(3);
  });

  test("git sees none of it", async () => {
    // The copy is no repository: the rules are those of this one.
    const files = ["systems/my-m2.ts", "studies/mine/study.json", "studies/mine/usps/my-m2/pipeline.json"];
    expect((await run({ cwd: root })`git check-ignore ${files}`).stdout.trim().split("\n")).toEqual(files);
  });
});
