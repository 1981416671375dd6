/** A pipeline's page: every section that has something to show. */
import { departuresText, isAsPublished } from "@gumbel/config";
import { headlineMetrics } from "@gumbel/metrics";
import { document, figure, plural, plusMinus, signed, tone } from "@gumbel/pages";
import { originalOf, reportTitle, settingsOf, verdictOf } from "@gumbel/results";
import type { ReportData } from "./data/data.js";
import type { Section } from "./sections/section.js";

/** A section as markup. */
export interface ShownSection {
  section: Section;
  lead: string;
  body: string;
  /** Files beside the page, by their path from there. */
  files: { name: string; contents: string | Uint8Array }[];
  script?: string;
}

/** A pipeline's page. @param answers files beside it with the cluster of each row */
export function pipelinePage(data: ReportData, shown: ShownSection[], answers: string[]): string {
  return document(
    reportTitle(data),
    <>
      <a class="skip" href="#main">
        To the figures
      </a>
      <Header data={data} answers={answers} />
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
        {shown.map(({ section, lead, body }) => (
          <section key={section.id} id={section.id} aria-labelledby={`${section.id}-title`} class="part">
            <div class="side">
              <h2 id={`${section.id}-title`}>{section.title}</h2>
              {lead !== "" && <p class="note" dangerouslySetInnerHTML={{ __html: lead }} />}
            </div>
            <div class="body" dangerouslySetInnerHTML={{ __html: body }} />
          </section>
        ))}
      </main>
      <footer>Made by Gumbel. Beside this page: report.json, plots as SVG and PNG, pictures as PNG.</footer>
    </>,
    shown.flatMap(({ script }) => script ?? []),
  );
}

function Header({ data, answers }: { data: ReportData; answers: string[] }) {
  const { plan, examples, evaluation, stages } = data;
  const engine = stages.find(({ name }) => name === "train")?.manifest.versions.engine;
  const facts: [string, string][] = [
    ["data", `${examples.info.title}, ${plural(examples.n, "example")}`],
    ["system", plan.modelTitle],
    ["profile", plan.profile],
    ...(plan.set === null ? [] : ([["set for this run", plan.set]] as [string, string][])),
    [
      "runs",
      `${evaluation.runs.length} (${evaluation.runs.length === 1 ? "seed" : "seeds"} ${evaluation.runs.map(({ seed }) => seed).join(", ")})`,
    ],
    ...(engine ? ([["engine", engine]] as [string, string][]) : []),
  ];
  return (
    <header class="page">
      <h1>{reportTitle(data)}</h1>
      <Collapses data={data} />
      <p class="verdict">{verdictOf(evaluation).join(" ")}</p>
      <p class="lead">{plan.modelReference}</p>
      <p class="note departures">{sentence(departuresText(plan))}</p>
      <dl class="facts">
        {facts.map(([term, text]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <Headline data={data} />
      {answers.length > 0 && (
        <p class="answers">
          Every row with its cluster:{" "}
          {answers.map((name, i) => (
            <>
              {i > 0 && ", "}
              <a href={name} key={name}>
                {name}
              </a>
            </>
          ))}
        </p>
      )}
      {cautions(data).map((text) => (
        <p class="note-box" key={text}>
          {text}
        </p>
      ))}
    </header>
  );
}

/** Runs that found no clusters, and what to try. */
function Collapses({ data: { evaluation } }: { data: ReportData }) {
  const runs = evaluation.runs.filter(({ collapses }) => collapses.length > 0);
  if (runs.length === 0) return null;
  return (
    <div class="note-box bad" role="note" id="warnings">
      {runs.map(({ seed, collapses }) =>
        collapses.map(({ name, what, hint }) => (
          <p key={`${seed} ${name}`}>
            <strong>
              {evaluation.runs.length > 1 ? `Seed ${seed}: ` : ""}
              {what}.
            </strong>{" "}
            To try: {hint}.
          </p>
        )),
      )}
    </div>
  );
}

const sentence = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}.`;

/** Warnings about comparisons with published figures. */
function cautions({ plan, examples, published }: ReportData): string[] {
  const { name, title, source } = examples.info;
  const found: string[] = [];
  const original = originalOf(name);
  if (original)
    found.push(`${title} is not ${original}: the figures published for ${original} do not apply to it.`);
  if (source.startsWith("drawn from")) {
    found.push("Synthetic data, drawn from the pipeline's seed: no published figure applies to it.");
  }
  if (settingsOf(plan.effective).limit !== null)
    found.push(`Only ${plural(examples.n, "example")} of the data set were used.`);
  if (published.size > 0 && plan.variantOf !== null) {
    found.push(`The published figures are those of ${plan.variantOf}, of which this system is a variant.`);
  } else if (published.size > 0 && !isAsPublished(plan)) {
    found.push("The published figures belong to the method as published, from which this run departs.");
  }
  return found;
}

/** The main figures. */
function Headline({ data: { plan, evaluation, published } }: { data: ReportData }) {
  const first = headlineMetrics(Object.keys(evaluation.summary).filter((key) => evaluation.summary[key]));
  if (first.length === 0) return null;
  return (
    <ul class="headline">
      {first.map((metric) => {
        const ours = evaluation.summary[metric.name]!;
        const theirs = published.get(metric.name);
        return (
          <li key={metric.name}>
            <span class="name">{metric.title}</span>
            <b>
              {figure(ours.mean, { unit: { ...metric.unit, symbol: "" } })}
              {metric.unit.symbol !== "" && <small> {metric.unit.symbol}</small>}
            </b>
            <span class="of">
              {ours.std !== null && `${plusMinus(ours.std, metric).trim()} `}
              {ours.n > 1 ? `(${ours.n} runs)` : "one run"}
            </span>
            {theirs && (
              <span class="published">
                published {figure(theirs.value, metric)}
                {plusMinus(theirs.std, metric)}{" "}
                <em
                  class={
                    isAsPublished(plan)
                      ? tone(ours.mean - theirs.value, metric, ours.std, theirs.std)
                      : "soft"
                  }
                >
                  {signed(ours.mean - theirs.value, metric)}
                </em>
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
