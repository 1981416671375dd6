/** The run of the lowest loss of each run of a member: a choice among starts that needs no label. */
import { bestOf } from "@gumbel/results";
import { summaryOf } from "@gumbel/tables";
import type { Member } from "./members.js";

/** A member with that seed alone; one whose system has no loss is a problem. */
export function ofLowestLoss({ runs, problems }: Member): Member {
  const found: Member = { runs: [], problems: [...problems] };
  for (const run of runs) {
    const withLoss = run.runs.flatMap((seed) =>
      Number.isFinite(seed.loss) ? { seed, value: seed.loss! } : [],
    );
    const lowest = bestOf("low", withLoss);
    if (!lowest) {
      found.problems.push("its runs have no loss");
      continue;
    }
    const chosen = [lowest.seed];
    const names = Object.keys(run.summary);
    const summary = Object.fromEntries(names.map((name) => [name, summaryOf(chosen, name)]));
    found.runs.push({ ...run, runs: chosen, summary });
  }
  return found;
}
