/** What a plot says under the pointer: the value of each line at each place along its x axis. */

export interface ReadLine {
  label: string;
  /** As it is drawn, in CSS. */
  colour: string;
  points: { x: number; y: number; text: string }[];
}

export interface Readings {
  /** What x is: `epoch`. */
  axis: string;
  lines: ReadLine[];
}

/** The same in the coordinates of an SVG, as its `data-readings`, for src/client/readout.ts. */
export interface PlacedReadings {
  axis: string;
  lines: Pick<ReadLine, "label" | "colour">[];
  /** Where the plot's own area begins and ends, from above. */
  span: [top: number, bottom: number];
  /** From left to right; null for a line without a value there. */
  at: [x: number, value: number, values: ([y: number, text: string] | null)[]][];
}

/** More than that lie closer than a pointer can tell apart. */
const mostPlaces = 300;

/** @param x, y from a value to the SVG's coordinate */
export function placeReadings(
  { axis, lines }: Readings,
  x: (value: number) => number,
  y: (value: number) => number,
  span: PlacedReadings["span"],
): PlacedReadings {
  const round = (value: number): number => Math.round(10 * value) / 10;
  const byPlace = lines.map(({ points }) => new Map(points.map((point) => [point.x, point])));
  const places = [...new Set(byPlace.flatMap((points) => [...points.keys()]))].sort((a, b) => a - b);
  const step = Math.ceil(places.length / mostPlaces);
  const read = places.filter((_, i) => i % step === 0 || i === places.length - 1);
  return {
    axis,
    lines: lines.map(({ label, colour }) => ({ label, colour })),
    span,
    at: read.map((place) => [
      round(x(place)),
      place,
      byPlace.map((points) => {
        const point = points.get(place);
        return point ? [round(y(point.y)), point.text] : null;
      }),
    ]),
  };
}
