import { enlargement, Pictures, sheet, toBytes } from "@gumbel/pages";
import type { Samples } from "@gumbel/results";
import type { ReportData, SamplesName } from "../data/data.js";
import { clusterName, clustersByClass, shortName, shownRun } from "../data/select.js";
import type { Section } from "./section.js";

interface Explanation {
  lead: string;
  /** Text alternative. */
  alt: string;
  /** Beside each row, above each column. */
  rowNames?: string[];
  columnNames?: string[];
}

/** A section that is one sheet of pictures; left out if the data is no pictures or the system cannot draw them. */
function pictureSection(
  name: SamplesName,
  { title, shortTitle }: Pick<Section, "title" | "shortTitle">,
  explain: (samples: Samples, data: ReportData) => Explanation,
  arrange: (samples: Samples, data: ReportData) => Samples = (samples) => samples,
): Section {
  return {
    id: name,
    title,
    ...(shortTitle && { shortTitle }),
    async render(data) {
      const { kind, shape } = data.examples.info;
      const found = kind === "image" ? await data.samples(name) : undefined;
      if (!found || found.rows === 0) return undefined;
      const { rows, columns, values } = arrange(found, data);
      const bytes = toBytes(values);
      const { d } = data.examples;
      const { lead, alt, rowNames, columnNames } = explain(found, data);
      const pictures = sheet(
        name,
        shape,
        rows,
        columns,
        Array.from({ length: rows * columns }, (_, i) => bytes.subarray(i * d, (i + 1) * d)),
        { ...(rowNames && { rows: rowNames }), ...(columnNames && { columns: columnNames }) },
      );
      const scale = Math.max(1, Math.min(enlargement(shape), Math.floor(740 / pictures.width)));
      return {
        lead: lead + shownRun(data),
        body: (
          <figure class="grid">
            {columnNames && <Names names={columnNames} along="columns" />}
            {rowNames && <Names names={rowNames} along="rows" />}
            <Pictures sheet={pictures} alt={alt} scale={scale} />
          </figure>
        ),
        sheets: [pictures],
      };
    },
  };
}

/** Names along an edge of a sheet; hidden from screen readers, since the sheet's text alternative has them. */
function Names({ names, along }: { names: string[]; along: "rows" | "columns" }) {
  return (
    <div class={along} aria-hidden="true">
      {names.map((name, i) => (
        <span key={i}>{name}</span>
      ))}
    </div>
  );
}

/** Digits drawn by the model. */
export const generated = pictureSection(
  "generated",
  { title: "Generated" },
  ({ columns }, data) => {
    const names = clustersByClass(data).map((cluster) => clusterName(data, cluster));
    const alt = `Generated pictures, a row per cluster: ${names.join(", ")}`;
    return columns > 1
      ? {
          lead: "Rows: one cluster each. Columns: one z ~ N(0, I) each, the same down the column.",
          alt,
          rowNames: names,
        }
      : { lead: "The prototype of each cluster, as the system decodes it.", alt, rowNames: names };
  },
  (samples, data) => {
    const order = clustersByClass(data);
    return moved(samples, (row, column) => [order[row]!, column]);
  },
);

/** The same z decoded under every cluster. */
export const style = pictureSection(
  "style",
  { title: "Style transfer", shortTitle: "Style" },
  ({ columns }, data) => {
    const names = clustersByClass(data).map((cluster) => shortName(data, cluster));
    return {
      lead: "First column: a test example. The others: its latent, decoded under each cluster in turn.",
      alt: `Test examples, each beside its latent decoded under each of ${columns - 1} clusters`,
      columnNames: ["x", ...names],
    };
  },
  (samples, data) => {
    const order = clustersByClass(data);
    return moved(samples, (row, column) => [row, column === 0 ? 0 : 1 + order[column - 1]!]);
  },
);

/** Test examples and their reconstructions. Two long rows read better than two narrow columns. */
export const reconstructions = pictureSection(
  "reconstructions",
  { title: "Reconstructions" },
  ({ rows }) => ({
    lead: "Above: test examples. Below: their reconstructions.",
    alt: `${rows} test examples, each above its reconstruction`,
  }),
  foldedPairs,
);

/** Pictures decoded between two examples. */
export const interpolations = pictureSection(
  "interpolations",
  { title: "Interpolation" },
  ({ rows, columns }) => {
    const steps = columns - 2;
    const names = Array.from({ length: steps }, (_, step) => `${Math.round((100 * step) / (steps - 1))} %`);
    return {
      lead: "First and last column: two test examples of different clusters. Between them their codes are mixed in equal steps and decoded.",
      alt: `${rows} pairs of test examples, with ${steps} pictures decoded between the two of each`,
      columnNames: ["x", ...names, "x′"],
    };
  },
);

const pairsInRow = 10;

/** Folds rows of [example, reconstruction] into lines of examples above lines of their reconstructions. */
function foldedPairs({ rows, columns, values }: Samples): Samples {
  const d = values.length / (rows * columns);
  const across = Math.min(rows, pairsInRow);
  const lines = Math.ceil(rows / across);
  const folded = new Float32Array(lines * columns * across * d);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const line = Math.floor(row / across) * columns + column;
      const from = (row * columns + column) * d;
      folded.set(values.subarray(from, from + d), (line * across + (row % across)) * d);
    }
  }
  return { rows: lines * columns, columns: across, values: folded };
}

/** The pictures in other places: the one at a row and a column is the one that was at those of `from`. */
function moved(
  { rows, columns, values }: Samples,
  from: (row: number, column: number) => [row: number, column: number],
): Samples {
  const d = values.length / (rows * columns);
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [i, j] = from(row, column);
      const start = (i * columns + j) * d;
      result.set(values.subarray(start, start + d), (row * columns + column) * d);
    }
  }
  return { rows, columns, values: result };
}
