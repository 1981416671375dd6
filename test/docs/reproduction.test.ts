/** What reproduces and what does not, at the top of docs/reproduction.md: written from the records of studies/benchmark. */
import { markdownTable } from "@gumbel/cli";
import { type RunRecord, readRecord } from "@gumbel/records";
import { type Published, publishedFor } from "@gumbel/results";
import { isPublishedRow, memberRow, pipelineOfRow, readStudy } from "@gumbel/workspace";
import { expect, test } from "vitest";
import { root } from "../workspace.js";
import { expectWritten } from "./written.js";

const study = await readStudy(root, "benchmark");
const titles = new Map([
  ["mnist", "MNIST"],
  ["usps", "USPS"],
  ["reuters-21578", "Reuters-21578"],
]);
/** The two methods that the thesis proposes. */
const proposed = ["gumbel-vae", "auxiliary-clustering"];
/** A mean that is worse by no more than this is called reproduced: three points of a hundred. */
const tolerance = 0.03;

/** One figure of a table: the record of a system on a data set, and what is published of it. */
interface Figure {
  dataset: string;
  system: string;
  /** The system, and what differs in the row. */
  name: string;
  pipeline: string;
  metric: "accuracy" | "testError";
  record: RunRecord | undefined;
  /** Of the system itself, or of the one that it is a variant of. */
  published: Published | undefined;
}

async function figureOf(
  dataset: string,
  system: string,
  name: string,
  labels: number | null,
  pipeline: string,
): Promise<Figure> {
  const record = await readRecord(root, "benchmark", pipeline);
  const metric = labels === null ? "accuracy" : "testError";
  const published = publishedFor(dataset, record?.variantOf ?? system, labels).get(metric);
  return { dataset, system, name, pipeline, metric, record, published };
}

const rows = study.tables
  .flatMap((table) => table.rows.map((row) => ({ row, datasets: table.datasets, usual: table.labels })))
  .flatMap(({ row, datasets, usual }) => {
    if (isPublishedRow(row)) return [];
    const member = memberRow(row, usual);
    const { system, labels, title } = member;
    const name = title === null ? system : `${system}, ${title}`;
    return datasets.flatMap((dataset) => {
      const pipeline = pipelineOfRow(member, dataset);
      return pipeline === null ? [] : { dataset, system, name, labels, pipeline };
    });
  });
const figures: Figure[] = [];
const seen = new Set<string>();
for (const { dataset, system, name, labels, pipeline } of rows) {
  if (seen.has(pipeline)) continue;
  seen.add(pipeline);
  figures.push(await figureOf(dataset, system, name, labels, pipeline));
}

