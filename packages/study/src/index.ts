export { runToRecord } from "./figures/recorded.js";
export { reproduce } from "./reproduce.js";
export { type Cell, readSweep, type Sweep } from "./sweep/file.js";
export { bestText, countsText } from "./sweep/page.js";
export { type SweepResult, secondsPerSeed, sweepResultSchema } from "./sweep/results.js";
export { writeSweep } from "./sweep/write.js";
