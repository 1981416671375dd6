import type { Benchmark } from "./benchmark.js";
import { clusteringBenchmarks } from "./clustering.js";
import { fitBenchmarks } from "./fits.js";
import { jobBenchmarks } from "./jobs.js";
import { neighbourBenchmarks } from "./neighbours.js";
import { stageBenchmarks } from "./stages.js";
import { stepBenchmarks } from "./steps.js";

/** Every benchmark, in the order of the table. */
export const benchmarks: Benchmark[] = [
  ...stepBenchmarks,
  ...fitBenchmarks,
  ...neighbourBenchmarks,
  ...clusteringBenchmarks,
  ...stageBenchmarks,
  ...jobBenchmarks,
];
