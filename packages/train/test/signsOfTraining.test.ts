import { startEngine, tf } from "@gumbel/engine";
import { buildModel, phaseOf, trainingDataOf } from "@gumbel/models/testing";
import { stream } from "@gumbel/random";
import { beforeAll, expect, test } from "vitest";
import { signsOfTraining } from "../src/signsOfTraining.js";

beforeAll(async () => {
  await startEngine();
});

const d = 4;
const labels = Int32Array.from({ length: 12 }, (_, i) => (i < 6 ? i % 3 : -1));
const data = trainingDataOf(stream(0, "x").fill("uniform", 12 * d), d, labels);

/** Names of the signs of a system after an epoch with these terms. */
async function namesOf(
  system: string,
  terms: Record<string, number>,
  generate?: (noise: tf.Tensor2D) => tf.Tensor2D,
): Promise<string[]> {
  const built = await buildModel(system, {}, data);
  const model = generate
    ? { ...built, decoder: { generator: { noise: 2, conditional: false, generate } } }
    : built;
  return signsOfTraining(model, phaseOf(built), terms).map(({ name }) => name);
}

test("a generator that does not use its noise is seen", async () => {
  expect(await namesOf("vae", {}, (noise) => noise)).toEqual([]);
  const constant = (noise: tf.Tensor2D) => tf.add(tf.mul(noise, 1e-4), 5) as tf.Tensor2D;
  expect(await namesOf("vae", {}, constant)).toEqual(["constant-generator"]);
});

test("an Improved GAN whose discriminator is sure of real and of generated examples is seen", async () => {
  const terms = (real: number, generated: number) => ({
    "discriminator/real": real,
    "discriminator/generated": generated,
  });
  expect(await namesOf("improved-gan", terms(0.4, 0.4))).toEqual([]);
  expect(await namesOf("improved-gan", terms(0.0002, 0.4))).toEqual([]);
  expect(await namesOf("improved-gan", terms(0.0002, 0.00001))).toEqual(["discriminator-wins"]);
});

test("a CatGAN whose discriminator finds no class in any generated example is seen", async () => {
  expect(await namesOf("cat-gan", { "discriminator/generated": 0.9 })).toEqual([]);
  expect(await namesOf("cat-gan", { "discriminator/generated": Math.log(3) })).toEqual([
    "discriminator-wins",
  ]);
});
