import type { ReportData } from "../data.js";
import { count } from "../format.js";
import {
  type Colouring,
  colourIndex,
  describeMap,
  groupOf,
  type LatentMap,
  type Layout,
  latentMap,
  type MapPoint,
  mapPlot,
} from "../plots/map.js";
import { categorical } from "../plots/render.js";
import type { Section } from "../section.js";
import { clusterName, shownRun } from "../select.js";

/** Units of a map's own coordinates across. */
const extent = 1000;
const margin = 24;

/** The latents in the plane. */
export const map: Section = {
  id: "map",
  title: "Map of the latents",
  async render(data) {
    const latents = await data.latents();
    const laidOut = latentMap(data, latents);
    const { layouts, examples, notNumbers } = laidOut;
    if (notNumbers > 0 && layouts.every(({ points }) => points.length === 0)) {
      return { body: <p>The latents are not numbers: training diverged. See train/seed-*/metrics.jsonl.</p> };
    }
    if (layouts.length === 0) return undefined;
    const colourings: Colouring[] =
      data.evaluation.dataset.classes.length > 0 ? ["class", "cluster"] : ["cluster"];
    const plots = await Promise.all(
      layouts.flatMap((layout) => colourings.map((colouring) => mapPlot(data, layout, colouring))),
    );
    return {
      lead: (
        <>
          {examples === data.examples.n
            ? `All ${count(examples)} examples.`
            : `${count(examples)} of ${count(data.examples.n)} examples, drawn at random.`}{" "}
          {notNumbers > 0 && `${count(notNumbers)} more have a latent that is not a number. `}
          {data.examples.info.kind !== "points" && `Latent: ${data.evaluation.latent}.`}
          {shownRun(data)} A cluster has the colour of the class it was matched to: what changes colour lies
          in the wrong one.
        </>
      ),
      body: <Maps data={data} map={laidOut} colourings={colourings} />,
      plots,
    };
  },
};

function Maps({ data, map, colourings }: { data: ReportData; map: LatentMap; colourings: Colouring[] }) {
  return (
    <div class="maps">
      {colourings.length > 1 && (
        <fieldset>
          <legend>Colour by</legend>
          {colourings.map((colouring, i) => (
            <label key={colouring}>
              <input type="radio" name="map-colour" value={colouring} checked={i === 0} />
              {colouring}
            </label>
          ))}
        </fieldset>
      )}
      <div class="layouts">
        {map.layouts.map((layout) => (
          <figure key={layout.name}>
            <Dots data={data} layout={layout} colourings={colourings} />
            <figcaption>{layout.title}</figcaption>
          </figure>
        ))}
      </div>
      {colourings.map((colouring) => (
        <Legend key={colouring} data={data} map={map} colouring={colouring} />
      ))}
    </div>
  );
}

/** Every point once, with both of its colours: the choice above it decides which one shows. */
function Dots({ data, layout, colourings }: { data: ReportData; layout: Layout; colourings: Colouring[] }) {
  const groups = new Map<string, { label: number; cluster: number; path: string }>();
  for (const { x, y, label, cluster } of layout.points) {
    const key = `${label}/${cluster}`;
    const group = groups.get(key) ?? { label, cluster, path: "" };
    group.path += `M${place(x)} ${place(y)}h0`;
    groups.set(key, group);
  }
  const height = Math.max(...layout.points.map(({ y }) => y)) * extent;
  const width = Math.max(...layout.points.map(({ x }) => x)) * extent;
  const described = colourings.map((colouring) => describeMap(layout, colouring))[0]!;
  const colour = (colouring: Colouring, group: number): string => paint(colourIndex(data, colouring, group));
  return (
    <svg
      role="img"
      aria-label={described}
      class="dots"
      viewBox={`${-margin} ${-margin} ${Math.round(width) + 2 * margin} ${Math.round(height) + 2 * margin}`}
    >
      {[...groups].map(([key, { label, cluster, path }]) => (
        <path
          key={key}
          d={path}
          style={`--by-class:${colour("class", label)};--by-cluster:${colour("cluster", cluster)}`}
        />
      ))}
      {colourings.map((colouring) => (
        <g class={`names by-${colouring}`} key={colouring}>
          {medians(layout, colouring).map(({ group, x, y }) => (
            <text key={group} x={place(x)} y={place(y)}>
              {shortName(data, colouring, group)}
            </text>
          ))}
        </g>
      ))}
    </svg>
  );
}

function Legend({ data, map, colouring }: { data: ReportData; map: LatentMap; colouring: Colouring }) {
  const found = map.layouts.flatMap(({ points }) => points.map((point) => groupOf(point, colouring)));
  const groups = [...new Set(found)].sort((a, b) => a - b);
  return (
    <ul class={`legend by-${colouring}`} aria-label={`Colours by ${colouring}`}>
      {groups.map((group) => (
        <li key={group}>
          <i style={`background:${paint(colourIndex(data, colouring, group))}`} />
          {colouring === "cluster"
            ? clusterName(data, group)
            : (data.evaluation.dataset.classes[group] ?? "unknown")}
        </li>
      ))}
    </ul>
  );
}

/** Where a group's name stands: the median of its points. */
function medians({ points }: Layout, colouring: Colouring): { group: number; x: number; y: number }[] {
  const groups = new Map<number, MapPoint[]>();
  for (const point of points) {
    const group = groupOf(point, colouring);
    groups.set(group, [...(groups.get(group) ?? []), point]);
  }
  const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;
  return [...groups]
    .filter(([group, members]) => group >= 0 && members.length >= 5)
    .map(([group, members]) => ({
      group,
      x: median(members.map(({ x }) => x)),
      y: median(members.map(({ y }) => y)),
    }));
}

const shortName = (data: ReportData, colouring: Colouring, group: number): string =>
  colouring === "class" ? (data.evaluation.dataset.classes[group] ?? "") : String(group);

const paint = (index: number): string =>
  index < 0 ? "var(--spare)" : `var(--c${index % categorical.length})`;

const place = (value: number): number => Math.round(value * extent);
