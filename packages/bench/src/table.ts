import type { Range, Result } from "./measure.js";

const digits = (value: number): string =>
  value >= 1000 ? Math.round(value).toLocaleString("en-US") : value.toPrecision(3);
const range = ({ min, median, max }: Range): string => `${digits(median)} (${digits(min)}–${digits(max)})`;
const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)}`;

/** What is tabulated of a result. */
export type Tabulated = Pick<Result, "name" | "unit" | "ours" | "peakRssBytes" | "libraries" | "peer">;

/** Rows of the table: the head, then of each result the median of the rounds with the smallest and the largest. */
export const rowsOf = (results: Tabulated[]): string[][] => [
  ["benchmark", "unit", "ours", "peer", "", "ratio of times", "peak MB, ours / peer"],
  ...results.map(({ name, unit, ours, peer, peakRssBytes }) => [
    name,
    unit,
    range(ours),
    peer ? range(peer.figure) : "",
    peer?.title ?? "",
    peer ? range(peer.ratio) : "",
    peer ? `${megabytes(peakRssBytes)} / ${megabytes(peer.peakRssBytes)}` : megabytes(peakRssBytes),
  ]),
];

/** What computed the results, of ours and of the peers. */
export function librariesOf(results: Tabulated[]): string {
  const said = (libraries: string[]): string => [...new Set(libraries)].join("; ");
  const peers = said(results.flatMap(({ peer }) => (peer ? [peer.libraries] : [])));
  return `Ours: ${said(results.map(({ libraries }) => libraries))}.\nPeers: ${peers || "none"}.`;
}

/** The results as a Markdown table, and what computed them. */
export function table(results: Tabulated[]): string {
  const [head, ...rows] = rowsOf(results);
  const lines = [head!, head!.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return [...lines, "", librariesOf(results)].join("\n");
}
