/** A study's page. */
import {
  type About,
  document,
  Figure,
  figure as figureValue,
  type PageLink,
  PageLinks,
  Pictures,
  plural,
  plusMinus,
  readoutScript,
  roughly,
  Scroll,
  svgAddress,
} from "@gumbel/pages";
import { Fragment } from "preact";
import { lastAndBest } from "../figures/epochsPlot.js";
import type { FigureView, Followed, NamedSheet } from "../figures/figure.js";
import type { Missing } from "../figures/missing.js";
import type { Report } from "./report.js";
import { RunCard, runCardStyle } from "./runCard.js";
import { TableView, tableStyle } from "./tableView.js";
import { shownText } from "./text.js";

/** Pages of the workspace that a study's page links to. */
export interface Linked {
  /** Above its heading. */
  links: PageLink[];
  /** The reports of its members that have one. */
  reports: Map<string, string>;
}

export function studyPage(report: Report, { links, reports }: Linked): string {
  const { title, works, tables, figures, runs, options } = report;
  const parts = [...tables, ...figures];
  return document(
    title,
    <>
      <a class="skip" href="#main">
        To the figures
      </a>
      <header class="page wide">
        <PageLinks links={links} />
        <h1>{title}</h1>
        {works.length > 0 && (
          <p class="lead">
            Published in{" "}
            {works.map(({ text, link }, i) => (
              <Fragment key={text}>
                {i > 0 && "; "}
                {link ? <a href={link}>{text}</a> : text}
              </Fragment>
            ))}
            .
          </p>
        )}
        <p class="lead">
          Mean ± standard deviation over the seeds of our runs, below it the 95 % interval of the mean; if
          there is a published figure, that and our difference from it. Errors are in percent. A figure opens
          what its run was: its settings, seeds, hours, and the command that runs it again.
        </p>
        <p class="note-box">
          Green and red: a run as published whose difference is more than both standard deviations together. A
          grey figure is of a run that departs from the method as published, by what its marks say.
        </p>
        <p class="switch">
          <label>
            <input type="checkbox" id="in-percent" /> fractions in percent
          </label>
        </p>
      </header>
      {parts.length > 1 && (
        <nav class="wide" aria-label="Tables and figures">
          <ul>
            {parts.map((part) => (
              <li key={part.id}>
                <a href={`#${part.id}`}>{part.title}</a>
              </li>
            ))}
          </ul>
        </nav>
      )}
      <main class="wide" id="main">
        {tables.map((table) => (
          <section key={table.id} id={table.id} aria-labelledby={`${table.id}-title`}>
            <h2 id={`${table.id}-title`}>{table.title}</h2>
            <p class="note">Published: {table.source}.</p>
            <Scroll label={table.title}>
              <TableView table={table} />
            </Scroll>
          </section>
        ))}
        {figures.map((figure) => (
          <FigureSection key={figure.id} figure={figure} />
        ))}
      </main>
      {runs.map((run) => (
        <RunCard
          key={run.id}
          run={run}
          options={options[run.model] ?? {}}
          report={reports.get(run.pipeline)}
        />
      ))}
      <footer class="wide">
        Made by Gumbel. Beside this page: the same as study.json, study.csv, study.md and study.tex
        {figures.length > 0 && ", plots as SVG and PNG, pictures as PNG"}.
      </footer>
    </>,
    [readoutScript],
    tableStyle + runCardStyle,
    aboutOf(report),
  );
}

/** Longest plot that a preview repeats, in characters. */
const longestPicture = 60_000;

function aboutOf({ works, tables, figures }: Report): About {
  const titles = [...tables, ...figures].map(({ title }) => title).join("; ");
  const beside = works.length > 0 ? ` Beside ${works.map(({ text }) => text).join("; ")}.` : "";
  const plots = figures.flatMap(({ plots }) => plots);
  const picture = plots.find(({ svg }) => svg.length <= longestPicture);
  return { description: `${titles}.${beside}`, ...(picture && { picture: svgAddress(picture.svg) }) };
}

function FigureSection({ figure }: { figure: FigureView }) {
  const { id, title, source, published, lead, plots, sheets, shown, table, followed, missing } = figure;
  const nothing = plots.length === 0 && sheets.length === 0;
  const wide = figure.kind === "latents" || figure.kind === "assignments";
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      <p class="note">
        Published: {source}.{published && ` ${published}`}
      </p>
      {nothing ? <p class="note-box">Nothing to draw yet.</p> : <p class="summary">{lead}</p>}
      {missing && <MissingRuns missing={missing} />}
      {plots.length > 0 && (
        <div class={wide ? undefined : "curves wide"}>
          {plots.map((plot) => (
            <Figure plot={plot} key={plot.name} />
          ))}
        </div>
      )}
      {sheets.map((each) => (
        <SheetView key={each.sheet.name} sheet={each} />
      ))}
      {shown.length > 0 && (
        <ul class="note runs">
          {shown.map((each) => (
            <li key={each.pipeline}>{shownText(each)}</li>
          ))}
        </ul>
      )}
      {followed.length > 0 && (
        <Scroll label={`${title}: last and best epoch`}>
          <FollowedTable followed={followed} />
        </Scroll>
      )}
      {table && (
        <Scroll label={title}>
          <TableView table={table} />
        </Scroll>
      )}
    </section>
  );
}

function MissingRuns({ missing: { pipelines, command, seconds } }: { missing: Missing }) {
  const takes =
    seconds === null ? "" : `, about ${roughly(seconds)} of training by the records of their systems`;
  return (
    <p class="note">
      {plural(pipelines.length, "pipeline")} not run: <code>{command}</code>
      {takes}
    </p>
  );
}

function SheetView({ sheet: { title, sheet, scale, rows } }: { sheet: NamedSheet }) {
  return (
    <>
      <h3>{title}</h3>
      <figure class="grid">
        <div class="rows" aria-hidden="true">
          {rows.map((name) => (
            <span key={name}>{name}</span>
          ))}
        </div>
        <Pictures sheet={sheet} alt={`${title}: rows of pictures: ${rows.join(", ")}`} scale={scale} />
      </figure>
    </>
  );
}

function FollowedTable({ followed }: { followed: Followed[] }) {
  return (
    <table>
      <caption>Last and best epoch, means over the seeds</caption>
      <thead>
        <tr>
          <th scope="col">followed</th>
          <th scope="col">last</th>
          <th scope="col">at epoch</th>
          <th scope="col">best</th>
          <th scope="col">at epoch</th>
        </tr>
      </thead>
      <tbody>
        {followed.map((each) => {
          const { last, best } = lastAndBest(each);
          return (
            <tr key={`${each.pipeline} ${each.metric.name}`}>
              <th scope="row">
                {each.title}, {each.metric.title}
              </th>
              <td class="strong">
                {figureValue(last.mean, each.metric)}
                <span class="muted">{plusMinus(last.std, each.metric)}</span>
              </td>
              <td>{last.epoch}</td>
              <td>{best ? figureValue(best.mean, each.metric) : "—"}</td>
              <td>{best?.epoch ?? "—"}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
