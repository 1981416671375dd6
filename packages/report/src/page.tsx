/** A pipeline's page: every section that has something to show. */
import { departuresText, isAsPublished } from "@gumbel/config";
import {
  type About,
  document,
  duration,
  type FigureFile,
  moment,
  type PageLink,
  PageLinks,
  plural,
  roughly,
  svgAddress,
} from "@gumbel/pages";
import { originalOf, reportTitle, settingsOf, verdictOf } from "@gumbel/results";
import type { ReportData } from "./data/data.js";
import { Headline } from "./headline.js";
import type { Section } from "./sections/section.js";

/** A section as markup. */
export interface ShownSection {
  section: Section;
  lead: string;
  body: string;
  /** Files beside the page, by their path from there. Pictures may still be encoded. */
  files: FigureFile<Promise<Uint8Array>>[];
  script?: string;
}

/** What stands beside a pipeline's page. */
export interface Beside {
  /** Files with the cluster of each row, by their path from the page. */
  answers: string[];
  /** The overview and the studies that show it. */
  links: PageLink[];
}

export function pipelinePage(data: ReportData, shown: ShownSection[], { answers, links }: Beside): string {
  return document(
    reportTitle(data),
    <>
      <a class="skip" href="#main">
        To the figures
      </a>
      <Header data={data} answers={answers} links={links} />
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
      <footer>
        Made by Gumbel. Beside this page: report.json; every figure as SVG and as PNG of 1,600 pixels, of a
        plot the values as CSV.
      </footer>
    </>,
    shown.flatMap(({ script }) => script ?? []),
    "",
    aboutOf(data, shown),
  );
}

/** The verdict and, of images, the first sheet of pictures. */
function aboutOf(data: ReportData, shown: ShownSection[]): About {
  const sheet = shown
    .flatMap(({ files }) => files)
    .find(({ name }) => name.startsWith("pictures/") && name.endsWith(".svg"));
  return {
    description: verdictOf(data.evaluation).join(" "),
    ...(typeof sheet?.contents === "string" && { picture: svgAddress(sheet.contents) }),
  };
}

function Header({ data, answers, links }: { data: ReportData } & Beside) {
  const { plan, examples, evaluation, stages } = data;
  const trained = stages.find(({ name }) => name === "train");
  const run = trained?.run;
  const engine = trained?.manifest.versions.engine;
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
    ...(run ? ([["trained (UTC)", moment(run.startedAt)]] as [string, string][]) : []),
    ...(run?.commit ? ([["commit", commitText(run.commit)]] as [string, string][]) : []),
  ];
  return (
    <header class="page">
      {links.length > 0 && <PageLinks links={links} />}
      <h1>{reportTitle(data)}</h1>
      <Collapses data={data} />
      <p class="verdict">{verdictOf(evaluation).join(" ")}</p>
      <p class="lead">
        {examples.info.name === "file" ? "Method:" : "A re-run of:"}{" "}
        {plan.modelLink ? <a href={plan.modelLink}>{plan.modelReference}</a> : plan.modelReference}
      </p>
      <p class="note departures">
        {sentence(departuresText(plan))} <Length data={data} />
      </p>
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

const commitText = (commit: string): string => commit.replace(/-dirty$/, ", files changed");

/** How much of the full schedule this run was, how long that takes, and its command. */
function Length({ data: { plan, evaluation, stages } }: { data: ReportData }) {
  const { full } = plan;
  if (!full) return null;
  const { epochs } = settingsOf(plan.effective);
  const seeds = evaluation.runs.length;
  const seconds = stages.find(({ name }) => name === "train")?.run?.seconds;
  const factor = (full.seeds / seeds) * (full.epochs > 0 ? full.epochs / epochs : 1);
  return (
    <>
      {full.epochs > 0
        ? `Trained for ${epochs} of the full profile's ${plural(full.epochs, "epoch")}, ${seeds} of its `
        : `Ran ${seeds} of the full profile's `}
      {plural(full.seeds, "seed")}
      {seconds !== undefined && `, in ${duration(seconds)}`}. All of it
      {seconds !== undefined && Number.isFinite(factor) && ` takes about ${roughly(seconds * factor)}`}:{" "}
      <code>GUMBEL_PROFILE=full pnpm turbo run report --filter=@pipelines/{plan.pipeline}</code>
    </>
  );
}

/** Runs that found no clusters, and what to try. */
function Collapses({ data: { evaluation } }: { data: ReportData }) {
  const runs = evaluation.runs.filter(({ signs }) => signs.length > 0);
  if (runs.length === 0) return null;
  // What is wrong with several seeds alike is said once.
  const found = new Map<string, { what: string; hint: string; seeds: number[] }>();
  for (const { seed, signs } of runs)
    for (const { what, hint } of signs) {
      const seeds = found.get(what + hint)?.seeds ?? [];
      found.set(what + hint, { what, hint, seeds: [...seeds, seed] });
    }
  return (
    <div class="note-box bad" role="note" id="warnings">
      {[...found.values()].map(({ what, hint, seeds }) => (
        <p key={what}>
          <strong>
            {evaluation.runs.length > 1 && `${seeds.length > 1 ? "Seeds" : "Seed"} ${seeds.join(", ")}: `}
            {evaluation.runs.length > 1 ? `${what}.` : sentence(what)}
          </strong>{" "}
          To try: {hint}.
        </p>
      ))}
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
