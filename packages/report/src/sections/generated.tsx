import type { ReportData, Samples } from "../data.js";
import { Pictures } from "../parts.js";
import type { Section } from "../section.js";
import { clusterName } from "../select.js";
import { type Sheet, sheet, toBytes } from "../sprites.js";

/** Samples as one sheet of pictures. */
function sheetOf(data: ReportData, { rows, columns, values }: Samples): Sheet {
  const d = data.examples.d;
  const bytes = toBytes(values);
  return sheet(
    data.examples.info.shape,
    rows,
    columns,
    Array.from({ length: rows * columns }, (_, i) => bytes.subarray(i * d, (i + 1) * d)),
  );
}

/** A section that is one sheet of pictures; left out for data that is none, and for systems that cannot draw. */
function pictureSection(
  id: string,
  title: string,
  pick: (data: ReportData) => Samples | undefined,
  caption: (samples: Samples, data: ReportData) => string,
): Section {
  return {
    id,
    title,
    render(data) {
      const samples = pick(data);
      if (!samples || data.examples.info.kind !== "image") return undefined;
      const text = caption(samples, data);
      return {
        body: (
          <figure>
            <Pictures sheet={sheetOf(data, samples)} alt={text} />
            <figcaption>{text}</figcaption>
          </figure>
        ),
      };
    },
  };
}

/** Digits drawn by the model. */
export const generated = pictureSection(
  "generated",
  "Generated",
  ({ generated }) => generated,
  ({ rows, columns }, data) => {
    const names = Array.from({ length: rows }, (_, cluster) => clusterName(data, cluster)).join(", ");
    return columns > 1
      ? `Rows: c fixed to one cluster (${names}). Columns: one z from N(0, I) under every cluster.`
      : `The typical example of each cluster: ${names}.`;
  },
);

/** The same z under every cluster. */
export const style = pictureSection(
  "style",
  "Style transfer",
  ({ style }) => style,
  () => "First column: a test example. The others: its z, decoded under each cluster in turn.",
);

/** What comes back of an example. */
export const reconstructions = pictureSection(
  "reconstructions",
  "Reconstructions",
  ({ reconstructions }) => reconstructions && transposed(reconstructions),
  () => "Above: test examples. Below: their reconstructions.",
);

/** Rows and columns exchanged: two long rows read better than two narrow columns. */
function transposed({ rows, columns, values }: Samples): Samples {
  const d = values.length / (rows * columns);
  const turned = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const from = (row * columns + column) * d;
      turned.set(values.subarray(from, from + d), (column * rows + row) * d);
    }
  }
  return { rows: columns, columns: rows, values: turned };
}
