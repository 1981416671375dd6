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
.card-of-run dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .3rem 1.2rem; font-size: .88rem; margin: 1rem 0; } .card-of-run table { font-size: .84rem; }
@media (max-width: 40rem) { .card-of-run dl { grid-template-columns: minmax(0, 1fr); gap: 0; } .card-of-run dd { margin-bottom: .5rem; } }
@media print { .card-of-run { display: none; } }
`;

/** @param report address of the pipeline's own page, if it has one */
export function RunCard({ run, report }: { run: MemberRun; report?: string | undefined }) {
  const { id, pipeline, start } = run;
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
        <pre>{JSON.stringify(run.used, null, 2)}</pre>
      </details>
    </div>
  );
}
