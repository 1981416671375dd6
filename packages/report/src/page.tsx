/** A whole page as one HTML text that needs nothing beside it. */
import type { ComponentChildren } from "preact";
import { renderToStaticMarkup } from "preact-render-to-string";
import type { ReportData } from "./data.js";
import { difference, figure, metricNames, spread } from "./format.js";
import type { Section, SectionContent } from "./section.js";
import { style } from "./style.js";

/** The frame of every page. */
export function document(title: string, body: ComponentChildren, script?: string): string {
  const html = renderToStaticMarkup(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <link rel="icon" href="data:," />
        <title>{title}</title>
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        {body}
        {script && <script dangerouslySetInnerHTML={{ __html: script }} />}
      </body>
    </html>,
  );
  return `<!DOCTYPE html>\n${html}\n`;
}

export function reportTitle({ plan, examples }: ReportData): string {
  return plan.title ?? `${plan.modelTitle} on ${examples.info.title}`;
}

/** A pipeline's page. */
export function pipelinePage(
  data: ReportData,
  shown: { section: Section; content: SectionContent }[],
): string {
  const { plan, examples, evaluation, stages } = data;
  const engine = stages.find(({ name }) => name === "train")?.manifest.versions.engine;
  return document(
    reportTitle(data),
    <>
      <header class="page">
        <h1>{reportTitle(data)}</h1>
        <p class="lead">{plan.modelReference}</p>
        <ul class="chips">
          <li>{examples.info.title}</li>
          <li>{plan.model}</li>
          <li>{plan.profile} profile</li>
          <li>
            {evaluation.runs.length} {evaluation.runs.length === 1 ? "run" : "runs"}
          </li>
          {engine && <li>{engine} engine</li>}
        </ul>
        <Headline data={data} />
        {plan.profile === "quick" && data.published.size > 0 && (
          <p class="warning">
            This is the quick profile. The published figures belong to the paper's schedule:
            GUMBEL_PROFILE=paper.
          </p>
        )}
        {examples.info.name.endsWith("stand-in") && (
          <p class="warning">The data is a stand-in in the same format; no published figure belongs to it.</p>
        )}
        <nav aria-label="Sections">
          <ul>
            {shown.map(({ section }) => (
              <li key={section.id}>
                <a href={`#${section.id}`}>{section.title}</a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main>
        {shown.map(({ section, content }) => (
          <section key={section.id} id={section.id} aria-labelledby={`${section.id}-title`}>
            <h2 id={`${section.id}-title`}>{section.title}</h2>
            {content.body}
          </section>
        ))}
      </main>
      <footer>Made by Gumbel. Beside this page: report.json and every plot as SVG and PNG.</footer>
    </>,
  );
}

/** The figures that one looks for first. */
function Headline({ data: { evaluation, published } }: { data: ReportData }) {
  const first = metricNames(Object.keys(evaluation.summary)).filter(
    ({ key }) =>
      evaluation.summary[key] && (key === "accuracy" || key === "nmi" || key === "ari" || key === "knn@5"),
  );
  if (first.length === 0) return null;
  return (
    <ul class="headline">
      {first.map((name) => {
        const ours = evaluation.summary[name.key]!;
        const theirs = published.get(name.key);
        return (
          <li key={name.key}>
            {name.title}
            <b>
              {figure(ours.mean, name)} <small>{spread(ours.std, name)}</small>
            </b>
            <span class="note">
              {theirs
                ? `published ${figure(theirs.value, name)}${spread(theirs.std, name)}, difference ${difference(ours.mean, theirs, name)}`
                : `over ${ours.n} ${ours.n === 1 ? "run" : "runs"}`}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
