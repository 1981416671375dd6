import type { ReportData } from "../data.js";
import { count, duration, megabytes } from "../format.js";
import type { Section } from "../section.js";

/** Where the figures come from: settings, digests, versions, times, and the command that makes them again. */
export const provenance: Section = {
  id: "provenance",
  title: "Provenance",
  render(data) {
    const { plan, stages, examples, training } = data;
    const versions = Object.assign({}, ...stages.map(({ manifest }) => manifest.versions)) as Record<
      string,
      string
    >;
    const first = stages.find(({ run }) => run)?.run;
    return {
      body: (
        <>
          <p>
            Made again by <code>{command(data)}</code>
          </p>
          <div class="scroll">
            <table>
              <caption>Stages</caption>
              <thead>
                <tr>
                  <th scope="col">stage</th>
                  <th scope="col">time</th>
                  <th scope="col">peak memory</th>
                  <th scope="col">when</th>
                  <th scope="col">plan</th>
                </tr>
              </thead>
              <tbody>
                {stages.map(({ name, run, manifest }) => (
                  <tr key={name}>
                    <th scope="row">{name}</th>
                    <td>{run ? duration(run.seconds) : "—"}</td>
                    <td>{run ? megabytes(peakMemory(run)) : "—"}</td>
                    <td>{run ? run.startedAt.slice(0, 16).replace("T", " ") : "—"}</td>
                    <td>
                      <code>{manifest.config.slice(0, 12)}</code>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <dl>
            <dt>data</dt>
            <dd>
              {examples.info.title}: {count(examples.n)} examples of {examples.info.shape.join(" × ")}.{" "}
              {examples.info.source}.
            </dd>
            <dt>system</dt>
            <dd>
              {plan.modelTitle}: {plan.modelReference}. {count(training.parameters)} parameters,{" "}
              {training.clusters} clusters.
            </dd>
            <dt>seeds</dt>
            <dd>
              {training.runs.map(({ seed }) => seed).join(", ")}; pictures and maps are of the run with the
              lowest total loss, seed {data.evaluation.selectedSeed}
            </dd>
            {first && (
              <>
                <dt>machine</dt>
                <dd>
                  {first.platform}, {first.cores} cores, {(first.memoryBytes / 2 ** 30).toFixed(0)} GB, Node{" "}
                  {first.node}
                </dd>
              </>
            )}
            <dt>versions</dt>
            <dd>
              {Object.entries(versions)
                .map(([name, version]) => `${name} ${version}`)
                .join(", ")}
            </dd>
          </dl>
          <details>
            <summary>Effective configuration</summary>
            <pre>{JSON.stringify(plan.effective, null, 2)}</pre>
          </details>
          <details>
            <summary>Digests of every file</summary>
            <pre>
              {stages
                .flatMap(({ name, manifest }) =>
                  manifest.files.map((file) => `${file.sha256}  ${name}/${file.name}`),
                )
                .join("\n")}
            </pre>
          </details>
        </>
      ),
    };
  },
};

/** The stage's own memory, or its largest worker's. */
function peakMemory(run: NonNullable<ReportData["stages"][number]["run"]>): number {
  const workers = run.facts.peakRssBytesBySeed as Record<string, number> | undefined;
  return Math.max(run.peakRssBytes, ...Object.values(workers ?? {}));
}

function command({ plan }: ReportData): string {
  const profile = plan.profile === "quick" ? "" : `GUMBEL_PROFILE=${plan.profile} `;
  return `${profile}pnpm turbo run report --filter=@pipelines/${plan.pipeline}`;
}
