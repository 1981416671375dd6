/** `pnpm --filter @gumbel/bench own-data [SYSTEM …]`: clusters the twelve tables with k-means and these systems, all if none is named. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { artifactPath, toJson, writeFileAtomic } from "@gumbel/workspace";
import { root } from "./cases/root.js";
import { clusterOwnData, type OwnResult, ownSets, ownSystems, unsaidFailures } from "./ownData.js";

const wanted = process.argv.slice(2);
const systems = ownSystems.filter(
  (system) => wanted.length === 0 || system === "kmeans" || wanted.includes(system),
);
const file = join(artifactPath(root, "bench"), "own-data.json");
await mkdir(artifactPath(root, "bench"), { recursive: true });

const line = ({ system, set, accuracy, signs }: OwnResult): string =>
  `${system.padEnd(24)} ${set.padEnd(18)} ${accuracy.toFixed(3)}  ${signs.join(" ")}`.trimEnd();
const results: OwnResult[] = [];
for (const system of systems) {
  for (const set of ownSets) {
    const result = await clusterOwnData(system, set);
    results.push(result);
    console.log(line(result));
    await writeFileAtomic(file, toJson(results));
  }
}
const failures = unsaidFailures(results);
console.log(`\nworse than k-means by more than 0.1, and nothing says so: ${failures.length || "none"}`);
for (const failure of failures) console.log(line(failure));
