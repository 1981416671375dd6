/** Training on an engine that is much slower than the native one: what it would take, and whether somebody asked for it. */
import { availableParallelism } from "node:os";
import { type TrainPlan, UserError } from "@gumbel/config";
import { type EngineName, startEngine, startsNative } from "@gumbel/engine";
import { loadSystem } from "@gumbel/models";
import { stream } from "@gumbel/random";
import { dataDescription, readExamples } from "@gumbel/tables";

interface SlowEngine {
  /** Time over that of the native engine, one thread each. */
  times: number;
  /** Multiplications and additions in a second. */
  operationsPerSecond: number;
  /** How long training may take before somebody has to ask for it. */
  minutes: number;
}

/**
 * Measured on fully connected autoencoders of 0.5 and 3.3 million parameters, as processor time: 3.4 to 16 billion operations a
 * second on wasm, 5 to 6 times as long as native; 0.4 billion and 50 times as long on cpu. Convolutions take longer still. The
 * quickstart, which has to run everywhere, takes two minutes on wasm and 23 on cpu.
 */
const slowEngines: Partial<Record<EngineName, SlowEngine>> = {
  wasm: { times: 6, operationsPerSecond: 5e9, minutes: 10 },
  cpu: { times: 50, operationsPerSecond: 0.4e9, minutes: 30 },
};

/** A parameter multiplies and adds once forward and twice backward, for each example. */
const operationsPerParameter = 6;

/**
 * Minutes of training, roughly: epochs × examples × parameters, over the seeds that do not fit on the cores at once.
 *
 * @param epochs of all phases
 * @param seeds number of runs
 * @param examples how many are trained on
 * @param parameters how many numbers are learned
 * @param cores how many seeds are trained at once
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
 * Says how much slower training will be if the native engine is not here and GUMBEL_ENGINE names no other one.
 *
 * @param data ingest/data.arrow
 * @throws UserError if it would take more than a few minutes.
 */
export async function askBeforeSlowTraining(plan: TrainPlan, data: string): Promise<void> {
  if (process.env.GUMBEL_ENGINE || startsNative() || plan.epochs === 0) return;
  const { name, fallbacks } = await startEngine({ threads: 1 });
  const engine = slowEngines[name];
  if (!engine) return;
  const examples = await readExamples(data);
  const system = await loadSystem(plan.model);
  const { parameters, training } = system.build({
    options: plan.options,
    data: dataDescription(examples, examples.n, 0),
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
  const what = `about ${inWords(minutes)} on the ${name} engine, some ${engine.times} times as long as on the native one`;
  if (minutes > engine.minutes) {
    throw new UserError({
      what: `training would take ${what}`,
      where: fallbacks[0] ?? "GUMBEL_ENGINE is not set",
      expected: `the native engine, or no more than ${engine.minutes} minutes`,
      hint: `get the native engine: pnpm gumbel doctor --fix; or ask for this one by name: GUMBEL_ENGINE=${name}`,
    });
  }
  console.log(`training takes ${what}; to get that one: pnpm gumbel doctor --fix`);
}

function inWords(minutes: number): string {
  if (minutes < 1) return "a minute";
  if (minutes < 120) return `${Math.round(minutes)} minutes`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} hours` : `${Math.round(minutes / 60 / 24)} days`;
}
