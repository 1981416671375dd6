/** A generative adversarial network (Goodfellow et al. 2014) on two moons: two players of one phase. */
import { bernoulliLoss, Parameters, startEngine, tf } from "@gumbel/engine";
import { type Batch, DenseNetwork, type Model, type Player, weighted } from "@gumbel/models";
import { twoMoons } from "@gumbel/models/testing";
import { stream } from "@gumbel/random";
import { expect, test } from "vitest";
import { trainKilled } from "./killed.js";

function gan(): Model {
  const parameters = new Parameters();
  const random = (...names: (string | number)[]) => stream(0, ...names);
  const generator = new DenseNetwork(parameters, random, "generator", [2, 32, 32, 2], "linear");
  const ofGenerator = parameters.all;
  const discriminator = new DenseNetwork(parameters, random, "discriminator", [2, 32, 32, 1], "linear");
  const ofDiscriminator = parameters.all.filter((parameter) => !ofGenerator.includes(parameter));

  const draw = ({ x, random: noise }: Batch) =>
    generator.apply(tf.tensor2d(noise("z").fill("normal", x.size), x.shape));
  const loss = (x: tf.Tensor2D, real: 0 | 1) =>
    bernoulliLoss(discriminator.apply(x), tf.fill([x.shape[0], 1], real));
  const optimizer = { name: "adam" as const, learningRate: 2e-3, beta1: 0.5 };
  const players: Player[] = [
    {
      name: "discriminator",
      trains: ofDiscriminator,
      optimizer,
      objective: (batch) => weighted({ real: loss(batch.x, 1), fake: loss(draw(batch), 0) }),
    },
    {
      name: "generator",
      trains: ofGenerator,
      optimizer,
      pass: 1,
      objective: (batch) => weighted({ fooled: loss(draw(batch), 1) }),
    },
  ];
  return {
    parameters,
    clusters: 1,
    training: { phases: [{ name: "adversarial", epochs: 20, batch: { size: 32 }, players }] },
    encoder: {
      latent: "feature",
      encode: (x) => ({ cluster: tf.zeros([x.shape[0]], "int32"), feature: x }),
    },
    decoder: { generator: { noise: 2, conditional: false, generate: (z) => generator.apply(z) } },
  };
}

test("a GAN's players train in turn; killed at any step, the training resumes to the same bytes", async () => {
  await startEngine({ threads: 1 });
  const whole = await trainKilled(gan, twoMoons(), []);
  const { loss, totals, terms } = whole.history.at(-1)!;
  expect([loss, Object.keys(totals)]).toEqual([null, ["discriminator", "generator"]]);
  expect(Object.keys(terms)).toEqual(["discriminator/real", "discriminator/fake", "generator/fooled"]);
  // At the optimum the discriminator's loss is 2 log 2.
  expect(Math.abs(totals.discriminator! - 2 * Math.log(2))).toBeLessThan(0.3);
  // The players read in turn, so that some kills are between the two.
  expect(await trainKilled(gan, twoMoons(), [0, 1, 37, 100, 151])).toEqual(whole);
});
