/** The project's environment variables, each parsed as a field is: what is not understood is an error, never a default. */
import { z } from "zod";
import { parseWith } from "./parse.js";
import { defaultProfile, profileNames } from "./pipeline.js";

/** The tensor engines, best first; the one for NVIDIA's GPUs only if it is named. */
export const engineNames = ["native", "cuda", "wasm", "cpu"] as const;

const notOneOf = (names: readonly string[]) => ({
  error: ({ input }: { input?: unknown }) => `expected one of ${names.join(", ")}, not "${input}"`,
});

const path = z.string().optional();
const seconds = z
  .string()
  .regex(/^\d+(\.\d+)?$/, "expected seconds, as 30 or 0.5")
  .default("30")
  .transform(Number);

const schema = z
  .object({
    GUMBEL_PROFILE: z.enum(profileNames, notOneOf(profileNames)).default(defaultProfile),
    GUMBEL_SEEDS: z
      .string()
      .regex(/^\s*\d+\s*(,\s*\d+\s*)*$/, "expected seeds, as 0 or 0,2")
      .optional(),
    GUMBEL_SET: z.string().optional(),
    GUMBEL_ENGINE: z.enum(engineNames, notOneOf(engineNames)).optional(),
    GUMBEL_DATA: path,
    GUMBEL_CHECKPOINT_SECONDS: seconds,
    GUMBEL_CHROMIUM: path,
  })
  .transform((variables) => ({
    profile: variables.GUMBEL_PROFILE,
    /** Seeds as they are listed; of which pipeline, `seedsFromEnvironment` checks. */
    seeds: variables.GUMBEL_SEEDS,
    /** Assignments to fields of pipeline.json, as `parseAssignments` reads them. */
    set: variables.GUMBEL_SET,
    engine: variables.GUMBEL_ENGINE,
    /** Folder with the files of data sets. */
    data: variables.GUMBEL_DATA,
    checkpointSeconds: variables.GUMBEL_CHECKPOINT_SECONDS,
    /** Path of a browser that prints pages. */
    chromium: variables.GUMBEL_CHROMIUM,
  }));
export type Environment = z.output<typeof schema>;

/**
 * The project's variables; a blank one is as if it were not set.
 *
 * @throws UserError with a line per variable that is not understood, whichever of them is wanted.
 */
export function environment(env: NodeJS.ProcessEnv = process.env): Environment {
  const set = Object.entries(env).filter(([name, value]) => name.startsWith("GUMBEL_") && value !== "");
  return parseWith(schema, Object.fromEntries(set), "environment variables");
}
