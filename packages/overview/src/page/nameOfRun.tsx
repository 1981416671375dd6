import type { Finished } from "../entries/entry.js";
import type { View } from "./view.js";

/** The name of a run: its page, or, if it has none, as a record, the drawer with what is known of it. */
export function NameOfRun({ entry, change }: { entry: Finished; change(changes: Partial<View>): void }) {
  return entry.page ? (
    <a href={entry.page}>{entry.pipeline}</a>
  ) : (
    <button type="button" class="open" aria-haspopup="dialog" onClick={() => change({ open: entry.id })}>
      {entry.pipeline}
    </button>
  );
}
