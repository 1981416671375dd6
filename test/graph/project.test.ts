/**
 * A project of the user's own, elsewhere: made from the packed packages of a copy of this checkout, run, and brought to another
 * version.
 */
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stageNames } from "@gumbel/config";
import { run } from "@gumbel/workspace/programs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../workspace.js";
import { Copy, copyEnv } from "./copy.js";

const copy = new Copy();
const parent = mkdtempSync(join(tmpdir(), "gumbel-project-"));
const project = join(parent, "my-project");
afterAll(() => {
  copy.remove();
  rmSync(parent, { recursive: true, force: true });
}, 120_000);

const env = { ...process.env, TURBO_TELEMETRY_DISABLED: "1", CI: undefined };
const inProject = run({ cwd: project, env });
const inCopy = run({ cwd: copy.folder, env: { ...copyEnv, CI: undefined } });
const read = (...path: string[]): string => readFileSync(join(project, ...path), "utf8");
const gumbel = (command: string) => inProject`pnpm gumbel ${command.split(" ")}`;

/** Runs every pipeline. @returns stages that were not in the cache, by pipeline */
async function rerun(): Promise<Record<string, string[]>> {
  const runs = join(project, ".turbo", "runs");
  rmSync(runs, { recursive: true, force: true });
  const { ok, stdall } = await inProject`pnpm turbo run report --summarize`;
  if (!ok) throw new Error(stdall);
  const { tasks } = JSON.parse(readFileSync(join(runs, readdirSync(runs)[0]!), "utf8")) as {
    tasks: { taskId: string; command: string; cache: { status: string } }[];
  };
  const ran: Record<string, string[]> = {};
  for (const { taskId, cache } of tasks) {
    const [, pipeline = "", stage = ""] = /^@pipelines\/(.*)#(.*)$/.exec(taskId) ?? [];
    if (stage !== "plan")
      ran[pipeline] = [...(ran[pipeline] ?? []), ...(cache.status === "MISS" ? [stage] : [])];
  }
  return Object.fromEntries(
    Object.entries(ran).map(([name, ran]) => [name, stageNames.filter((stage) => ran.includes(stage))]),
  );
}

/** Makes the project's installation fail as without a registry. */
const unreachable = (text: string): boolean =>
  /ERR_PNPM_(META_FETCH_FAIL|NO_OFFLINE)|ENOTFOUND|ECONNREFUSED/.test(text);

