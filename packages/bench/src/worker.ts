/** Runs one benchmark: `node worker.js NAME THREADS` prints its measurement as a line of JSON. */
import { startEngine } from "@gumbel/engine";
import { peakMemory } from "@gumbel/workspace";
import type { Measured } from "./cases/benchmark.js";
import { benchmarks } from "./cases/registry.js";

const [name, threads] = process.argv.slice(2);
const benchmark = benchmarks.find((candidate) => candidate.name === name);
if (!benchmark) throw new Error(`no benchmark named ${name}`);

const prepared = await benchmark.prepare(Number(threads));
const { amount, weights } = prepared;
const seconds: number[] = [];
try {
  const { warmup } = benchmark;
  const start = performance.now();
  for (let i = 0; i < warmup.repetitions || performance.now() - start < 1000 * warmup.seconds; i++) {
    await prepared.run();
  }
  for (let i = 0; i < benchmark.repetitions; i++) {
    const began = performance.now();
    await prepared.run();
    seconds.push((performance.now() - began) / 1000);
  }
} finally {
  await prepared.finish?.();
}
const peakRssBytes = prepared.peakRssBytes?.() ?? (await peakMemory());
const engine = await startEngine({ threads: Number(threads) });
const version = engine.tensorflow ? `TensorFlow ${engine.tensorflow}` : `TensorFlow.js ${engine.tfjs}`;
const libraries = `${version} (${engine.name}), ${engine.threads} threads`;
const measured: Measured = { seconds, amount, peakRssBytes, libraries, weights };
console.log(JSON.stringify(measured));