const three = (value: number): string => value.toFixed(3).replace("-", "−");
const signed = (value: number): string => {
  const text = Math.abs(value).toFixed(3);
  return /[1-9]/.test(text) ? `${value < 0 ? "−" : "+"}${text}` : "equal";
};
const points = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)} points`;
const spread = (std: number | null, digits: number): string =>
  std === null ? "" : ` ± ${std.toFixed(digits)}`;
/** `0.673 ± 0.086 (3)`. */
function ours({ record, metric }: Figure): string {
  const found = record?.summary[metric];
  if (!found) return "";
  const text =
    metric === "testError"
      ? `${found.mean.toFixed(2)}${spread(found.std, 2)} %`
      : `${three(found.mean)}${spread(found.std, 3)}`;
  return `${text} (${found.n})`;
}
function publishedText({ published, metric }: Figure): string {
  if (!published) return "";
  if (metric === "testError") return `${published.value.toFixed(2)}${spread(published.std, 2)} %`;
  return `${three(published.value)}${spread(published.std, 3)}`;
}
/** Ours less the published one: of accuracies as fractions, of test errors in points. */
const differenceOf = ({ record, published, metric }: Figure): number =>
  record!.summary[metric]!.mean - published!.value;

const isFull = ({ record }: Figure): boolean => record?.profile === "full";
const recorded = figures.filter((figure) => figure.metric === "accuracy" && isFull(figure));
const withLabels = figures.filter((figure) => figure.metric === "testError" && isFull(figure));
const isMethod = ({ record, published }: Figure): boolean => record!.variantOf === null && !!published;
const asMethod = recorded.filter(isMethod);
const isReproduced = (figure: Figure): boolean => differenceOf(figure) >= -tolerance;
const titleOf = ({ dataset }: Figure): string => titles.get(dataset) ?? dataset;
const listed = (of: Figure[], text: (figure: Figure) => string): string => of.map(text).join(", ");
const byDataset = (of: Figure[]): [string, Figure[]][] =>
  [...titles].flatMap(([dataset, title]) => {
    const own = of.filter((figure) => figure.dataset === dataset);
    return own.length > 0 ? [[title, own]] : [];
  });

/** Lines of at most 140 characters. */
function wrapped(text: string): string {
  const lines: string[] = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line.length + word.length + 1 > 138) lines.push(`  ${word}`);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join("\n");
}

function summary(): string {
  const good = asMethod.filter(isReproduced);
  const bad = asMethod.filter((figure) => !isReproduced(figure));
  const departing = asMethod.filter(({ record }) => record!.departures.length > 0);
  const few = [...recorded, ...withLabels].filter(({ record }) => record!.runs.length < 3);
  const missing = figures.filter(
    ({ record, published, dataset }) => !record && published && titles.has(dataset),
  );
  const away = study.onDemand.map((dataset) => {
    const published = figures.filter(
      (figure) => figure.dataset === dataset && figure.published && !figure.record,
    );
    return `${published.length} of ${dataset}`;
  });
  const variants = figures.filter(({ record, published }) => record?.variantOf && published);
  const looked = variants.filter(({ pipeline }) => study.chosenByLabels.includes(pipeline));
  const lines = [
    `**Reproduced**, ${good.length} of ${asMethod.length} published accuracies with a record: our mean is better, or worse by no more than ${tolerance}.`,
    ...byDataset(good).map(
      ([title, own]) =>
        `${title}: ${listed(own, (each) => `\`${each.name}\` ${signed(differenceOf(each))}`)}.`,
    ),
    ...byDataset(bad).map(
      ([title, own]) =>
        `**Not reproduced**, ${title}: ${listed(own, (each) => `\`${each.name}\` ${ours(each)} for ${publishedText(each)}, ${signed(differenceOf(each))}`)}.`,
    ),
    `Of all these ${asMethod.length}, ${departing.length} depart from the published schedule or settings; the study's tables say in what.`,
    `**With 100 labels**, test error on MNIST: ${listed(
      withLabels.filter(isMethod),
      (each) => `\`${each.name}\` ${ours(each)} for ${publishedText(each)}, ${points(differenceOf(each))}`,
    )}.`,
    `**With additions of ours**, beside the published figure of the method: ${listed(variants, (each) =>
      each.metric === "accuracy"
        ? `\`${each.name}\` on ${titleOf(each)} ${ours(each)}, ${signed(differenceOf(each))}`
        : `\`${each.name}\` with 100 labels, test error ${ours(each)} for ${publishedText(each)}`,
    )}. Of these ${variants.length}, ${looked.length} have settings that were chosen by looking at labels.`,
    `**Not run**, of what the tables have a published figure for: ${listed(
      missing.filter(({ system }) => proposed.includes(system)),
      (each) => `\`${each.name}\` as published on ${titleOf(each)}`,
    )}, ${missing.filter(({ system }) => !proposed.includes(system)).length} compared systems; and, for want of the data on most machines, ${away.join(", ")}.`,
    `n is in brackets, and three seeds make wide intervals, which the study's tables show.${
      few.length === 0 ? "" : ` Fewer have ${listed(few, (each) => `\`${each.name}\` on ${titleOf(each)}`)}.`
    }`,
  ];
  return lines.map((line) => wrapped(`- ${line}`)).join("\n");
}

/** A row per system: its records on each data set, and what is published of it on MNIST and USPS. */
function glance(of: Figure[]): string {
  const names = [...new Set(of.map(({ name }) => name))];
  const text = (figure: Figure | undefined): string => (figure ? ours(figure) : "");
  const publishedOf = (figure: Figure | undefined): string =>
    figure && figure.record!.variantOf === null ? publishedText(figure) : "";
  const columns = [...titles].map(([dataset, title]) => {
    const own = new Map(of.filter((figure) => figure.dataset === dataset).map((each) => [each.name, each]));
    const published = names.map((name) => publishedOf(own.get(name)));
    return [
      ...(own.size > 0 ? [[title, ...names.map((name) => text(own.get(name)))]] : []),
      ...(published.some((each) => each !== "") ? [["published", ...published]] : []),
    ];
  });
  const all = [["system", ...names.map((name) => `\`${name}\``)], ...columns.flat()];
  return markdownTable(all[0]!.map((_, row) => all.map((column) => column[row]!)));
}

test("the summary and the tables at a glance are those of the records", () => {
  expect(recorded.length).toBeGreaterThan(30);
  expectWritten("reproduction.md", {
    summary: summary(),
    "at-a-glance": glance(recorded),
    "with-labels": glance(withLabels),
  });
});
