import type { Range, Result } from "./measure.js";

const digits = (value: number): string =>
  value >= 1000 ? Math.round(value).toLocaleString("en-US") : value.toPrecision(3);
const range = ({ min, median, max }: Range): string => `${digits(median)} (${digits(min)}–${digits(max)})`;
const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)}`;

/** The results as a Markdown table, the median of the rounds with the smallest and the largest, and what computed them. */
export function table(results: Result[]): string {
  const head = ["benchmark", "unit", "ours", "peer", "", "ratio of times", "peak MB, ours / peer"];
  const rows = results.map(({ name, unit, ours, peer, peakRssBytes }) => [
    name,
    unit,
    range(ours),
    peer ? range(peer.figure) : "",
    peer?.title ?? "",
    peer ? range(peer.ratio) : "",
    peer ? `${megabytes(peakRssBytes)} / ${megabytes(peer.peakRssBytes)}` : megabytes(peakRssBytes),
  ]);
  const said = (libraries: string[]): string => [...new Set(libraries)].join("; ");
  const rowsOfTable = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return [
    ...rowsOfTable,
    "",
    `Ours: ${said(results.map(({ libraries }) => libraries))}.`,
    `Peers: ${said(results.flatMap(({ peer }) => (peer ? [peer.libraries] : []))) || "none"}.`,
  ].join("\n");
}
