import type { NamedColumn } from "@gumbel/assignments";
import { Scroll } from "@gumbel/pages";
import { beginning } from "@gumbel/tables";
import type { ReportData } from "../data/data.js";
import { clusterName, rankedExamples, shownClusters, shownRun } from "../data/select.js";
import type { Section } from "./section.js";

const rowsOfEach = 5;
/** The most columns that are shown, in the order of the file. */
const mostColumns = 12;

/** The user's own rows that are most typical of each cluster, as they stand in the file. */
export const typicalRows: Section = {
  id: "rows",
  title: "Typical rows",
  async render(data) {
    const original = await data.original();
    if (!original || data.examples.info.kind !== "vector") return undefined;
    const { index } = data.examples;
    // The row's own number stands in front already.
    const own = original.filter(({ values }) => index.some((row, i) => values[i] !== row));
    const columns = own.slice(0, mostColumns);
    const ranked = rankedExamples(data, await data.latents(), { typical: rowsOfEach, others: 0 });
    const { clusters: all, note } = shownClusters(data);
    const clusters = all.filter((cluster) => ranked[cluster]!.typical.length > 0);
    return {
      lead: (
        <>
          The {rowsOfEach} most typical rows of each cluster, as they stand in the file
          {own.length > columns.length && `: the first ${columns.length} of ${own.length} columns`}.{note}
          {shownRun(data)}
        </>
      ),
      body: (
        <Scroll label="Table of typical rows">
          <table class="rows">
            <caption class="hidden">Typical rows by cluster</caption>
            <thead>
              <tr>
                <th scope="col">row</th>
                {columns.map(({ name }) => (
                  <th scope="col" key={name}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            {clusters.map((cluster) => (
              <tbody key={cluster}>
                <tr>
                  <th scope="rowgroup" colSpan={columns.length + 1}>
                    {clusterName(data, cluster)}
                  </th>
                </tr>
                {ranked[cluster]!.typical.map((row) => (
                  <Row key={row} data={data} columns={columns} row={row} />
                ))}
              </tbody>
            ))}
          </table>
        </Scroll>
      ),
    };
  },
};

function Row({ data, columns, row }: { data: ReportData; columns: NamedColumn[]; row: number }) {
  return (
    <tr>
      <th scope="row">{data.examples.index[row]!}</th>
      {columns.map(({ name, values }) => (
        <td key={name}>{cell(values[row] ?? null)}</td>
      ))}
    </tr>
  );
}

/** The beginning of a text, a number with at most six digits: they tell the rows apart. */
const cell = (value: string | number | null): string =>
  typeof value === "string"
    ? beginning(value)
    : value === null || Number.isNaN(value)
      ? "—"
      : String(Number(value.toPrecision(6)));
