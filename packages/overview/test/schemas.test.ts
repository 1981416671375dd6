import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonSchemas } from "../src/schemas.js";
import { TestWorkspace } from "./workspace.js";

const published = (name: string): object =>
  JSON.parse(readFileSync(new URL(`../../../docs/${name}`, import.meta.url), "utf8")) as object;

describe("the published schemas of report.json", () => {
  const workspace = new TestWorkspace();
  afterAll(() => workspace.remove());
  beforeAll(async () => {
    await workspace.add("a", { dataset: "usps" });
    await workspace.add("b", { model: "kmeans", deep: false, labelled: false });
    await workspace.add("broken");
    for (const name of ["a", "b", "broken"]) expect(workspace.runReport(name), workspace.output).toBe(0);
    workspace.tamper("broken/report/report.json");
    expect(workspace.runOverview(), workspace.output).toBe(0);
  }, 120_000);

  test.each(Object.entries(jsonSchemas()))("docs/%s is current: pnpm gumbel schema", (name, schema) => {
    expect(published(name)).toEqual(JSON.parse(JSON.stringify(schema)));
  });

  /** Errors of another validator than ours. */
  const complaints = (schema: string, value: unknown): unknown[] => {
    const validate = new Ajv2020({ strict: false }).compile(published(schema));
    validate(value);
    return validate.errors ?? [];
  };

  test("written reports conform to them", () => {
    for (const name of ["a", "b"])
      expect(complaints("report.schema.json", workspace.report(name))).toEqual([]);
    const overview = JSON.parse(workspace.read("overview/report/report.json")) as unknown[];
    expect(overview).toHaveLength(3);
    expect(complaints("overview.schema.json", overview)).toEqual([]);
  });

  test("a value that is no report is refused", () => {
    const { metrics: _, ...rest } = workspace.report("a");
    expect(complaints("report.schema.json", rest)).toMatchObject([{ keyword: "required" }]);
  });
});