describe("a project of one's own", async () => {
  await copy.build("@gumbel/cli", "@gumbel/tasks");
  const made = await inCopy`pnpm gumbel init ${project}`;
  const offline = !made.ok && unreachable(made.stdall);
  if (offline)
    console.log("skipped: the packages' dependencies are not in pnpm's store, and no registry is reached");

  const small = { train: { epochs: 1 }, evaluate: { knn: { k: [1] } }, report: { map: { methods: [] } } };
  const configure = (name: string, pipeline: object): void =>
    writeFileSync(
      join(project, "pipelines", name, "pipeline.json"),
      JSON.stringify({ ...small, ...pipeline }),
    );

  describe.skipIf(offline)("made by gumbel init", () => {
    beforeAll(async () => {
      expect(made.ok, made.stdall).toBe(true);
      configure("quickstart", {
        dataset: "glyphs",
        ingest: { limit: 120 },
        model: { name: "gumbel-vae", hidden: [8], featureSize: 4, zSize: 2 },
      });
    });

    test("runs its pipeline to the report, and then from the cache", async () => {
      expect(await rerun()).toEqual({ quickstart: stageNames });
      expect(existsSync(join(project, "artifacts/quickstart/report/index.html"))).toBe(true);
      expect(await rerun()).toEqual({ quickstart: [] });
    }, 180_000);

    test("runs the same code as the clone, by its content", () => {
      const { code } = JSON.parse(read("pipelines/quickstart/out/plan/train.json")) as {
        code: Record<string, string>;
      };
      expect(Object.keys(code).slice(0, 2)).toEqual(["train", "systems/gumbelVae"]);
      expect(JSON.stringify(code)).not.toContain(parent);
    });

    test("has a system of its own, which neither git nor the linter of the clone judges", async () => {
      expect((await gumbel("new --system my-method")).stdall).toContain("created systems/my-method.ts");
      appendFileSync(join(project, "systems/my-method.ts"), '\n\n;;var   unused = "badly written"\n');
      writeFileSync(
        join(parent, "rows.csv"),
        `a,b\n${Array.from({ length: 60 }, (_, i) => `${i % 7},${(i * i) % 11}`).join("\n")}\n`,
      );
      const made = await gumbel(`new mine --data ../rows.csv --model my-method --clusters 2`);
      expect(made.ok, made.stdall).toBe(true);
      configure("mine", {
        dataset: { name: "file", path: "../../../rows.csv" },
        model: { name: "my-method", hidden: [4], latentSize: 2, clusters: 2 },
      });
      expect(await rerun()).toEqual({ quickstart: [], mine: stageNames });
      expect(read("pipelines/mine/out/report/report.json")).toContain("My method");
      const types = await inProject`${join(root, "node_modules/.bin/tsc")} -p systems`;
      expect(types.stdall).toBe("");
      for (const file of [".git", "biome.json", "knip.jsonc"])
        expect(existsSync(join(project, file))).toBe(false);
    }, 180_000);

    test("answers for new rows, and every digest is as it was written", async () => {
      const predicted = await gumbel("predict mine ../rows.csv --out answers.csv");
      expect(predicted.ok, predicted.stdall).toBe(true);
      expect(read("answers.csv").trim().split("\n")).toHaveLength(61);
      expect((await gumbel("verify")).stdall).toMatch(/: 0 damaged/);
    }, 120_000);

    test("refuses arguments to a stage, and a field that is none", async () => {
      const more = await inProject`pnpm turbo run report --filter=@pipelines/mine -- --train.epochs=3`;
      expect(more.ok).toBe(false);
      expect(more.stdall).toMatch(/takes no arguments: --train\.epochs=3[\s\S]*GUMBEL_SET/);
      const set = { ...env, GUMBEL_SET: "model.sise=3" };
      const wrong = await run({ cwd: project, env: set })`pnpm turbo run report --filter=@pipelines/mine`;
      expect(wrong.ok).toBe(false);
      expect(wrong.stdall).toContain("sise");
    });

    test("an edit of its system trains what uses it, and nothing else", async () => {
      const file = join(project, "systems/my-method.ts");
      writeFileSync(file, read("systems/my-method.ts").replace('sizes, "linear"', 'sizes, "relu"'));
      const { quickstart, mine } = await rerun();
      expect(quickstart).toEqual([]);
      expect(mine).toEqual(expect.arrayContaining(["train", "extract", "evaluate", "report"]));
      expect(mine).not.toContain("ingest");
      expect((await gumbel("why mine")).stdall).toMatch(/train .*code of systems\/my-method\.ts/);
    }, 120_000);

    test("brought to a version with another evaluation, it evaluates anew and trains nothing; its own files stay", async () => {
      const manifest = copy.path("packages/evaluate/package.json");
      writeFileSync(
        manifest,
        readFileSync(manifest, "utf8").replace('"version": "0.1.0"', '"version": "0.1.1"'),
      );
      appendFileSync(copy.path("packages/evaluate/src/main.ts"), '\nconsole.log("as of 0.1.1");\n');
      const rebuilt = await inCopy`pnpm turbo run build --filter=@gumbel/tasks`;
      expect(rebuilt.ok, rebuilt.stdall).toBe(true);
      const before = read("pipelines/mine/pipeline.json");
      const upgraded = await inCopy`pnpm gumbel init ${project}`;
      expect(upgraded.ok, upgraded.stdall).toBe(true);
      expect(readdirSync(join(project, "vendor")).filter((name) => name.includes("evaluate"))).toEqual([
        expect.stringContaining("gumbel-evaluate-0.1.1-"),
      ]);
      expect(read("pipelines/mine/pipeline.json")).toBe(before);
      // The report says by which code the figures were made.
      const again = ["evaluate", "report"];
      expect(await rerun()).toEqual({ quickstart: again, mine: again });
      expect((await gumbel("why mine")).stdall).toMatch(/evaluate .*code of evaluate/);
    }, 240_000);

    test("a folder with other files is not made a project", async () => {
      const taken = await inCopy`pnpm gumbel init ${parent}`;
      expect(taken.ok).toBe(false);
      expect(taken.stdall).toContain("the folder has files that are no project of Gumbel");
    });
  });
}, 300_000);
