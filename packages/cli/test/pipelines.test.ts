/** What ships under pipelines/ is what the templates make. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pipelineJsonSchema, profileNames, resolvePipeline, splitNamed } from "@gumbel/config";
import { datasetNames } from "@gumbel/datasets";
import { systemNames } from "@gumbel/models";
import { describe, expect, test } from "vitest";
import { pipelinePackage, pipelineTurbo } from "../src/template.js";

const folder = resolve(import.meta.dirname, "../../../pipelines");
const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, "pipeline.json")));
const read = (...path: string[]): unknown => JSON.parse(readFileSync(join(folder, ...path), "utf8"));

test("the shipped pipelines are those that were asked for", () => {
  expect(names).toEqual(
    expect.arrayContaining(["circles", "mnist", "moons", "quickstart", "reuters", "svhn", "usps"]),
  );
});

describe.each(names)("pipelines/%s", (name) => {
  test("has the package.json and turbo.json of the template", () => {
    expect(read(name, "package.json")).toEqual(pipelinePackage(name));
    expect(read(name, "turbo.json")).toEqual(pipelineTurbo(name));
  });

  test.each(profileNames)(
    "resolves under the profile %s, to a data set and a model that there are",
    (profile) => {
      const { dataset, model } = resolvePipeline(read(name, "pipeline.json"), profile, name);
      expect(datasetNames).toContain(splitNamed(dataset).name);
      expect(systemNames).toContain(splitNamed(model).name);
    },
  );

  test("is one that the overview waits for", () => {
    const { devDependencies } = read("overview", "package.json") as {
      devDependencies: Record<string, string>;
    };
    expect(Object.keys(devDependencies)).toContain(`@pipelines/${name}`);
  });
});

test("pipeline.schema.json is what the schema says today (else: pnpm gumbel schema)", () => {
  expect(read("pipeline.schema.json")).toEqual(JSON.parse(JSON.stringify(pipelineJsonSchema())));
});
