import { startEngine, tf } from "@gumbel/engine";
import { beforeAll, describe, expect, test } from "vitest";
import { meanKl, sharpened } from "../src/training/targets.js";

beforeAll(async () => {
  await startEngine();
});

describe("the targets", () => {
  // p = np.array([[.7, .2, .1], [.6, .3, .1], [.5, .1, .4]]); f = p.sum(0)
  const p = Float32Array.of(0.7, 0.2, 0.1, 0.6, 0.3, 0.1, 0.5, 0.1, 0.4);

  test("are p / √Σp with power 1, each row scaled to sum 1", () => {
    // q = p / np.sqrt(f); q / q.sum(1, keepdims=True)
    const expected = [
      0.573952, 0.284032, 0.142016, 0.464102, 0.401924, 0.133975, 0.366025, 0.126795, 0.50718,
    ];
    sharpened(p, 3, 1).forEach((q, i) => {
      expect(q).toBeCloseTo(expected[i]!, 5);
    });
  });

  test("are p² / Σp with power 2, as in DEC and in the code of DEPICT's authors", () => {
    // q = p**2 / f; q / q.sum(1, keepdims=True)
    const expected = [0.765625, 0.1875, 0.046875, 0.545455, 0.409091, 0.045455, 0.328947, 0.039474, 0.631579];
    sharpened(p, 3, 2).forEach((q, i) => {
      expect(q).toBeCloseTo(expected[i]!, 5);
    });
  });

  test("of a cluster that nothing falls into are 0, and those of the others stay right", () => {
    expect([...sharpened(Float32Array.of(1, 0, 1, 0), 2, 1)]).toEqual([1, 0, 1, 0]);
  });
});

describe("the divergence", () => {
  test("is KL(q ‖ softmax): SciPy's figure", () => {
    // q = [.7, .2, .1]; scipy.stats.entropy(q, scipy.special.softmax([.5, -1, 2])) is 1.089493
    const loss = tf.tidy(
      () => meanKl(Float32Array.of(0.7, 0.2, 0.1), tf.tensor2d([[0.5, -1, 2]])).dataSync()[0]!,
    );
    expect(loss).toBeCloseTo(1.089493, 5);
  });

  test("is -log p of the cluster if the target is one-hot", () => {
    const loss = tf.tidy(() => meanKl(Float32Array.of(0, 1), tf.tensor2d([[0, Math.log(3)]])).dataSync()[0]!);
    expect(loss).toBeCloseTo(-Math.log(0.75), 5);
  });
});
