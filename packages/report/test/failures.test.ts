/** A section that fails leaves the page standing, and a report that is sent on says nothing of the machine. */
import { homedir, hostname, userInfo } from "node:os";
import { join } from "node:path";
import { reportPlanSchema } from "@gumbel/config";
import type { Stage } from "@gumbel/stage";
import { Artifacts } from "@gumbel/tables";
import { h, type VNode } from "preact";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { Aside } from "../src/aside.js";
import { buildReport } from "../src/buildReport.js";
import { provenance } from "../src/sections/provenance.js";
import type { Section } from "../src/sections/section.js";
import { TestWorkspace } from "./workspace.js";

const broken = (id: string, content: Section["render"]): Section => ({
  ...{ id, title: `Part ${id}` },
  render: content,
});
const sections: Section[] = [
  broken("thrown", () => {
    throw new TypeError("no function");
  }),
  broken("markup", () => ({
    body: h((): VNode => {
      throw new Error("no markup");
    }, {}),
  })),
  broken("plot", () => ({
    body: h("p", {}),
    plots: [{ name: "p", description: "p", svg: "<svg", values: [] }],
  })),
  provenance,
];

const workspace = new TestWorkspace();
afterEach(() => vi.restoreAllMocks());
const aside = new Aside(new URL("../dist/worker.js", import.meta.url));
afterAll(async () => {
  await aside.end();
  workspace.remove();
});

/** The report stage of a pipeline, in this process. */
async function stageOf(pipeline: string): Promise<Stage<"report">> {
  const artifacts = workspace.path(pipeline);
  return {
    workspace: { root: workspace.root, pipeline, folder: join(artifacts, ".."), artifacts },
    plan: reportPlanSchema.parse(JSON.parse(workspace.read(`${pipeline}/plan/report.json`))),
    folder: join(artifacts, "report"),
    scratch: join(artifacts, "scratch"),
    open: (stage) => Artifacts.open(join(artifacts, stage)),
    openOf: (other, stage) => Artifacts.open(workspace.path(`${other}/${stage}`)),
    output: async (name) => join(artifacts, "report", name),
    version: () => {},
    fact: () => {},
  };
}

test("each failed section has its error where it would have stood, and the stage fails after the page is written", async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  const printed = vi.spyOn(console, "error").mockImplementation(() => {});
  await workspace.add("broken", { deep: false, kind: "points" });
  await expect(buildReport(await stageOf("broken"), aside, sections)).rejects.toThrow(
    /lacks Part thrown, Part markup, Part plot: an error of Gumbel's own: no function/,
  );
  expect(printed.mock.calls.join()).toContain("TypeError: no function");
  const html = workspace.read("broken/report/index.html");
  expect(html.match(/This part is missing: an error of Gumbel/g)).toHaveLength(3);
  expect(html).toContain("pnpm turbo run report --filter=@pipelines/broken");
  expect(workspace.report("broken").pipeline).toBe("broken");
});

test("pages and report.json hold no folder of the machine, no user and no host", async () => {
  await workspace.add("private", { source: "sensors.csv", path: join(homedir(), "secret", "sensors.csv") });
  workspace.tamper("private/train/seed-0/metrics.jsonl");
  workspace.runReport("private");
  const html = workspace.read("private/report/index.html");
  expect(html).toContain("This part is missing: a file is not what its stage wrote");
  for (const text of [html, workspace.read("private/report/report.json")]) {
    expect(text).toContain("sensors.csv");
    for (const told of [workspace.root, homedir(), "secret"]) expect(text).not.toContain(`${told}/`);
    // A short name is part of many words.
    const names = [hostname(), userInfo().username].filter((name) => name.length > 5);
    for (const name of names) expect(text).not.toContain(name);
  }
});
