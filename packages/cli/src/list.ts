/** `gumbel list` and `gumbel compare`: what has run and with which figures, in the terminal. */

import { UserError } from "@gumbel/config";
import { headlineMetrics } from "@gumbel/metrics";
import type { Entry, Finished } from "@gumbel/overview";
import { figure, moment, plusMinus, signed } from "@gumbel/pages/browser";
import { findPipeline, listPipelines, toJson } from "@gumbel/workspace";
import type { z } from "zod";
import type { ForPrograms } from "./forPrograms.js";
import { kindOf } from "./newPipeline.js";
import { printTable } from "./printTable.js";
import type { compareSchema } from "./shapes.js";

// The overview loads the pages' plots, which other commands need not wait for.
const overview = () => import("@gumbel/overview");

/**
 * Prints every pipeline: data set, system, profile, state, its best-known figures and when it was evaluated.
 *
 * @param all also members of studies that have not run here
 */
export async function list(root: string, { all, json }: ForPrograms & { all?: true }): Promise<void> {
  const { collect } = await overview();
  const { entries } = await collect(root, undefined);
  if (json) return void process.stdout.write(toJson(entries));
  const isHere = (entry: Entry): boolean =>
    entry.state === "finished" ? entry.origin === "run" : entry.state !== "not run" || entry.study === null;
  const shown = all ? entries : entries.filter(isHere);
  const kinds = new Map<string, [dataset: string, model: string]>();
  for (const pipeline of await listPipelines(root)) {
    // One whose pipeline.json is wrong has neither, and says what is wrong in its own run.
    const kind = await kindOf(root, pipeline).catch(() => undefined);
    if (kind) kinds.set(pipeline.name, [kind.dataset, kind.model]);
  }
  printTable(
    ["pipeline", "data set", "system", "profile", "state", "figures", "date"],
    shown.map((entry) =>
      entry.state === "finished"
        ? [
            entry.pipeline,
            entry.dataset.name,
            entry.model.name,
            entry.profile,
            entry.origin === "record" ? "a record" : (entry.notes[0] ?? "finished"),
            headlineText(entry),
            entry.date === null ? "" : moment(entry.date),
          ]
        : [
            entry.pipeline,
            ...(kinds.get(entry.pipeline) ?? ["", ""]),
            "",
            entry.state === "not run" ? "not run" : entry.what,
            "",
            "",
          ],
    ),
  );
  const left = entries.length - shown.length;
  if (left > 0) console.log(`and ${left} members and records of studies: --all`);
}

/** `ACC 0.857 ± 0.080, NMI 0.760 ± 0.020 (3)`. */
function headlineText({ metrics, seeds }: Finished): string {
  const known = headlineMetrics(Object.keys(metrics)).slice(0, 2);
  const texts = known.flatMap((metric) => {
    const found = metrics[metric.name];
    return found?.mean == null
      ? []
      : [`${metric.title} ${figure(found.mean, metric)}${plusMinus(found.std, metric)}`];
  });
  return texts.length === 0 ? "" : `${texts.join(", ")} (${seeds})`;
}

/**
 * Prints the settings of two pipelines that differ, and every figure of both with the difference: the second less the first.
 *
 * @throws UserError if one of them has not run
 */
export async function compare(root: string, a: string, b: string, { json }: ForPrograms): Promise<void> {
  const { compareMetrics, compareSettings } = await overview();
  const [first, second] = [await finished(root, a), await finished(root, b)];
  const { differing, partial } = compareSettings([first, second]);
  const settings = [...differing, ...partial].map(({ key, values }) => ({ field: key, values }));
  const metrics = compareMetrics([first, second], first);
  if (json) {
    const compared: z.output<typeof compareSchema> = {
      pipelines: [a, b],
      settings,
      figures: metrics.map(({ metric, found, differences }) => ({
        name: metric.name,
        better: metric.better,
        values: found.map((one) => one && { mean: one.mean, std: one.std, n: one.n }),
        difference: differences[1] ?? null,
      })),
    };
    return void process.stdout.write(toJson(compared));
  }
  if (settings.length === 0) console.log("their settings are the same");
  else
    printTable(
      ["setting", a, b],
      settings.map(({ field, values }) => [field, ...values.map((value) => value ?? "—")]),
    );
  console.log();
  printTable(
    ["figure", a, b, "difference"],
    metrics.map(({ metric, found, differences }) => [
      metric.title,
      ...found.map((one) =>
        one?.mean == null ? "—" : `${figure(one.mean, metric)}${plusMinus(one.std, metric)} (${one.n})`,
      ),
      differences[1] == null ? "" : signed(differences[1], metric),
    ]),
  );
}

/** The run of a pipeline here, else its record. */
async function finished(root: string, name: string): Promise<Finished> {
  const { collect } = await overview();
  await findPipeline(root, name);
  const { entries } = await collect(root, undefined, [name]);
  const found = entries.find((entry) => entry.state === "finished");
  if (found) return found;
  const [entry] = entries;
  const { what, hint } = entry?.state === "finished" || !entry ? { what: "not run", hint: null } : entry;
  throw new UserError({ what: `${name} has no figures: ${what}`, ...(hint !== null && { hint }) });
}
