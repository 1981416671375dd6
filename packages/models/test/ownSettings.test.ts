/** The settings of a pipeline of the user's own data. */
import { describe, expect, test } from "vitest";
import { fitToData, type OwnData } from "../src/ownData.js";
import { scheduleFor, settingsFor } from "../src/ownSettings.js";
import { loadSystem, systemNames } from "../src/registry.js";

test.each([
  // 10 batches of 16, at most 200 epochs.
  { rows: 150, batch: 256, epochs: 200, batchSize: 16 },
  // 64 ≤ 1,797 / 15 < 128: 29 batches, 103 epochs.
  { rows: 1797, batch: 256, epochs: 103, batchSize: 64 },
  // 274 batches, 11 epochs.
  { rows: 70_000, batch: 256, epochs: 11 },
  // 3,907 batches.
  { rows: 1_000_000, batch: 256, epochs: 1 },
])("a quick run on $rows rows has $epochs epochs", ({ rows, batch, ...expected }) => {
  expect(scheduleFor(rows, batch)).toEqual(expected);
});

test.each([
  // 2.5 √150 = 30.6; three times 50 rows.
  { n: 150, d: 4, width: 32, latentSize: 3 },
  // Two columns.
  { n: 500, d: 2, width: 64, latentSize: 2 },
  // 2.5 √1,797 = 106; at most 10.
  { n: 1797, d: 64, width: 128, latentSize: 10 },
  { n: 10_000, d: 5000, width: 256, latentSize: 10 },
  { n: 1_000_000, d: 20, width: 512, latentSize: 10 },
])("$n rows of $d columns have layers of $width and a latent of $latentSize", ({ n, d, ...expected }) => {
  expect(fitToData({ n, shape: [d], range: "real" }, 100)).toMatchObject(expected);
});

/** What the settings of both profiles ask of the system's schema. */
async function optionsOf(name: string, size: Pick<OwnData, "n" | "shape" | "range">) {
  const system = await loadSystem(name);
  const { model, quick } = settingsFor(system, size);
  return { system, parsed: system.optionsSchema.safeParse({ ...model, ...quick.model }) };
}

describe.each(systemNames)("%s", (name) => {
  test.each([
    { n: 200, shape: [2], range: "real" as const },
    { n: 200, shape: [5000], range: "real" as const },
    { n: 1_000_000, shape: [2], range: "unit" as const },
    { n: 1_000_000, shape: [5000], range: "real" as const },
  ])("takes the options for $n rows of $shape", async (size) => {
    const { system, parsed } = await optionsOf(name, size);
    const rejected = system.optionsSchema.safeParse({}).success ? parsed.error : undefined;
    expect(rejected).toBeUndefined();
  });
});

test("a large table takes the published autoencoder of DEC, a small one a small one", async () => {
  const dec = await loadSystem("dec");
  expect(settingsFor(dec, { n: 70_000, shape: [28, 28, 1], range: "unit" }).model).not.toHaveProperty(
    "hidden",
  );
  expect(settingsFor(dec, { n: 600, shape: [64], range: "real" }).model).toMatchObject({ hidden: [64, 64] });
});

test("real values have a calibrated Gaussian, pixels the system's own likelihood", async () => {
  const vae = await loadSystem("vae");
  expect(settingsFor(vae, { n: 600, shape: [64], range: "real" }).model.likelihood).toBe("calibrated");
  expect(settingsFor(vae, { n: 600, shape: [64], range: "unit" }).model.likelihood).toBeUndefined();
});

test("the full profile is never shorter than the quick one", async () => {
  const own = settingsFor(await loadSystem("gumbel-vae-self-trained"), { n: 150, shape: [4], range: "real" });
  expect(own.quick.train).toEqual({ epochs: 200 });
  expect(own.full).toEqual({ epochs: 200 });
});

test("the self-trained variant warps images, and leaves the rows of a table as they are", async () => {
  const variant = await loadSystem("gumbel-vae-self-trained");
  const of = (shape: number[]) => settingsFor(variant, { n: 600, shape, range: "unit" }).model;
  expect(of([64]).augmentation).toBeNull();
  expect(of([8, 8, 1])).not.toHaveProperty("augmentation");
});
