/** What of a figure has neither run nor a record: the command that runs it, and how long that takes. */
import type { makePlans } from "@gumbel/plan";
import type { RunRecord } from "@gumbel/records";

export interface Missing {
  pipelines: string[];
  /** Runs them, by the quick profile. */
  command: string;
  /** Of their training, by records of the same systems on the same data sets; null if one has none. */
  seconds: number | null;
}

/** The most pipelines that a command names one by one; of more it runs the whole study. */
const mostNamed = 3;

/**
 * @param name of the study
 * @param missing pipelines of the figure
 * @param all pipelines of the study that are missing
 * @param secondsOf estimated seconds of a pipeline
 */
export async function describeMissing(
  name: string,
  missing: string[],
  all: string[],
  secondsOf: (pipeline: string) => Promise<number | null>,
): Promise<Missing> {
  const few = missing.length <= mostNamed;
  const filters = missing.map((pipeline) => `--filter=@pipelines/${pipeline}`);
  const seconds = await Promise.all((few ? missing : all).map(secondsOf));
  return {
    pipelines: missing,
    command: few
      ? `pnpm turbo run evaluate ${filters.join(" ")}`
      : `pnpm turbo run reproduce --filter=@studies/${name}`,
    seconds: seconds.reduce((sum, each) => (sum === null || each === null ? null : sum + each), 0),
  };
}

/**
 * Seconds of training of a pipeline, in proportion to the record of the same system on the same data set, or else of a variant of
 * it; null without one.
 */
export function estimatedSeconds(
  { ingest, train, report }: Awaited<ReturnType<typeof makePlans>>,
  records: RunRecord[],
): number | null {
  const published = (of: { model: string; variantOf: string | null }): string => of.variantOf ?? of.model;
  const similar = records.filter(
    (record) =>
      record.dataset === ingest.dataset && record.limit === null && published(record) === published(report),
  );
  const record = similar.find(({ model }) => model === train.model) ?? similar[0];
  if (!record) return null;
  const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);
  const seconds = sum(record.made.map((part) => part.seconds.train ?? 0));
  const epochs = sum(record.runs.map((run) => run.epochs));
  // A system without epochs takes as long as it took, seed by seed.
  if (epochs === 0) return (seconds / record.runs.length) * train.seeds.length;
  const share = Math.min(1, (ingest.limit ?? Number.POSITIVE_INFINITY) / record.data.examples);
  return (seconds / epochs) * share * train.epochs * train.seeds.length;
}
