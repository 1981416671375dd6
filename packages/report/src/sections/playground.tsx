import { parseWith } from "@gumbel/config";
import { count, exampleBytes, gap, megabytes, sheet } from "@gumbel/pages";
import { measureDrawings, type PlaygroundInfo, playgroundFiles, playgroundId } from "@gumbel/playground";
import { dataDescription, type Examples, splitRows } from "@gumbel/tables";
import { z } from "zod";
import type { ReportData } from "../data/data.js";
import {
  clusterName,
  clustersByClass,
  latentOf,
  rankedExamples,
  shortName,
  shownRun,
  subsample,
} from "../data/select.js";
import type { Section } from "./section.js";

/** Number of examples among which neighbours are searched. */
const neighbourExamples = 2000;
const sheetColumns = 50;

/** The trained model in the page, which has the systems of the registry. For pictures only. */
export const playground: Section = {
  id: "playground",
  title: "Playground",
  async render(data) {
    const { kind, shape } = data.examples.info;
    const weights = kind === "image" && !data.plan.ownSystem ? await data.weights() : undefined;
    if (!weights) return undefined;
    const latents = await data.latents();
    const latent = latentOf(data, latents);
    const directions = await data.directions();

    const rows = subsample(data, neighbourExamples);
    const typical = rankedExamples(data, latents, { typical: 1, others: 1 }).map(({ typical: [row] }) => row);
    const shown = [...rows, ...typical.filter((row) => row !== undefined)];
    const pictures = shown.map((row) => exampleBytes(data.examples, row));
    const sheetRows = Math.ceil(shown.length / sheetColumns);
    const { png } = sheet("playground", shape, sheetRows, sheetColumns, pictures);

    const info: PlaygroundInfo = {
      model: modelOf(data, (await data.labelled()).length),
      clusters: typical.map((row, k) => ({
        name: clusterName(data, k),
        short: shortName(data, k),
        picture: row === undefined ? null : shown.indexOf(row, rows.length),
      })),
      order: clustersByClass(data),
      neighbours: {
        source: among(data.examples, rows.length),
        labels: rows.map((row) => data.examples.info.classes[data.examples.labels[row]!] ?? null),
      },
      sheet: {
        png: `data:image/png;base64,${Buffer.from(png).toString("base64")}`,
        columns: sheetColumns,
        gap,
      },
      drawing: measureDrawings(pictures.slice(0, rows.length), shape),
      shares: directions ? [...directions.share] : [],
    };
    const { width } = latent;
    const { opener, files } = await playgroundFiles(info, {
      parameters: weights,
      latents: {
        shape: [rows.length, width],
        values: Float32Array.from({ length: rows.length * width }, (_, i) => {
          return latent.values[rows[Math.floor(i / width)]! * width + (i % width)]!;
        }),
      },
      directions: directions?.vectors,
    });
    const bytes = files.reduce((sum, { contents }) => sum + contents.length, 0);

    return {
      lead: `The trained model runs in this page and nowhere else.${shownRun(data)}`,
      body: (
        <>
          <div id={playgroundId} class="play">
            <p>
              {directions
                ? "Choose a cluster and move z, or draw: the model's result shows at once."
                : "Draw, and see the model's result."}
            </p>
            <p>
              <button type="button">Open the playground</button>{" "}
              <span role="status" class="note">
                {megabytes(bytes)} beside this page: the weights, and {among(data.examples, rows.length)}.
              </span>
            </p>
          </div>
          <noscript>
            <p class="note">The playground needs JavaScript.</p>
          </noscript>
        </>
      ),
      files,
      script: opener,
    };
  },
};

const among = ({ n }: Examples, taken: number): string =>
  taken < n ? `${count(taken)} of the ${count(n)} examples, at random` : `all ${count(n)} examples`;

/** The fields of the effective configuration that the playground needs. */
const effectiveSchema = z.looseObject({
  model: z.looseObject({ name: z.string() }),
  train: z.looseObject({ split: z.enum(["all", "train"]) }),
});

function modelOf({ plan, examples, evaluation }: ReportData, labelled: number): PlaygroundInfo["model"] {
  const { model, train } = parseWith(effectiveSchema, plan.effective, "effective in plan/report.json");
  const { name, ...options } = model;
  const training = splitRows(examples, train.split).length;
  return {
    name,
    options,
    data: dataDescription(examples.info, training, labelled, evaluation.clusters),
    latent: evaluation.latent,
  };
}
