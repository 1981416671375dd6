/** Points of the plane coloured by their assignment: a panel per moment of training, a row per kind of assignment. */
import { renderToStaticMarkup } from "preact-render-to-string";
import { share } from "../format.js";
import { categorical, colours } from "./colours.js";
import { type Plot, xmlText } from "./render.js";

/** Assignment of each point at one moment. */
interface Panel {
  /** `step 5`. */
  title: string;
  /** Index of a colour for each point; -1 if it has no assignment, or its cluster has no class. */
  group: number[];
  /** Share of the points in the colour of their class, in [0, 1]; null without classes. */
  right: number | null;
}

export interface PanelRow {
  title: string;
  panels: Panel[];
}

export interface Assignments {
  /** Coordinates of the points: x₀, y₀, x₁, y₁, … */
  positions: number[];
  /** Points to mark, each with the index of its colour. */
  marked: { point: number; group: number }[];
  rows: PanelRow[];
  /** Names of the colours. */
  groups: string[];
}

const side = 132;
const gap = 12;
const heading = 36;
const dot = 2.6;
const font = { "font-family": "DejaVu Sans", "font-size": 11, fill: colours.ink } as const;

/** Draws all panels at one scale, the same on both axes. Dots of a colour are one path, so that thousands make a small file. */
export function assignmentsPlot(name: string, { positions, marked, rows, groups }: Assignments): Plot {
  const frame = framed(positions);
  const columns = Math.max(...rows.map(({ panels }) => panels.length));
  const rowHeight = heading + frame.height + gap;
  const width = columns * (side + gap);
  const height = rows.length * rowHeight + 24;
  const svg = xmlText(
    renderToStaticMarkup(
      // biome-ignore lint/a11y/noSvgWithoutTitle: the page gives it an aria-label
      <svg
        xmlns="http://www.w3.org/2000/svg"
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
      >
        {rows.map((row, r) => (
          <g key={row.title} transform={`translate(0,${r * rowHeight})`}>
            <text x={dot} y={12} {...font} font-weight="bold">
              {row.title}
            </text>
            {row.panels.map((panel, column) => (
              <g key={panel.title} transform={`translate(${column * (side + gap)},0)`}>
                <text x={dot} y={29} {...font}>
                  {panel.title}
                  {panel.right !== null && `: ${share(panel.right)}`}
                </text>
                <g transform={`translate(0,${heading})`}>
                  {pathsOf(panel, frame).map(({ group, d }) => (
                    <path key={group} d={d} stroke={paint(group)} stroke-width={dot} stroke-linecap="round" />
                  ))}
                  {marked.map(({ point, group }) => (
                    <path
                      key={point}
                      d={`M${frame.x(point)} ${frame.y(point) - 5}l5 5l-5 5l-5 -5z`}
                      fill={paint(group)}
                      stroke={colours.ink}
                      stroke-width={1.5}
                    />
                  ))}
                </g>
              </g>
            ))}
          </g>
        ))}
        <g transform={`translate(0,${height - 10})`}>
          {groups.map((group, i) => (
            <g key={group} transform={`translate(${dot + 3 + i * 110},0)`}>
              <circle r={4} cy={-4} fill={paint(i)} />
              <text x={9} {...font}>
                {group}
              </text>
            </g>
          ))}
        </g>
      </svg>,
    ),
  );
  // A row for each point of each panel.
  const values = rows.flatMap((row) =>
    row.panels.flatMap((panel) =>
      Array.from(panel.group, (group, point) => ({
        row: row.title,
        panel: panel.title,
        x: positions[2 * point]!,
        y: positions[2 * point + 1]!,
        group: groups[group] ?? "",
      })),
    ),
  );
  return { name, description: describe(rows, marked.length), svg, values };
}

function describe(rows: PanelRow[], marked: number): string {
  const texts = rows.map(
    ({ title, panels }) =>
      `${title}: ${panels.map((panel) => (panel.right === null ? panel.title : `${panel.title}, ${share(panel.right)} right`)).join("; ")}`,
  );
  return `Points coloured by their assignment at moments of training${marked > 0 ? `, ${marked} labelled examples marked` : ""}. ${texts.join(". ")}`;
}

/** A path of the dots of each colour, rounded to tenths. */
function pathsOf({ group }: Panel, { x, y }: Frame): { group: number; d: string }[] {
  const dots = new Map<number, string>();
  for (let point = 0; point < group.length; point++) {
    const own = group[point]!;
    dots.set(own, `${dots.get(own) ?? ""}M${x(point)} ${y(point)}h0`);
  }
  return [...dots].sort(([a], [b]) => a - b).map(([group, d]) => ({ group, d }));
}

interface Frame {
  height: number;
  x(point: number): number;
  y(point: number): number;
}

function framed(positions: number[]): Frame {
  const range = (axis: 0 | 1): [least: number, most: number] => {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = axis; i < positions.length; i += 2) {
      least = Math.min(least, positions[i]!);
      most = Math.max(most, positions[i]!);
    }
    return [least, most];
  };
  const [left, right] = range(0);
  const [bottom, top] = range(1);
  const edge = 6;
  const scale = (side - 2 * edge) / (Math.max(right - left, top - bottom) || 1);
  const tenths = (value: number): number => Math.round(10 * value) / 10;
  return {
    height: tenths((top - bottom) * scale + 2 * edge),
    x: (point) => tenths(edge + (positions[2 * point]! - left) * scale),
    y: (point) => tenths(edge + (top - positions[2 * point + 1]!) * scale),
  };
}

const paint = (group: number): string =>
  group < 0 ? colours.axis : categorical[group % categorical.length]!;
