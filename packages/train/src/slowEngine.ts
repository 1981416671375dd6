/** Prevents hours of training on a slow engine, unless the user has chosen it by name. */
import { availableParallelism } from "node:os";
import { type EngineName, environment, type TrainPlan, UserError } from "@gumbel/config";
import { startEngine } from "@gumbel/engine";
import { loadSystem } from "@gumbel/models";
import { stream } from "@gumbel/random";
import { dataDescription, readExamples } from "@gumbel/tables";
import type { Job } from "./job.js";

interface SlowEngine {
  /** Time relative to the native engine, on one thread. */
  slowdown: number;
  /** Multiplications and additions per second. */
  operationsPerSecond: number;
  /** Maximum time of training, unless the user has chosen the engine. */
  minutes: number;
}

/**
 * Processor time, measured on fully connected autoencoders of 0.5 and 3.3 million parameters: 3.4 to 16 billion operations per
 * second on wasm, 5 to 6 times the native time; 0.4 billion on cpu, 50 times the native time. Convolutions take longer. The
 * quickstart, which must run everywhere, takes two minutes on wasm and 23 on cpu.
 */
const slowEngines: Partial<Record<EngineName, SlowEngine>> = {
  wasm: { slowdown: 6, operationsPerSecond: 5e9, minutes: 10 },
  cpu: { slowdown: 50, operationsPerSecond: 0.4e9, minutes: 30 },
};

/** Per example, a parameter takes one multiplication and addition forward and two backward. */
const operationsPerParameter = 6;

/**
 * Rough estimate of the minutes of training, proportional to epochs × examples × parameters.
 *
 * @param epochs number of epochs of all phases
 * @param seeds number of runs
 * @param examples number of training examples
 * @param parameters number of trained values
 * @param cores number of seeds that are trained at the same time
 */
export function estimatedMinutes(
  {
    epochs,
    seeds,
    examples,
    parameters,
    cores,
  }: Record<"epochs" | "seeds" | "examples" | "parameters" | "cores", number>,
  { operationsPerSecond }: SlowEngine,
): number {
  const operations = epochs * examples * parameters * operationsPerParameter;
  return (operations / operationsPerSecond / 60) * Math.ceil(seeds / cores);
}

/**
 * If the native engine is missing and GUMBEL_ENGINE is not set, prints how long training takes on the engine used instead.
 *
 * @param job of any of the seeds
 * @throws UserError if it would take more than the engine's `minutes`.
 */
export async function checkEngineSpeed(
  plan: TrainPlan,
  { data, foundClusters, system: own }: Pick<Job, "data" | "foundClusters" | "system">,
): Promise<void> {
  const { name } = plan.engine;
  const engine = slowEngines[name];
  if (environment().engine || !engine || plan.epochs === 0) return;
  await startEngine({ name, threads: 1 });
  const examples = await readExamples(data);
  const system = await loadSystem(plan.model, own ?? undefined);
  const { parameters, training } = system.build({
    options: plan.options,
    data: dataDescription(examples.info, examples.n, 0, foundClusters),
    schedule: plan,
    random: (...names) => stream(plan.seed, ...names),
  });
  const phases = training.phases.filter(({ pretraining }) => !(pretraining && plan.pretrainedFrom));
  const minutes = estimatedMinutes(
    {
      epochs: phases.reduce((sum, { epochs }) => sum + epochs, 0),
      seeds: plan.seeds.length,
      examples: examples.n,
      parameters: parameters.size,
      cores: availableParallelism(),
    },
    engine,
  );
  const what = `about ${inWords(minutes)} on the ${name} engine, ${engine.slowdown} times as long as on the native one`;
  if (minutes > engine.minutes) {
    throw new UserError({
      what: `training would take ${what}`,
      where: "the native engine does not run here, and GUMBEL_ENGINE is not set",
      expected: `the native engine, or no more than ${engine.minutes} minutes`,
      hint: `install the native engine: pnpm gumbel doctor --fix; or choose this one by name: GUMBEL_ENGINE=${name}`,
    });
  }
  console.log(`training takes ${what}; to install that one: pnpm gumbel doctor --fix`);
}

function inWords(minutes: number): string {
  if (minutes < 1) return "a minute";
  if (minutes < 120) return `${Math.round(minutes)} minutes`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} hours` : `${Math.round(minutes / 60 / 24)} days`;
}
