import { searchProducts, startEngine } from "@gumbel/engine";
import { nearestNeighbours } from "@gumbel/metrics";
import { stream } from "@gumbel/random";
import { type Benchmark, oneRun } from "./benchmark.js";

/** Points around 10 centres, so that distances vary as between real latents. */
function points(name: string, n: number, d: number): Float32Array {
  const centres = stream(0, "centres").fill("normal", 10 * d);
  const noise = stream(0, name).fill("normal", n * d);
  return noise.map((value, i) => centres[(((i / d) | 0) % 10) * d + (i % d)]! * 2 + value);
}

/** Exact nearest neighbours in data of MNIST's size: 10,000 queries, 60,000 points, k = 10. */
export const neighbourBenchmarks: Benchmark[] = [10, 150, 784].map((d) => ({
  name: `knn/${d}`,
  title: `10 exact neighbours of 10,000 queries among 60,000 points, d = ${d}`,
  ...oneRun,
  async prepare(threads) {
    await startEngine({ threads });
    const base = points("base", 60_000, d);
    const queries = points("queries", 10_000, d);
    return { amount: 1, run: () => nearestNeighbours({ base, queries, d, k: 10, search: searchProducts }) };
  },
  peer: { title: "scikit-learn, brute", script: "knn.py", arguments: [String(d)] },
}));
