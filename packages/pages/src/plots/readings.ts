/** Values of a plot that are shown under the pointer: each line's value at each position along the x axis. */

export interface ReadLine {
  label: string;
  /** CSS colour of the line. */
  colour: string;
  points: { x: number; y: number; text: string }[];
}

export interface Readings {
  /** Name of the x axis: `epoch`. */
  axis: string;
  lines: ReadLine[];
}

/** Readings in the coordinates of an SVG: its `data-readings`, read by src/client/readout.ts. */
export interface PlacedReadings {
  axis: string;
  lines: Pick<ReadLine, "label" | "colour">[];
  /** Top and bottom edge of the plot's area. */
  span: [top: number, bottom: number];
  /** From left to right; null for a line that has no value at this x. */
  at: [x: number, value: number, values: ([y: number, text: string] | null)[]][];
}

/** Most positions along the x axis: more are closer together than a pointer can separate. */
const mostPositions = 300;

/** @param x, y from a value to the SVG's coordinate */
export function placeReadings(
  { axis, lines }: Readings,
  x: (value: number) => number,
  y: (value: number) => number,
  span: PlacedReadings["span"],
): PlacedReadings {
  const round = (value: number): number => Math.round(10 * value) / 10;
  const byX = lines.map(({ points }) => new Map(points.map((point) => [point.x, point])));
  const positions = [...new Set(byX.flatMap((points) => [...points.keys()]))].sort((a, b) => a - b);
  const step = Math.ceil(positions.length / mostPositions);
  const read = positions.filter((_, i) => i % step === 0 || i === positions.length - 1);
  return {
    axis,
    lines: lines.map(({ label, colour }) => ({ label, colour })),
    span,
    at: read.map((value) => [
      round(x(value)),
      value,
      byX.map((points) => {
        const point = points.get(value);
        return point ? [round(y(point.y)), point.text] : null;
      }),
    ]),
  };
}
