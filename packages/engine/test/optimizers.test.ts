import { stream } from "@gumbel/random";
import { beforeAll, expect, test } from "vitest";
import {
  Adam,
  dense,
  makeOptimizer,
  type Objective,
  Parameters,
  Sgd,
  squaredError,
  startEngine,
  tf,
} from "../src/index.js";

beforeAll(async () => {
  await startEngine();
});

/** An objective without terms. */
const only = (total: tf.Scalar): Objective => ({ total, terms: {}, weights: {} });

/** A small autoencoder on fixed data. */
function problem() {
  const random = stream(0, "adam");
  const parameters = new Parameters();
  const w = parameters.create("w", [6, 3], random.fill("normal", 18));
  const b = parameters.create("b", [3], new Float32Array(3));
  const v = parameters.create("v", [3, 6], random.fill("normal", 18));
  const c = parameters.create("c", [6], new Float32Array(6));
  const x = tf.tensor2d(random.fill("normal", 48), [8, 6]);
  const optimizer = new Adam(parameters, { learningRate: 0.05 });
  const step = (): number => {
    const { total } = optimizer.minimize(() => {
      const h = dense(x, w.value, b.value, "relu");
      return only(squaredError(dense(h, v.value, c.value, "linear"), x));
    });
    const loss = total.dataSync()[0]!;
    total.dispose();
    return loss;
  };
  return { parameters, optimizer, step };
}

test("the first step moves every weight by the learning rate, against its gradient's sign", async () => {
  const parameters = new Parameters();
  const w = parameters.create("w", [2], Float32Array.of(1, -2));
  const optimizer = new Adam(parameters, { learningRate: 0.1 });
  optimizer.minimize(() => only(tf.sum(tf.square(w.value)))).total.dispose();
  const [a, b] = (await parameters.save()).get("w")!.values;
  expect(a).toBeCloseTo(0.9, 5);
  expect(b).toBeCloseTo(-1.9, 5);
});

test("100 steps follow the formula of the paper, computed in double precision", async () => {
  const parameters = new Parameters();
  const w = parameters.create("w", [1], Float32Array.of(3));
  const optimizer = new Adam(parameters, { learningRate: 0.02 });
  let [theta, m, v] = [3, 0, 0];
  for (let t = 1; t <= 100; t++) {
    optimizer.minimize(() => only(tf.sum(tf.square(w.value)))).total.dispose();
    const g = 2 * theta;
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    theta -= (0.02 * (m / (1 - 0.9 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8);
  }
  expect((await parameters.save()).get("w")!.values[0]).toBeCloseTo(theta, 4);
});

test("300 steps lower the loss and leak no tensor", () => {
  const { step } = problem();
  const first = step();
  const before = tf.memory().numTensors;
  let last = first;
  for (let i = 0; i < 300; i++) last = step();
  expect(last).toBeLessThan(first / 2);
  expect(tf.memory().numTensors).toBe(before);
});

test("an optimizer that is saved after 5 steps and loaded into a new one takes the same next 5 steps, to the last bit", async () => {
  const whole = problem();
  for (let i = 0; i < 10; i++) whole.step();

  const half = problem();
  for (let i = 0; i < 5; i++) half.step();
  const resumed = problem();
  resumed.parameters.load(await half.parameters.save());
  resumed.optimizer.load(await half.optimizer.save());
  for (let i = 0; i < 5; i++) resumed.step();

  expect(await resumed.parameters.save()).toEqual(await whole.parameters.save());
});

test("a parameter outside of the objective and one that is not trainable keep their values", async () => {
  const parameters = new Parameters();
  const used = parameters.create("used", [1], Float32Array.of(1));
  parameters.create("unused", [1], Float32Array.of(2));
  const fixed = parameters.create("fixed", [1], Float32Array.of(3), { trainable: false });
  const optimizer = new Adam(parameters, { learningRate: 0.1 });
  optimizer.minimize(() => only(tf.sum(tf.mul(used.value, fixed.value)))).total.dispose();
  const saved = await parameters.save();
  expect(saved.get("used")!.values[0]).toBeCloseTo(0.9, 5);
  expect([...saved.get("unused")!.values, ...saved.get("fixed")!.values]).toEqual([2, 3]);
});

test("50 steps with momentum follow the formula, computed in double precision", async () => {
  const parameters = new Parameters();
  const w = parameters.create("w", [1], Float32Array.of(3));
  const optimizer = new Sgd(parameters, { learningRate: 0.02 });
  let [theta, velocity] = [3, 0];
  for (let t = 1; t <= 50; t++) {
    optimizer.minimize(() => only(tf.sum(tf.square(w.value)))).total.dispose();
    velocity = 0.9 * velocity + 2 * theta;
    theta -= 0.02 * velocity;
  }
  expect((await parameters.save()).get("w")!.values[0]).toBeCloseTo(theta, 4);
});

test("an optimizer updates only its own parameters, whatever the objective uses", async () => {
  const parameters = new Parameters();
  const mine = parameters.create("mine", [2], Float32Array.of(1, 2));
  const theirs = parameters.create("theirs", [2], Float32Array.of(3, 4));
  const optimizer = makeOptimizer(parameters, { name: "adam", learningRate: 0.1, beta1: 0.5 }, [mine]);
  optimizer.minimize(() => only(tf.sum(tf.mul(mine.value, theirs.value)))).total.dispose();
  const saved = await parameters.save();
  expect([...saved.get("theirs")!.values]).toEqual([3, 4]);
  expect(saved.get("mine")!.values[0]).toBeCloseTo(0.9, 5);
  expect([...(await optimizer.save()).memory.keys()]).toEqual(["adam/mean/mine", "adam/square/mine"]);
});
