import { startEngine } from "@gumbel/engine";
import { beforeAll, describe, expect, test } from "vitest";
import type { Model } from "../src/index.js";
import {
  accuracyOf,
  batchOfAll,
  buildModel,
  encodingOf,
  phaseOf,
  threeClouds,
  trainSteps,
  valuesOf,
} from "../src/testing.js";

beforeAll(async () => {
  await startEngine();
});

const training = threeClouds();
const { n } = training;
const optimizer = { name: "adam" as const, learningRate: 0.01 };

const build = (name: string, range: "unit" | "real" = "unit", seed = 1): Promise<Model> =>
  buildModel(name, { hidden: [16], latentSize: 2, restarts: 5 }, training, { range, seed });
/** An autoencoder before its first step. */
async function stackedAutoencoder(range: "unit" | "real" = "unit"): Promise<Model> {
  const stacked = await build("ae-kmeans", range, 5);
  await phaseOf(stacked).start!(training);
  return stacked;
}
const reconstructionsOf = ({ decoder }: Model): Float32Array =>
  decoder.reconstruct!(batchOfAll(training).x).dataSync<"float32">();

test("the objective is the sum of its terms", async () => {
  const model = await build("vade");
  await phaseOf(model).start!(training);
  const { total, terms, weights } = valuesOf(model, batchOfAll(training));
  const { reconstruction, gaussian, categorical } = terms;
  expect(total / (reconstruction! + gaussian! + categorical!)).toBeCloseTo(1, 5);
  expect(weights).toEqual({ reconstruction: 1, gaussian: 1, categorical: 1 });
});

describe("the start", () => {
  test("puts the prior onto the clusters of the latent", async () => {
    const model = await build("vade");
    await trainSteps(model, training, { steps: 30, optimizer }, [phaseOf(model, "pretraining")]);
    await phaseOf(model).start!(training);
    expect(accuracyOf(model, training)).toBe(1);
  });

  test("takes an autoencoder from another system, with its latent and its scale", async () => {
    const stacked = await stackedAutoencoder();
    const model = await build("vade");
    const set = model.parameters.load(await stacked.parameters.save());
    expect(set).toEqual(expect.arrayContaining(["encoder/1/weight", "decoder/1/bias", "inputScale"]));
    expect(encodingOf(model, training).z).toEqual(encodingOf(stacked, training).feature);
  });

  test("refits that autoencoder's last layer, so that its sigmoid reconstructs as well as it did", async () => {
    const stacked = await build("ae-kmeans", "unit", 5);
    await trainSteps(stacked, training, { steps: 100, optimizer });
    const model = await build("vade");
    model.parameters.load(await stacked.parameters.save());
    const error = (of: Model): number => {
      const x = training.all();
      return reconstructionsOf(of).reduce((sum, value, i) => sum + (value - x[i]!) ** 2, 0) / n;
    };
    const before = error(model);
    await phaseOf(model).start!(training);
    expect(error(model)).toBeLessThan(1.5 * error(stacked));
    // Taken as logits, the old output is far off.
    expect(before).toBeGreaterThan(4 * error(model));
  });

  test("leaves a decoder alone that it has trained itself", async () => {
    const model = await build("vade");
    await phaseOf(model, "pretraining").start!(training);
    const decoder = async () => (await model.parameters.save()).get("decoder/1/weight")!.values;
    const before = await decoder();
    await phaseOf(model).start!(training);
    expect(await decoder()).toEqual(before);
  });

  test("leaves every decoder alone if the data is not in [0, 1]", async () => {
    const model = await build("vade", "real");
    const stacked = await stackedAutoencoder("real");
    model.parameters.load(await stacked.parameters.save());
    await phaseOf(model).start!(training);
    expect(reconstructionsOf(model)).toEqual(reconstructionsOf(stacked));
  });
});

test("the learning rate falls by a tenth every ten epochs, down to a tenth in all", async () => {
  const factor = phaseOf(await build("vade")).learningRate!;
  expect([0, 9, 10, 25].map((epoch) => factor(epoch, 300))).toEqual([1, 1, 0.9, 0.9 ** 2]);
  expect(factor(299, 300)).toBe(0.1);
});

test("finds three clouds and keeps them while it learns", async () => {
  const model = await build("vade");
  await trainSteps(model, training, { steps: 30, optimizer }, [phaseOf(model, "pretraining")]);
  await trainSteps(model, training, { steps: 60, optimizer }, [phaseOf(model)]);
  expect(accuracyOf(model, training)).toBe(1);
});
