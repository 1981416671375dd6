import type { RunRecord } from "@gumbel/records";
import { expect, test } from "vitest";
import { describeMissing, estimatedSeconds } from "../src/figures/missing.js";

type Plans = Parameters<typeof estimatedSeconds>[0];

const plans = (changes: {
  model?: string;
  variantOf?: string | null;
  limit?: number | null;
  epochs?: number;
}) =>
  ({
    ingest: { dataset: "mnist", limit: changes.limit ?? null },
    train: { model: changes.model ?? "vae", epochs: changes.epochs ?? 10, seeds: [0, 1, 2] },
    report: { model: changes.model ?? "vae", variantOf: changes.variantOf ?? null },
  }) as Plans;

const record = (changes: object = {}) =>
  ({
    dataset: "mnist",
    model: "vae",
    variantOf: null,
    limit: null,
    data: { examples: 70_000 },
    runs: [{ epochs: 100 }, { epochs: 100 }],
    made: [{ seconds: { train: 300 } }, { seconds: { ingest: 1, train: 300 } }],
    ...changes,
  }) as unknown as RunRecord;

test("training is estimated in proportion to epochs, examples and seeds", () => {
  // 3 s an epoch of 70,000 examples.
  expect(estimatedSeconds(plans({}), [record()])).toBeCloseTo(90, 10);
  expect(estimatedSeconds(plans({ limit: 7000, epochs: 20 }), [record()])).toBeCloseTo(18, 10);
  expect(estimatedSeconds(plans({ limit: 90_000 }), [record()])).toBeCloseTo(90, 10);
});

test("by the record of the system, else of a variant of the same, on the same data set; else not", () => {
  const other = record({ model: "better-vae", variantOf: "vae", made: [{ seconds: { train: 6000 } }] });
  expect(estimatedSeconds(plans({}), [other, record()])).toBeCloseTo(90, 10);
  expect(estimatedSeconds(plans({}), [other])).toBeCloseTo(900, 10);
  expect(estimatedSeconds(plans({}), [record({ dataset: "usps" })])).toBeNull();
  expect(estimatedSeconds(plans({}), [record({ limit: 100 })])).toBeNull();
  expect(estimatedSeconds(plans({ model: "dec" }), [record()])).toBeNull();
});

test("a system without epochs takes its time once per seed", () => {
  const fit = record({
    model: "kmeans",
    runs: [{ epochs: 0 }, { epochs: 0 }],
    made: [{ seconds: { train: 8 } }],
  });
  expect(estimatedSeconds(plans({ model: "kmeans" }), [fit])).toBe(12);
});

test("the command names a few pipelines, and of more runs the whole study", async () => {
  const minute = async () => 60;
  const all = ["a", "b", "c", "d", "e"];
  expect(await describeMissing("digits", ["a", "b"], all, minute)).toEqual({
    pipelines: ["a", "b"],
    command: "pnpm turbo run evaluate --filter=@pipelines/a --filter=@pipelines/b",
    seconds: 120,
  });
  expect(await describeMissing("digits", all.slice(1), all, minute)).toMatchObject({
    command: "pnpm turbo run reproduce --filter=@studies/digits",
    seconds: 300,
  });
  expect((await describeMissing("digits", ["a"], all, async () => null)).seconds).toBeNull();
});
