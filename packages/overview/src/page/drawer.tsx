/** What is known of a run without a page of its own, as a record: its seeds, settings and hours. */
import { departuresText } from "@gumbel/config/browser";
import { describeMetrics } from "@gumbel/metrics";
import { AgainEntry, count, duration, Entry, plural, SeedsEntry, SeedsTable } from "@gumbel/pages/browser";
import { useEffect, useRef } from "preact/hooks";
import type { Finished } from "../entries/entry.js";
import { flatten } from "./comparison.js";
import { StudyLinks } from "./studyLinks.js";
import { originOf, type View } from "./view.js";

export function Drawer({ entry, change }: { entry: Finished; change(changes: Partial<View>): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!dialog.current!.open) dialog.current!.showModal();
  }, []);
  const { pipeline, dataset, model, profile, studies } = entry;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard closes it by Escape and by its button
    <dialog
      ref={dialog}
      class="drawer"
      aria-labelledby="drawer-title"
      onClose={() => change({ open: "" })}
      onClick={({ target }) => target === dialog.current && dialog.current?.close()}
    >
      <div class="inside">
        <button type="button" class="quiet close" onClick={() => dialog.current?.close()}>
          Close
        </button>
        <h2 id="drawer-title">{pipeline}</h2>
        <p class="note">
          {originOf(entry)}, {profile} profile
        </p>
        <dl>
          <Entry term="data set">
            {dataset.title}, {count(dataset.n)} examples
          </Entry>
          <Entry term="system">{model.title}</Entry>
          <Entry term="beside the published">{departuresText(entry)}</Entry>
          <Entry term="time">
            <Hours entry={entry} />
          </Entry>
          {entry.made.map((part) => (
            <SeedsEntry key={part.date} {...part} />
          ))}
          {studies.length > 0 && (
            <Entry term="in">
              <StudyLinks studies={studies} />
            </Entry>
          )}
          <AgainEntry run={entry} />
        </dl>
        <SeedsTable
          pipeline={pipeline}
          metrics={describeMetrics(Object.keys(entry.metrics))}
          runs={entry.runs.map(({ seed, metrics }) => ({ seed, figures: metrics }))}
        />
        <h3>Settings</h3>
        <table class="settings">
          <caption class="hidden">Settings of {pipeline}</caption>
          <tbody>
            {[...flatten(entry.settings)].map(([key, value]) => (
              <tr key={key}>
                <th scope="row">
                  <code>{key}</code>
                </th>
                <td>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </dialog>
  );
}

/** Its own time, and with that of the pipelines that it starts from. */
function Hours({ entry: { seconds, start, seeds } }: { entry: Finished }) {
  const own = `${duration(seconds)} for ${plural(seeds, "seed")}`;
  if (!start) return <>{own}</>;
  const before =
    start.seconds === null
      ? `${start.pipeline}, whose weights it starts from, is not here`
      : `with ${start.pipeline}, whose weights it starts from, ${duration(seconds + start.seconds)}`;
  return (
    <>
      {own}; {before}
    </>
  );
}
