/** The comparison of the picked pipelines. */
import { plural } from "@gumbel/pages/browser";
import type { Finished } from "../entries/entry.js";
import { Columns, type ComparisonProps } from "./columnsView.js";
import { compareCurves } from "./comparison.js";
import { Curves } from "./curves.js";
import { groupsOf, mostColumns } from "./many.js";
import { RunRows } from "./manyView.js";

/** The picked pipelines beside each other: a column each, or, of more than four, a row each. */
export function Comparison({ entries, view, change }: ComparisonProps) {
  const many = entries.length > mostColumns;
  const warnings = cautions(entries, many);
  return (
    <div class="comparison">
      <p class="back">
        <button type="button" class="quiet" onClick={() => change({ compare: false })}>
          ← All pipelines
        </button>
      </p>
      <h1>{plural(entries.length, "pipeline")} compared</h1>
      {warnings.length > 0 && <p class="note-box">{warnings.join(" ")}</p>}
      {many ? (
        <Rows entries={entries} view={view} change={change} />
      ) : (
        <Columns entries={entries} view={view} change={change} />
      )}
    </div>
  );
}

function Rows({ entries, view, change }: ComparisonProps) {
  const curves = compareCurves(entries);
  return (
    <>
      <p class="note">
        Mean ± standard deviation over the seeds. A dot and its line are the same on the scale of their
        column, a ring the published figure; the best in bold. Press a heading to sort, and to draw the
        settings against it.
      </p>
      {groupsOf(entries, view).map((group) => (
        <RunRows key={group.dataset.name} group={group} view={view} change={change} />
      ))}
      {curves.length > 0 && (
        <details class="all-curves">
          <summary>Curves</summary>
          <Curves entries={entries} curves={curves} />
        </details>
      )}
    </>
  );
}

/** Reasons why a difference of two figures says little. */
function cautions(entries: Finished[], grouped: boolean): string[] {
  const differ = (pick: (entry: Finished) => unknown): boolean => new Set(entries.map(pick)).size > 1;
  return [
    !grouped &&
      differ(({ dataset }) => dataset.name) &&
      "They are of different data sets: a difference of their figures says little.",
    differ(({ profile }) => profile) &&
      "They follow different profiles: quick and full figures are not alike.",
    differ(({ model }) => model.name) && "Losses of different systems cannot be compared.",
  ].filter((text) => text !== false);
}
