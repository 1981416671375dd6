import { startEngine, tf } from "@gumbel/engine";
import { beforeAll, describe, expect, test } from "vitest";
import { weighted } from "../src/training/objective.js";

beforeAll(async () => {
  await startEngine();
});

const numberOf = (scalar: tf.Scalar): number => scalar.dataSync()[0]!;

describe("the weighted sum", () => {
  test("is Σ weight · term, a term alone counting once", () => {
    const { total, terms, weights } = weighted({
      reconstruction: tf.scalar(7),
      gaussian: [tf.scalar(3), 4],
      categorical: [tf.scalar(-2), 0.5],
    });
    expect(numberOf(total)).toBe(7 + 12 - 1);
    expect(Object.entries(terms).map(([name, term]) => [name, numberOf(term)])).toEqual([
      ["reconstruction", 7],
      ["gaussian", 3],
      ["categorical", -2],
    ]);
    expect(weights).toEqual({ reconstruction: 1, gaussian: 4, categorical: 0.5 });
  });

  test("has the gradient Σ weight · that of the term", () => {
    const slope = tf.grad((x) => {
      const at = x as tf.Scalar;
      return weighted({ square: tf.square(at), line: [tf.mul<tf.Scalar>(at, 5), 3] }).total;
    })(tf.scalar(2));
    expect(slope.dataSync()[0]).toBeCloseTo(2 * 2 + 15, 5);
  });

  test("logs a term of weight 0 and takes no gradient of it, not even one that is no number", () => {
    // The root has an infinite slope at 0, and 0 · ∞ is not a number.
    const at = tf.tensor1d([0]);
    const objective = (x: tf.Tensor) =>
      weighted({ line: tf.sum<tf.Scalar>(tf.mul(x, 3)), root: [tf.sum<tf.Scalar>(tf.sqrt(x)), 0] });
    expect([
      ...tf
        .grad((x) => objective(x).total)(at)
        .dataSync(),
    ]).toEqual([3]);
    const { terms, weights } = objective(tf.tensor1d([4]));
    expect(numberOf(terms.root!)).toBe(2);
    expect(weights).toEqual({ line: 1, root: 0 });
  });

  test("of weights 0 alone is 0", () => {
    expect(numberOf(weighted({ term: [tf.scalar(3), 0] }).total)).toBe(0);
  });

  test("knows nothing of a term that is undefined", () => {
    const { total, terms, weights } = weighted({ reconstruction: tf.scalar(7), start: undefined });
    expect(numberOf(total)).toBe(7);
    expect(Object.keys(terms)).toEqual(["reconstruction"]);
    expect(weights).toEqual({ reconstruction: 1 });
  });

  test("of one term is a tensor of its own, which outlives the term", () => {
    const { total, terms } = weighted({ reconstruction: tf.scalar(7) });
    terms.reconstruction!.dispose();
    expect(numberOf(total)).toBe(7);
  });
});
