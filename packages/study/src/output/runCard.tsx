/** A card with all that a record or a run keeps, opened from its figures by the browser itself. */
import { departuresText } from "@gumbel/config";
import { describeMetrics } from "@gumbel/metrics";
import { AgainEntry, count, duration, Entry, SeedsEntry, SeedsTable } from "@gumbel/pages";
import { secondsOf } from "@gumbel/records";
import type { MemberRun } from "../tables/members.js";
import { originText } from "./text.js";

export const runCardStyle = `
.card-of-run { width: min(46rem, calc(100vw - 2rem)); max-height: 86vh; box-sizing: border-box; overflow-y: auto; padding: 1.3rem 1.5rem; background: var(--paper); color: var(--ink); border: 1px solid var(--line); border-radius: .6rem; box-shadow: 0 10px 40px rgb(0 0 0 / .28); }
.card-of-run::backdrop { background: rgb(0 0 0 / .3); } .card-of-run h2 { margin-right: 3rem; } .card-of-run .close { float: right; font: inherit; font-size: .84rem; color: var(--accent); background: none; border: 0; cursor: pointer; }
.card-of-run dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .3rem 1.2rem; font-size: .88rem; margin: 1rem 0; } .card-of-run table { font-size: .84rem; } .card-of-run table.settings { margin: .6rem 0; } .settings th { vertical-align: top; font-weight: 600; } .card-of-run .settings td { white-space: normal; text-align: left; }
@media (max-width: 40rem) { .card-of-run dl { grid-template-columns: minmax(0, 1fr); gap: 0; } .card-of-run dd { margin-bottom: .5rem; } }
@media print { .card-of-run { display: none; } }
`;

interface RunCardProps {
  run: MemberRun;
  /** What each option of its system is and where its default comes from. */
  options: Record<string, string>;
  /** Address of the pipeline's own page, if it has one. */
  report?: string | undefined;
}

export function RunCard({ run, options, report }: RunCardProps) {
  const { id, pipeline, start, used } = run;
  const { options: values, ...schedule } = used;
  const seconds = secondsOf(run);
  return (
    <div class="card-of-run" id={id} popover="auto" role="dialog" aria-labelledby={`${id}-title`}>
      <button type="button" class="close" popovertarget={id} popovertargetaction="hide">
        close
      </button>
      <h2 id={`${id}-title`}>{pipeline}</h2>
      <p class="note">
        {originText(run)}
        {report && (
          <>
            ; <a href={report}>its report</a>
          </>
        )}
      </p>
      <dl>
        <Entry term="beside the published">{departuresText(run)}</Entry>
        <Entry term="settings from">{settingsFrom(run)}</Entry>
        <Entry term="time">
          {duration(seconds)}
          {start &&
            `; with ${start.pipeline}, whose weights it starts from, ${duration(seconds + start.seconds)}`}
        </Entry>
        <Entry term="data">
          {count(run.data.examples)} examples, SHA-256 {run.data.sha256.slice(0, 12)}…
        </Entry>
        {run.made.map(({ seeds, machine, date, versions }) => (
          <SeedsEntry key={date} seeds={seeds} date={date} cpu={machine.cpu} cores={machine.cores}>
            , {Math.round(machine.memoryBytes / 2 ** 30)} GiB, Node {machine.node}, engine{" "}
            {versions.engine ?? "unknown"}
          </SeedsEntry>
        ))}
        <AgainEntry run={run} />
      </dl>
      <SeedsTable
        pipeline={pipeline}
        metrics={describeMetrics(Object.keys(run.summary)).filter(({ name }) => run.summary[name])}
        runs={run.runs}
      >
        <tr>
          <th scope="row">epochs</th>
          {run.runs.map(({ seed, epochs }) => (
            <td key={seed}>{count(epochs)}</td>
          ))}
        </tr>
      </SeedsTable>
      <details>
        <summary>Settings</summary>
        <table class="settings">
          <tbody>
            {Object.entries(values).map(([option, value]) => (
              <tr key={option}>
                <th scope="row">{option}</th>
                <td>
                  <code>{JSON.stringify(value)}</code>
                  {options[option] && <div class="note">{options[option]}</div>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <pre>{JSON.stringify(schedule, null, 2)}</pre>
      </details>
    </div>
  );
}

/** Where the settings of a run come from; the options say it of each of theirs. */
function settingsFrom({ departures, chosenByLabels }: MemberRun): string {
  const defaults =
    "defaults of the system, from its paper or published code if an option does not say otherwise";
  if (departures.length === 0 && !chosenByLabels) return defaults;
  return `${defaults}; those that differ were chosen ${chosenByLabels ? "with labels in view" : "without labels"}`;
}
