/** A profiler interrupts the main thread by signals; TensorFlow's products of few columns are not made for that (native/signals.cc). */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "@gumbel/workspace/programs";
import { afterAll, expect, test } from "vitest";
import type { NodeBackend } from "../src/core/native.js";
import { startEngine, tf } from "../src/index.js";

await startEngine();
const isOurs = Boolean((tf.backend() as unknown as NodeBackend).binding?.squaredDistances);
if (!isOurs) console.log("skipped: this engine does not have the project's own addon");

const folder = mkdtempSync(join(tmpdir(), "gumbel-signals-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.skipIf(!isOurs)("products under a profiler leave memory whole", async () => {
  const engine = join(import.meta.dirname, "../dist/index.js");
  const script = `
      const { startEngine, tf } = await import(${JSON.stringify(engine)});
      await startEngine({ threads: 2 });
      const [a, b] = [tf.ones([100, 1000]), tf.ones([1000, 10])];
      for (let i = 0; i < 4000; i++) tf.tidy(() => tf.matMul(a, b).dataSync());
      console.log(tf.tidy(() => tf.matMul(a, b).dataSync()[0]));`;
  const profiled = ["--cpu-prof", `--cpu-prof-dir=${folder}`, "--cpu-prof-interval=200"];
  const { exitCode, signal, stdout } =
    await run`${process.execPath} ${profiled} --input-type=module -e ${script}`;
  expect([exitCode, signal, stdout.trim()]).toEqual([0, null, "1000"]);
});
