import { departuresText } from "@gumbel/config";
import { headlineMetrics } from "@gumbel/metrics";
import {
  count,
  document,
  enlargement,
  figure,
  Pictures,
  plural,
  plusMinus,
  readoutScript,
} from "@gumbel/pages";
import { renderToStaticMarkup } from "preact-render-to-string";
import { style as ownStyle } from "../page/style.js";
import { Curves, Seeds } from "./seeds.js";
import type { Watched } from "./state.js";

const style = `${ownStyle}
.state { display: inline-block; border: 1px solid var(--line); border-radius: 1rem; padding: .1rem .8rem; font-size: .84rem; }
.state.running { color: var(--good); } .state.failed, .state.problem { color: var(--bad); }
progress { width: min(100%, 30rem); height: .5rem; accent-color: var(--accent); display: block; margin-top: .8rem; }
.watching > * + * { margin-top: 1.6rem; } table.seeds td.text { white-space: normal; } .seeds .key { vertical-align: .12rem; margin: 0 .35rem 0 0; } .watching .legend { margin-top: 1.4rem; } .seeds .key .line { stroke-width: 2.4; } .sheets { display: flex; flex-wrap: wrap; gap: 2rem 3rem; } #lost:empty { display: none; }
`;

/** Replaces the page's body by the one that the server sends; shows a note if the connection is lost. */
const script = `
const source = new EventSource(document.getElementById("watch").dataset.events);
const lost = document.getElementById("lost");
source.onmessage = ({ data }) => { document.getElementById("watch").innerHTML = JSON.parse(data); };
source.onopen = () => { lost.textContent = ""; };
source.onerror = () => { lost.textContent = "pnpm gumbel watch does not answer: this is its last state. Trying again."; };
`;

export const watchPage = (watched: Watched): string =>
  served(
    `Gumbel: ${watched.pipeline}`,
    `/events/${encodeURIComponent(watched.pipeline)}`,
    watchBody(watched),
  );

export const indexPage = (all: Watched[]): string => served("Gumbel: training", "/events/", indexBody(all));

function served(title: string, events: string, body: string): string {
  return document(
    title,
    <>
      <p id="lost" class="note-box bad" role="status" />
      <div id="watch" data-events={events} dangerouslySetInnerHTML={{ __html: body }} />
      <footer class="wide">
        The same for TensorBoard, once training has ended: tensorboard --logdir artifacts/NAME/train
      </footer>
    </>,
    [script, readoutScript],
    style,
    undefined,
    "'self'",
  );
}

/** Every pipeline that has run; those in training first. */
export function indexBody(all: Watched[]): string {
  const order: Watched["state"][] = ["running", "failed", "problem", "stopped", "between", "finished"];
  const waiting = all.filter(({ state }) => state === "not run").length;
  const sorted = all
    .filter(({ state }) => state !== "not run")
    .sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  return renderToStaticMarkup(
    <>
      <header class="page wide">
        <h1>Training</h1>
        <p class="lead">
          {plural(all.filter(({ state }) => state === "running").length, "pipeline")} in training.
        </p>
      </header>
      <main class="wide">
        <div class="scroll">
          <table>
            <caption class="hidden">Pipelines</caption>
            <thead>
              <tr>
                <th scope="col">pipeline</th>
                <th scope="col" class="text">
                  state
                </th>
                <th scope="col" class="text">
                  progress
                </th>
              </tr>
            </thead>
            <tbody>
              {sorted.map(({ pipeline, state, text }) => (
                <tr key={pipeline}>
                  <th scope="row">
                    <a href={`/${encodeURIComponent(pipeline)}`}>{pipeline}</a>
                  </th>
                  <td class="text">
                    <span class={`state ${state}`}>{state}</span>
                  </td>
                  <td class="text">{state === "finished" ? "" : text}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {waiting > 0 && (
          <p class="note">
            {count(waiting)} more {waiting === 1 ? "has" : "have"} not run yet.
          </p>
        )}
      </main>
    </>,
  );
}

/** One pipeline at this moment. */
export function watchBody(watched: Watched): string {
  const { pipeline, title, state, text, done, finished, samples } = watched;
  return renderToStaticMarkup(
    <>
      <header class="page wide">
        <p class="back">
          <a href="/">← All pipelines</a>
        </p>
        <h1>{title}</h1>
        <p class="lead">
          <span class={`state ${state}`}>{state}</span> {text}
        </p>
        {done !== null && <progress value={done} max={1} aria-label="finished part of training" />}
      </header>
      <main class="wide watching">
        {finished && (
          <>
            <p>
              {headlineMetrics(Object.keys(finished.metrics))
                .flatMap((metric) => {
                  const { mean, std } = finished.metrics[metric.name]!;
                  return mean === null
                    ? []
                    : [`${metric.title} ${figure(mean, metric)}${plusMinus(std, metric)}`];
                })
                .join(" · ")}
            </p>
            <p class="note">{departuresText(finished)}</p>
            <p>
              <a href={`/report/${encodeURIComponent(pipeline)}/index.html`}>Its report</a>
            </p>
          </>
        )}
        <Seeds watched={watched} />
        <Curves watched={watched} />
        <div class="sheets">
          {samples.map(({ title, sheet }) => (
            <figure key={sheet.name}>
              <Pictures
                sheet={sheet}
                alt={title}
                scale={enlargement([Math.round((sheet.height + 2) / sheet.rows) - 2])}
              />
              <figcaption>{title}</figcaption>
            </figure>
          ))}
        </div>
      </main>
    </>,
  );
}
