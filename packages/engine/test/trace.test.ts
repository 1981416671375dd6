/** The tracer puts back the engine that ran before it. */
import { expect, test } from "vitest";
import { startEngine, startTracer, tf, traceKernels } from "../src/index.js";

test("after the tracer the engine and its checks are those of before", async () => {
  await startEngine({ threads: 1 });
  const before = { backend: tf.getBackend(), isTest: tf.env().getBool("IS_TEST") };
  for (let round = 0; round < 2; round++) {
    const stopTracer = await startTracer();
    expect(tf.getBackend()).not.toBe(before.backend);
    const traced = traceKernels(tf.ones([2, 3]), (x) => ({ y: tf.relu(x) }));
    expect(traced.y).toMatchObject({ kind: "node", node: { kernel: "Relu" } });
    await stopTracer();
    expect({ backend: tf.getBackend(), isTest: tf.env().getBool("IS_TEST") }).toEqual(before);
  }
  expect(tf.add(1, 2).dataSync()[0]).toBe(3);
});
