/** The thread of aside.ts. */
import { parentPort } from "node:worker_threads";
import { rasterise } from "@gumbel/pages/rasterise";
import { layOutByTsne } from "./plots/overTime.js";

const jobs = { rasterise, layOutByTsne };

export type Jobs = typeof jobs;
export interface Question {
  id: number;
  name: keyof Jobs;
  given: unknown[];
}
export type Answer = { id: number } & ({ value: unknown } | { error: unknown });

parentPort?.on("message", async ({ id, name, given }: Question) => {
  const answer = (rest: { value: unknown } | { error: unknown }) => parentPort!.postMessage({ id, ...rest });
  try {
    answer({ value: await (jobs[name] as (...given: unknown[]) => unknown)(...given) });
  } catch (error) {
    answer({ error });
  }
});
