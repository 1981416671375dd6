import { commandOf, count, digits, duration, Entry, megabytes, moment, plural, Scroll } from "@gumbel/pages";
import { settingsSentOn, textSentOn } from "@gumbel/results";
import { whyItRan } from "@gumbel/stage";
import { z } from "zod";
import type { ReportData } from "../data/data.js";
import type { Section } from "./section.js";

/** Origin of the figures: settings, digests, versions, times, and the command that reproduces them. */
export const provenance: Section = {
  id: "provenance",
  title: "Provenance",
  render(data) {
    const { plan, stages, examples, training } = data;
    const { info } = examples;
    const versions = new Map(stages.flatMap(({ manifest }) => Object.entries(manifest.versions)));
    const machine = stages.find(({ run }) => run)?.run;
    return {
      lead: "What was run, on which machine, and the command that runs it again.",
      body: (
        <>
          <pre class="command">{commandOf("report", data.plan)}</pre>
          <Stages data={data} />
          <dl>
            <Entry term="data">
              {info.title}: {count(examples.n)} examples of {info.shape.join(" × ")}. Source:{" "}
              {sentence(info.source)}
            </Entry>
            <Entry term="system">
              {plan.modelTitle}: {sentence(plan.modelReference)} {count(training.parameters)} parameters,{" "}
              {training.clusters} clusters.
            </Entry>
            <Entry term="seeds">{training.runs.map(({ seed }) => seed).join(", ")}</Entry>
            {machine && (
              <Entry term="machine">
                {machine.cpu === "unknown" ? "" : `${machine.cpu}, `}
                {machine.platform}, {machine.cores} cores, {(machine.memoryBytes / 2 ** 30).toFixed(0)} GiB,
                Node {machine.node}
              </Entry>
            )}
            <Entry term="versions">
              {[...versions].map(([name, version]) => `${name} ${version}`).join(", ")}
            </Entry>
          </dl>
          <Runs data={data} />
          <Prepared data={data} />
          <details>
            <summary>Effective configuration</summary>
            <pre>{JSON.stringify(settingsSentOn(plan.effective), null, 2)}</pre>
          </details>
          <details>
            <summary>SHA-256 of every file, and of the code that wrote them</summary>
            <pre>{digests(data).join("\n")}</pre>
          </details>
        </>
      ),
    };
  },
};

function digests({ stages }: ReportData): string[] {
  const code = new Map(stages.flatMap(({ inputs }) => Object.entries(inputs?.code ?? {})));
  return [
    ...stages.flatMap(({ name, manifest }) =>
      manifest.files.map((file) => `${file.sha256}  ${name}/${file.name}`),
    ),
    ...[...code].map(([name, digest]) => `${digest}  ${name}`),
  ];
}

function Stages({ data: { stages, root } }: { data: ReportData }) {
  const total = stages.reduce((sum, { run }) => sum + (run?.seconds ?? 0), 0);
  return (
    <Scroll label="Table of stages">
      <table>
        <caption>Stages, when each last ran</caption>
        <thead>
          <tr>
            <th scope="col">stage</th>
            <th scope="col">time</th>
            <th scope="col">peak memory</th>
            <th scope="col">started (UTC)</th>
            <th scope="col">plan</th>
            <th scope="col" class="text">
              why it last ran
            </th>
          </tr>
        </thead>
        <tbody>
          {stages.map(({ name, run, inputs, manifest }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{run ? duration(run.seconds) : "—"}</td>
              <td>{run ? megabytes(peakMemory(run)) : "—"}</td>
              <td>{run ? moment(run.startedAt) : "—"}</td>
              <td>
                <code>{manifest.config.slice(0, 12)}</code>
              </td>
              <td class="text why">{textSentOn(whyItRan(inputs), root)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">total</th>
            <td>{duration(total)}</td>
            <td colSpan={4} />
          </tr>
        </tfoot>
      </table>
    </Scroll>
  );
}

/** Columns of the user's table that the page lists. */
const mostColumns = 200;

/** How the columns of the user's table became features. */
function Prepared({ data: { examples } }: { data: ReportData }) {
  const { preparation, columns } = examples.info;
  if (preparation?.kind !== "table") return null;
  return (
    <details>
      <summary>
        Preparation of {plural(preparation.columns.length, "column")}, fitted to the training rows
        {columns && columns.ignored.length > 0 && `; left out: ${columns.ignored.join(", ")}`}
      </summary>
      <Scroll label="Table of the preparation">
        <table>
          <thead>
            <tr>
              <th scope="col">column</th>
              <th scope="col">feature</th>
              <th scope="col">a missing value</th>
            </tr>
          </thead>
          <tbody>
            {preparation.columns.slice(0, mostColumns).map((column) => (
              <tr key={column.name}>
                <th scope="row">{column.name}</th>
                <td>
                  {column.kind === "categories"
                    ? `0 or 1 for each of ${column.categories.join(", ")}`
                    : column.scale === null
                      ? `constant ${column.centre}: 0`
                      : `(value - ${digits(column.centre)}) / ${digits(column.scale)}`}
                </td>
                <td>{column.fill === null ? "is an error" : String(column.fill)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {preparation.columns.length > mostColumns && (
        <p>
          {plural(preparation.columns.length - mostColumns, "more column")}: in the metadata of
          ingest/data.arrow
        </p>
      )}
    </details>
  );
}

/** Each run's length, last loss and the losses of its starts. */
function Runs({ data: { training, evaluation } }: { data: ReportData }) {
  if (training.runs.every(({ loss }) => loss === null)) return null;
  const restarts = training.runs.some((run) => run.restarts.length > 0);
  return (
    <Scroll label="Table of runs">
      <table>
        <caption>Runs; the one with the lowest loss is shown above</caption>
        <thead>
          <tr>
            <th scope="col">seed</th>
            <th scope="col">epochs</th>
            <th scope="col">steps</th>
            <th scope="col">last loss</th>
            {restarts && <th scope="col">losses of the starts</th>}
          </tr>
        </thead>
        <tbody>
          {training.runs.map((run) => (
            <tr key={run.seed}>
              <th scope="row">
                {run.seed}
                {run.seed === evaluation.selectedSeed && " (shown)"}
              </th>
              <td>{count(run.epochs)}</td>
              <td>{count(run.steps)}</td>
              <td>{run.loss === null ? "—" : run.loss.toPrecision(6)}</td>
              {restarts && (
                <td>
                  {run.restarts
                    .map(({ loss, chosen }) => `${loss.toPrecision(5)}${chosen ? " (chosen)" : ""}`)
                    .join(", ") || "—"}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** Bytes by seed; empty for a stage without workers. */
const workersSchema = z.record(z.string(), z.number()).default({});

/** The stage's own memory, or its largest worker's. */
function peakMemory(run: NonNullable<ReportData["stages"][number]["run"]>): number {
  const workers = workersSchema.parse(run.facts.peakRssBytesBySeed);
  return Math.max(run.peakRssBytes, ...Object.values(workers));
}

const sentence = (text: string): string => (text === "" || text.endsWith(".") ? text : `${text}.`);
