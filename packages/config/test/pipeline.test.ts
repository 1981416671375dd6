import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import {
  type ProfileName,
  parseWith,
  pipelineJsonSchema,
  profileNames,
  resolvePipeline,
  seedsFromEnvironment,
  splitNamed,
  trainPlanSchema,
  UserError,
} from "../src/index.js";

const [quick, full] = profileNames;
const resolved = (contents: object, profile: ProfileName = quick) =>
  resolvePipeline(contents, profile, "pipeline.json");

describe("a pipeline.json with nothing but a data set and a model", () => {
  const pipeline = resolved({ dataset: "mnist", model: "kmeans" });

  test("has a default for everything else", () => {
    expect(pipeline).toMatchObject({
      seed: 0,
      labels: null,
      ingest: { limit: null },
      train: { seeds: 1, epochs: null, batchSize: null, split: "all", pretrainedFrom: null },
      extract: { batchSize: 1000, generatedPerCluster: 10 },
      evaluate: { knn: { k: [3, 5, 10], queries: null }, validationSplit: "train" },
      report: { title: null, map: { methods: ["umap", "tsne"], examples: 2000 } },
    });
  });

  test("names them without options", () => {
    expect(splitNamed(pipeline.dataset)).toEqual({ name: "mnist", options: {} });
    expect(splitNamed(pipeline.model)).toEqual({ name: "kmeans", options: {} });
  });
});

describe("a profile", () => {
  const contents = {
    dataset: "mnist",
    model: { name: "gumbel-vae", wG: 4, zSize: 2 },
    train: { epochs: 7, snapshots: { at: [1, 2], examples: 50 } },
    profiles: {
      [full]: { model: { wG: 9 }, train: { seeds: 5, snapshots: { at: [3] } }, labels: { count: 100 } },
    },
  };

  test("changes the fields that it names, in objects field by field; a list is replaced", () => {
    const { model, train, labels } = resolved(contents, full);
    expect(model).toEqual({ name: "gumbel-vae", wG: 9, zSize: 2 });
    expect(train).toMatchObject({ seeds: 5, epochs: 7, snapshots: { at: [3], examples: 50 } });
    expect(labels).toEqual({ count: 100, draw: "per-class", seed: 0 });
  });

  test("leaves the other profile as it is", () => {
    expect(resolved(contents, quick)).toEqual(resolved({ ...contents, profiles: {} }, quick));
  });

  test("adds options to a model that is only named", () => {
    const { model } = resolved(
      { dataset: "mnist", model: "gumbel-vae", profiles: { [quick]: { model: { wG: 2 } } } },
      quick,
    );
    expect(model).toEqual({ name: "gumbel-vae", wG: 2 });
  });

  test("takes another model by its name", () => {
    const { model } = resolved({ ...contents, profiles: { [quick]: { model: "kmeans" } } }, quick);
    expect(splitNamed(model).name).toBe("kmeans");
  });

  test("is checked like the rest, and named in the error", () => {
    const wrong = { ...contents, profiles: { [full]: { train: { seeds: 0 } } } };
    expect(() => resolved(wrong, full)).toThrow(new RegExp(`train\\.seeds[\\s\\S]*profile ${full}`));
    expect(() => resolved(wrong, quick)).not.toThrow();
  });
});

describe("an error", () => {
  test.each([
    { what: "an unknown field", contents: { trian: {} }, says: /trian/ },
    { what: "a wrong type", contents: { train: { seeds: "3" } }, says: /train\.seeds: .*number/ },
    {
      what: "an entry of a list",
      contents: { evaluate: { knn: { k: [3, 0] } } },
      says: /evaluate\.knn\.k\[1\]/,
    },
    {
      what: "an unknown choice",
      contents: { train: { optimizer: "adamw" } },
      says: /train\.optimizer: .*"adam"/,
    },
    { what: "an unknown profile", contents: { profiles: { fast: {} } }, says: /profiles.*fast/ },
    { what: "no model", contents: { model: undefined }, says: /model/ },
  ])("names the field that is wrong, the file and what to do: $what", ({ contents, says }) => {
    const wrong = () => resolved({ dataset: "mnist", model: "kmeans", ...contents });
    expect(wrong).toThrow(UserError);
    expect(wrong).toThrow(says);
    expect(wrong).toThrow(/where: +pipeline\.json/);
    expect(wrong).toThrow(/to do: +\S/);
  });

  test("lists all fields that are wrong", () => {
    const wrong = () => resolved({ dataset: "mnist", model: "kmeans", seed: -1, train: { epochs: 0.5 } });
    expect(wrong).toThrow(/2 fields are wrong:\n {2}- seed: .*\n {2}- train\.epochs: /);
  });

  test("of a plan file names its field in the same way", () => {
    expect(() => parseWith(trainPlanSchema, { seeds: [] }, "plan/train.json")).toThrow(
      /- seeds: [\s\S]*plan\/train/,
    );
  });
});

describe("the seeds of GUMBEL_SEEDS", () => {
  test.each([
    [undefined, [4, 5, 6]],
    ["", [4, 5, 6]],
    ["5", [5]],
    ["6, 4", [4, 6]],
  ])("%j of 4, 5, 6: %j, in the pipeline's order", (value, chosen) => {
    expect(seedsFromEnvironment(value, [4, 5, 6])).toEqual(chosen);
  });

  test.each(["7", "4,x", "0"])("%j are refused with those that there are", (value) => {
    expect(() => seedsFromEnvironment(value, [4, 5, 6])).toThrow(
      /no seed of this pipeline[\s\S]*some of 4,5,6/,
    );
  });
});

describe("the JSON Schema", () => {
  const accepts = new Ajv2020({ strict: false }).compile(pipelineJsonSchema());

  test("accepts what the plan accepts", () => {
    expect(accepts({ dataset: "mnist", model: { name: "gumbel-vae", wG: 4 }, train: { seeds: 3 } })).toBe(
      true,
    );
    expect(accepts({ $schema: "x", dataset: "moons", model: "kmeans", labels: { count: 10 } })).toBe(true);
  });

  test.each([
    ["without a model", { dataset: "mnist" }],
    ["with an unknown field", { dataset: "mnist", model: "kmeans", trian: {} }],
    ["with a wrong type", { dataset: "mnist", model: "kmeans", train: { seeds: "3" } }],
  ])("refuses one %s", (_, contents) => {
    expect(accepts(contents)).toBe(false);
  });

  test("describes every field of train for the editor", () => {
    const { properties } = pipelineJsonSchema() as {
      properties: { train: { properties: Record<string, { description?: string }> } };
    };
    const bare = Object.entries(properties.train.properties).filter(([, { description }]) => !description);
    expect(bare).toEqual([]);
  });
});
