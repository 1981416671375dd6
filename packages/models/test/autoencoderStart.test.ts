import { startEngine, tf } from "@gumbel/engine";
import { stream } from "@gumbel/random";
import { beforeAll, describe, expect, test } from "vitest";
import { trainingDataOf } from "../src/testing.js";
import { AutoencoderStart, autoencoderStartOption } from "../src/training/autoencoderStart.js";
import { weighted } from "../src/training/objective.js";
import { adam } from "../src/training/phases.js";

beforeAll(async () => {
  await startEngine();
});

/** Two pairs on a line. */
const pairs = trainingDataOf(Float32Array.of(0, 10, 1, 11), 1);
const startWith = (options: object | null) =>
  new AutoencoderStart(autoencoderStartOption.parse(options), 2, (restart) => stream(0, restart));
const fitted = (options: object | null): AutoencoderStart => {
  const start = startWith(options);
  start.fit(pairs, 1, (x) => tf.clone(x));
  return start;
};

describe("a start from an autoencoder", () => {
  const options = { epochs: 5, weight: 20, fadeEpochs: 4, restarts: 3 };

  test("is a pretraining phase in the batches and with the optimizer of the main one", () => {
    const schedule = { epochs: 100, batchSize: 64, optimizer: adam(1e-3) };
    const objective = () => weighted({ reconstruction: tf.scalar(0) });
    const [phase, ...others] = startWith(options).phases(schedule, objective);
    expect(others).toEqual([]);
    expect(phase).toMatchObject({ name: "autoencoder", epochs: 5, batch: { size: 64 }, pretraining: true });
    expect(phase!.players).toEqual([{ name: "model", optimizer: adam(1e-3), objective }]);
  });

  test("keeps the cluster of every example on the latent as state", () => {
    const { shape, values } = fitted(options).state.get("assignment")!;
    expect(shape).toEqual([4]);
    expect(values[0]).not.toBe(values[1]);
    expect([...values]).toEqual([values[0], values[1], values[0], values[1]]);
  });

  test("asks for these clusters: the mean of -log q(k | x), by hand", () => {
    const start = fitted(options);
    const rows = Uint32Array.of(3, 0);
    const [third, first] = Array.from(rows, (row) => start.state.get("assignment")!.values[row]!);
    // The clusters differ: each row of q has 1/4 for its own.
    const q = tf.tensor2d([third, first].map((own) => [0, 1].map((k) => (k === own ? 0.25 : 0.75))));
    const [term, weight] = start.term(rows, tf.log(q), 0)!;
    expect(term.dataSync()[0]).toBeCloseTo(Math.log(4), 5);
    expect(weight).toBe(20);
  });

  test("fades linearly, within an epoch too, and then is no term any more", () => {
    const start = fitted(options);
    const weightAt = (epoch: number) => start.term(Uint32Array.of(0), tf.zeros([1, 2]), epoch)?.[1];
    expect([0, 1, 2.5, 3].map(weightAt)).toEqual([20, 15, 7.5, 5]);
    expect([4, 4.5, 100].map(weightAt)).toEqual([undefined, undefined, undefined]);
    expect([0, 1, 4, 5].map((epoch) => start.left(epoch))).toEqual([1, 0.75, 0, 0]);
  });
});

test("without the option there is no phase, no state and no term", () => {
  const start = fitted(null);
  expect(start.phases({ epochs: 1, batchSize: 4, optimizer: adam(1e-3) }, () => weighted({}))).toEqual([]);
  expect(start.state.size).toBe(0);
  expect(start.left(0)).toBe(0);
  expect(start.term(Uint32Array.of(0), tf.zeros([1, 2]), 0)).toBeUndefined();
});
