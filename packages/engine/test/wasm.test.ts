/** The kernels added to the wasm engine give the results of the plain engine. */
import { run } from "@gumbel/workspace/programs";
import { expect, test } from "vitest";

/** Runs `script` on an engine in a separate process and returns the numbers that it adds to `values`. */
async function valuesOn(engine: string, script: string): Promise<number[]> {
  const engineModule = new URL("../dist/index.js", import.meta.url).href;
  const randomModule = new URL("../../random/dist/index.js", import.meta.url).href;
  const program = `
    const { startEngine, tf } = await import(${JSON.stringify(engineModule)});
    const { stream } = await import(${JSON.stringify(randomModule)});
    await startEngine();
    const normal = (name, ...shape) =>
      tf.tensor(stream(0, name).fill("normal", shape.reduce((a, b) => a * b, 1)), shape);
    const before = tf.memory().numTensors;
    const values = [];
    tf.tidy(() => { ${script} });
    if (tf.memory().numTensors !== before) throw new Error("tensors leak");
    console.log(JSON.stringify(values));
  `;
  const { stdout, stderr } = await run({
    env: { ...process.env, GUMBEL_ENGINE: engine },
  })`${process.execPath} --input-type=module -e ${program}`;
  expect(stdout, stderr).not.toBe("");
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as number[];
}

const products = `
  for (const [m, k] of [[[3, 4], [3, 5]], [[2, 3, 4], [2, 3, 5]]])
    values.push(...tf.matMul(normal("a", ...m), normal("b", ...k), true, false).dataSync());
  values.push(...tf.matMul(normal("c", 3, 4), normal("d", 5, 4), false, true).dataSync());
  values.push(...tf.matMul(normal("e", 4, 3), normal("f", 5, 4), true, true).dataSync());
`;

const gradients = (of: string, x: string, filter: string) => `
  const mixed = (y) => tf.sum(tf.mul(y, normal("mix", ...y.shape)));
  const [dx, df] = tf.grads((x, f) => mixed(${of}))([normal("x", ${x}), normal("f", ${filter})]);
  values.push(...dx.dataSync(), ...df.dataSync());
`;

test.each([
  ["products with transposed operands", products],
  ["gradients of a convolution", gradients('tf.conv2d(x, f, 1, "valid")', "2, 6, 5, 3", "3, 2, 3, 4")],
  [
    "gradients of a convolution with a stride",
    gradients('tf.conv2d(x, f, 2, "valid")', "2, 7, 8, 3", "3, 3, 3, 2"),
  ],
  [
    "gradients of a convolution with padding",
    gradients('tf.conv2d(x, f, 2, "same")', "2, 7, 6, 1", "3, 3, 1, 2"),
  ],
  [
    "gradients of a transposed convolution",
    gradients('tf.conv2dTranspose(x, f, [2, 7, 7, 3], 2, "valid")', "2, 3, 3, 4", "3, 3, 3, 4"),
  ],
])("%s", async (_what, script) => {
  const [wasm, cpu] = await Promise.all([valuesOn("wasm", script), valuesOn("cpu", script)]);
  expect(wasm).toHaveLength(cpu.length);
  for (const [i, value] of wasm.entries()) expect(value).toBeCloseTo(cpu[i]!, 3);
});
