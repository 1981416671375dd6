/** A whole page as one HTML text that needs nothing beside it. */
import { createHash } from "node:crypto";
import type { ComponentChildren } from "preact";
import { renderToStaticMarkup } from "preact-render-to-string";
import type { ReportData } from "./data.js";
import { figure, type MetricName, mainMetrics, plural, signed, spread, tone } from "./format.js";
import type { Section, SectionContent } from "./section.js";
import { reportTitle } from "./select.js";
import { style } from "./style.js";

/** The browser itself refuses whatever would leave the page, and every script but these and files beside the page. */
function policy(scripts: string[], connect: string): string {
  const digests = scripts.map((script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`);
  const allowed = ["'self'", ...digests].join(" ");
  return `default-src 'none'; img-src data:; style-src 'unsafe-inline'; connect-src ${connect}; script-src ${allowed}`;
}

/**
 * The frame of every page.
 *
 * @param scripts ES modules, run in this order when the page has loaded
 * @param ownStyle what the page has besides the one style sheet
 * @param connect whether it may ask the server that it came from: only a page that is served
 */
export function document(
  title: string,
  body: ComponentChildren,
  scripts: string[] = [],
  ownStyle = "",
  connect: "'none'" | "'self'" = "'none'",
): string {
  const html = renderToStaticMarkup(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policy(scripts, connect)} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="data:," />
        <title>{title}</title>
        <style dangerouslySetInnerHTML={{ __html: style + ownStyle }} />
      </head>
      <body>
        {body}
        {scripts.map((script) => (
          <script key={script} type="module" dangerouslySetInnerHTML={{ __html: script }} />
        ))}
      </body>
    </html>,
  );
  return `<!DOCTYPE html>\n${html}\n`;
}

/** A pipeline's page. */
export function pipelinePage(
  data: ReportData,
  shown: { section: Section; content: SectionContent }[],
): string {
  return document(
    reportTitle(data),
    <>
      <a class="skip" href="#main">
        To the figures
      </a>
      <Header data={data} />
      <nav aria-label="Sections">
        <ul>
          {shown.map(({ section }) => (
            <li key={section.id}>
              <a href={`#${section.id}`}>{section.shortTitle ?? section.title}</a>
            </li>
          ))}
        </ul>
      </nav>
      <main id="main">
        {shown.map(({ section, content }) => (
          <section key={section.id} id={section.id} aria-labelledby={`${section.id}-title`} class="part">
            <div class="side">
              <h2 id={`${section.id}-title`}>{section.title}</h2>
              {content.lead && <p class="note">{content.lead}</p>}
            </div>
            <div class="body">{content.body}</div>
          </section>
        ))}
      </main>
      <footer>Made by Gumbel. Beside this page: report.json, plots as SVG and PNG, pictures as PNG.</footer>
    </>,
    shown.flatMap(({ content }) => content.script ?? []),
  );
}

function Header({ data }: { data: ReportData }) {
  const { plan, examples, evaluation, stages } = data;
  const engine = stages.find(({ name }) => name === "train")?.manifest.versions.engine;
  const facts: [string, string][] = [
    ["data", `${examples.info.title}, ${plural(examples.n, "example")}`],
    ["system", plan.modelTitle],
    ["profile", plan.profile],
    [
      "runs",
      `${evaluation.runs.length} (${evaluation.runs.length === 1 ? "seed" : "seeds"} ${evaluation.runs.map(({ seed }) => seed).join(", ")})`,
    ],
    ...(engine ? ([["engine", engine]] as [string, string][]) : []),
  ];
  return (
    <header class="page">
      <h1>{reportTitle(data)}</h1>
      <p class="lead">{plan.modelReference}</p>
      <dl class="facts">
        {facts.map(([term, text]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <Headline data={data} />
      {cautions(data).map((text) => (
        <p class="note-box" key={text}>
          {text}
        </p>
      ))}
    </header>
  );
}

/** Real data sets that stand where a published one could not be had. */
const standsFor: Record<string, string> = { "svhn-stand-in": "SVHN", "reuters-21578": "REUTERS-10K" };

/** What a reader must know before comparing. */
function cautions({ plan, examples, published }: ReportData): string[] {
  const { name, title, source } = examples.info;
  const found: string[] = [];
  const original = standsFor[name];
  if (original)
    found.push(`${title} is not ${original}: the figures published for ${original} do not belong to it.`);
  if (source.startsWith("drawn from")) {
    found.push("Synthetic data, drawn from the pipeline's seed: no published figure belongs to it.");
  }
  const limit = (plan.effective.ingest as { limit?: number | null } | undefined)?.limit;
  if (limit) found.push(`Only ${plural(examples.n, "example")} of the data set were taken in.`);
  if (plan.profile === "quick" && published.size > 0) {
    found.push("Quick profile; the published figures belong to the paper's schedule (GUMBEL_PROFILE=paper).");
  }
  return found;
}

/** The figures that one looks for first. */
function Headline({ data: { plan, evaluation, published } }: { data: ReportData }) {
  const first = mainMetrics(Object.keys(evaluation.summary).filter((key) => evaluation.summary[key]));
  if (first.length === 0) return null;
  return (
    <ul class="headline">
      {first.map((name) => {
        const ours = evaluation.summary[name.key]!;
        const theirs = published.get(name.key);
        return (
          <li key={name.key}>
            <span class="name">{name.title}</span>
            <b>
              {figure(ours.mean, name).replace(" %", "")}
              {name.percent && <small> %</small>}
            </b>
            <span class="of">
              {ours.std !== null && `${spread(ours.std, name).trim()} `}
              {ours.n > 1 ? `(${ours.n} runs)` : "one run"}
            </span>
            {theirs && (
              <span class="published">
                published {figure(theirs.value, name)}
                {spread(theirs.std, name)}{" "}
                <Difference
                  delta={ours.mean - theirs.value}
                  name={name}
                  comparable={plan.profile === "paper"}
                />
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** Ours less theirs, green where it is better, grey where the comparison is not a fair one. */
function Difference({ delta, name, comparable }: { delta: number; name: MetricName; comparable: boolean }) {
  return <em class={comparable ? tone(delta, name) : "soft"}>{signed(delta, name)}</em>;
}
