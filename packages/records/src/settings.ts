/** The settings that a run's figures follow from, as digests. */
import { sha256, toJson } from "@gumbel/workspace";
import { z } from "zod";

/** The stages whose plans decide a run's figures; what extract's adds are pictures, and so are snapshots of training. */
const deciding = ["ingest", "train", "evaluate"] as const;

type DecidingPlans = Record<(typeof deciding)[number], unknown>;

/**
 * The plans without what changes no run's figures: pictures, how labels are used if there are none, and which other seeds are
 * run. Keeps their order.
 */
function settingsOf(plans: DecidingPlans): Record<(typeof deciding)[number], object> {
  /** A field without a value is left out whatever it says, the others if they have that value. */
  const without = (stage: (typeof deciding)[number], ...idle: [name: string, value?: unknown][]): object => {
    const isIdle = (key: string, value: unknown): boolean =>
      idle.some(([name, ...values]) => name === key && (values.length === 0 || values[0] === value));
    const entries = Object.entries(plans[stage] as object);
    return Object.fromEntries(entries.filter(([key, value]) => !isIdle(key, value)));
  };
  return {
    ingest: without("ingest", ["code"], ["files"], ["draws", 1]),
    // Engine and threads change the last bits alone.
    train: without(
      "train",
      ["code"],
      ["engine"],
      ["threads"],
      ["snapshots"],
      ["seeds"],
      ["labelledPerBatch", 0],
    ),
    evaluate: without("evaluate", ["code"], ["engine"], ["seeds"], ["trainedOnLabels", false]),
  };
}

const startSchema = z.looseObject({ pretrainedFrom: z.string().nullable() });

/**
 * Digests of the settings that a pipeline's figures follow from, by `<pipeline>/<stage>`. Where it starts from another's
 * weights, that one's too.
 *
 * @param plansOf plan of each stage of a pipeline
 */
export async function configDigests(
  pipeline: string,
  plansOf: (pipeline: string) => Promise<DecidingPlans>,
): Promise<Record<string, string>> {
  const plans = await plansOf(pipeline);
  const digests: Record<string, string> = {};
  const settings = settingsOf(plans);
  for (const stage of deciding) digests[`${pipeline}/${stage}`] = sha256(toJson(settings[stage]));
  const { pretrainedFrom } = startSchema.parse(plans.train);
  if (pretrainedFrom) {
    const source = await configDigests(pretrainedFrom, plansOf);
    // Of the other pipeline only the weights are used.
    delete source[`${pretrainedFrom}/evaluate`];
    Object.assign(digests, source);
  }
  return digests;
}
