/** Differences of a plan from the published system's defaults. */
import { type Departure, departureFields, limitField, parseWith, type TrainPlan } from "@gumbel/config";
import type { System } from "@gumbel/models";
import { optimizerOf } from "./optimizer.js";

/** The settings of a plan that decide whether its figures are those of the published system. */
interface Settings {
  /** Of the system, with their defaults. */
  options: Record<string, unknown>;
  schedule: Pick<TrainPlan, "epochs" | "batchSize" | "labelledPerBatch" | "optimizer">;
  /** Only so many examples are taken in; null for all. */
  limit: number | null;
  /** The pipeline whose weights take the place of the pretraining; null without. */
  pretrainedFrom: string | null;
  /** Random starts of which the best one goes on. */
  starts: number;
}

/**
 * Compares a plan with the defaults of the published system.
 *
 * @param published the system itself, or the one it is a variant of
 */
export function departuresOf({ optionsSchema, training }: System, plan: Settings): Departure[] {
  const own = {
    epochs: training.epochs,
    batchSize: training.batchSize,
    labelledPerBatch: training.labelledPerBatch ?? 0,
    optimizer: optimizerOf({ optimizer: null, learningRate: null }, training),
  };
  // The constants of another optimizer compare with nothing.
  const constants = plan.schedule.optimizer.name === own.optimizer.name;
  const found = [
    ...differences("", plan.options, parseWith(optionsSchema, {}, "the published system's defaults")),
    ...differences("", fieldsOf(plan.schedule, constants), fieldsOf(own, constants)),
    ...differences(
      "",
      { pretrainedFrom: plan.pretrainedFrom, "restarts.count": plan.starts, [limitField]: plan.limit },
      { pretrainedFrom: null, "restarts.count": 1, [limitField]: null },
    ),
  ];
  return parseWith(departureFields.departures, found, "the departures of the plan");
}

/** A schedule with the learning rate beside the epochs, as pipeline.json has it. */
function fieldsOf({ optimizer, ...schedule }: Settings["schedule"], constants: boolean): object {
  const { name, learningRate, ...others } = optimizer;
  const named = Object.entries(others).map(([constant, value]) => [`optimizer.${constant}`, value]);
  return { ...schedule, learningRate, optimizer: name, ...(constants && Object.fromEntries(named)) };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Fields that differ, objects field by field, arrays as a whole; a field that one of them lacks is null there. */
function differences(
  field: string,
  value: unknown,
  published: unknown,
): { field: string; value: unknown; published: unknown }[] {
  if (isObject(value) && isObject(published)) {
    const names = new Set([...Object.keys(published), ...Object.keys(value)]);
    return [...names].flatMap((name) =>
      differences(field === "" ? name : `${field}.${name}`, value[name] ?? null, published[name] ?? null),
    );
  }
  return JSON.stringify(value) === JSON.stringify(published) ? [] : [{ field, value, published }];
}
