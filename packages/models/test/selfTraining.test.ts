import { startEngine, tf } from "@gumbel/engine";
import { beforeAll, expect, test } from "vitest";
import { selfTrainingOption, selfTrainingTerm } from "../src/training/selfTraining.js";

beforeAll(async () => {
  await startEngine();
});

const options = selfTrainingOption.parse({ weight: 8 });
/** q = (3/4, 1/4) and (1/2, 1/2). */
const logits = () => tf.log(tf.tensor2d([0.75, 0.25, 0.5, 0.5], [2, 2])) as tf.Tensor2D;

test("the term is the divergence from q² / Σq, worked by hand, with its share of the weight", () => {
  // Σq = 5/4 and 3/4. Rows q² / Σq ∝ (27, 5) and (3, 5): t = (27/32, 5/32) and (3/8, 5/8).
  const first = (27 / 32) * Math.log(27 / 24) + (5 / 32) * Math.log(5 / 8);
  const second = (3 / 8) * Math.log(3 / 4) + (5 / 8) * Math.log(5 / 4);
  const [term, weight] = selfTrainingTerm(options, logits, logits(), 0.25)!;
  expect(term.dataSync()[0]).toBeCloseTo((first + second) / 2, 6);
  expect(weight).toBe(2);
});

test("no gradient goes through the target: it is (q - t) / N", () => {
  const slopes = tf.grad((x) => {
    const own = x as tf.Tensor2D;
    return selfTrainingTerm(options, () => own, own, 1)![0];
  })(logits());
  const expected = [(0.75 - 27 / 32) / 2, (0.25 - 5 / 32) / 2, (0.5 - 3 / 8) / 2, (0.5 - 5 / 8) / 2];
  slopes.dataSync<"float32">().forEach((slope, i) => {
    expect(slope).toBeCloseTo(expected[i]!, 5);
  });
});

test("the target is made of one input and learned on another", () => {
  // t = (27/32, 5/32) and (3/8, 5/8) as above; q(c | x′) is a half each.
  const [term] = selfTrainingTerm(options, logits, tf.zeros([2, 2]), 1)!;
  const cross = Math.LN2 - [27 / 32, 5 / 32, 3 / 8, 5 / 8].reduce((sum, t) => sum - t * Math.log(t), 0) / 2;
  expect(term.dataSync()[0]).toBeCloseTo(cross, 6);
});

test("without the option there is no term", () => {
  expect(selfTrainingTerm(selfTrainingOption.parse(null), logits, logits(), 1)).toBeUndefined();
});
