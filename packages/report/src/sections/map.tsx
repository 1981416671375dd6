import { isConstant, nearestOthers } from "@gumbel/metrics";
import { atlas, categorical, count, enlargement, exampleBytes, Json } from "@gumbel/pages";
import type { Columns } from "@gumbel/tables";
import type { ReportData } from "../data/data.js";
import type { MapData, MapFrame, MapName } from "../data/mapData.js";
import {
  clusterName,
  clustersByClass,
  latentOf,
  selectedRun,
  shortName,
  shownRun,
  topTerms,
} from "../data/select.js";
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
import { apart } from "../plots/names.js";
import { clientScript } from "./clientScript.js";
import type { Section } from "./section.js";

/** Units of a map's own coordinates across. */
const extent = 1000;
const margin = 24;

/** Examples that the card of a pinned one shows. */
const nearestShown = 5;

/** Number of terms shown for a document. */
const termsOfDocument = 8;

/** The latents in the plane. */
export const map: Section = {
  id: "map",
  title: "Map of the latents",
  shortTitle: "Map",
  async render(data) {
    const latents = await data.latents();
    const { values, width } = latentOf(data, latents);
    if (isConstant(values, width)) {
      return { body: <p>The latent is the same for every example, so there is nothing to lay out.</p> };
    }
    const laidOut = await latentMap(data, latents, await data.snapshots());
    const { layouts, rows, notNumbers } = laidOut;
    if (notNumbers > 0 && rows.length === 0) {
      return { body: <p>The latents are not numbers: training diverged. See train/seed-*/metrics.jsonl.</p> };
    }
    if (layouts.length === 0) return undefined;
    const colourings: Colouring[] =
      data.evaluation.dataset.classes.length > 0 ? ["class", "cluster"] : ["cluster"];
    const plots = await Promise.all(
      layouts.flatMap((layout) => colourings.map((colouring) => mapPlot(data, layout, colouring))),
    );
    const overTime = layouts.some(({ moments }) => moments.length > 0);
    return {
      lead: (
        <>
          {rows.length === data.examples.n
            ? `All ${count(rows.length)} examples.`
            : `${count(rows.length)} of ${count(data.examples.n)} examples, ${overTime ? "evenly spaced" : "drawn at random"}.`}{" "}
          {notNumbers > 0 && `${count(notNumbers)} more have a latent that is not a number. `}
          {data.examples.info.kind !== "points" && `Latent: ${data.evaluation.latent}.`}
          {shownRun(data)}
          {colourings.length > 1 &&
            " A cluster has the colour of the class it was matched to: a point that changes colour is in a wrong cluster."}
          {overTime && " Every moment is projected on the components of the finished model."}
        </>
      ),
      body: (
        <>
          <Maps data={data} map={laidOut} colourings={colourings} />
          <Json id="map-data" value={mapData(data, latents, laidOut)} />
        </>
      ),
      plots,
      script: await clientScript("map"),
    };
  },
};

function mapData(data: ReportData, latents: Columns, { layouts, rows }: LatentMap): MapData {
  const { examples, evaluation } = data;
  const { classes } = evaluation.dataset;
  const clusters = Array.from({ length: evaluation.clusters }, (_, k) => k);
  const cluster = latents.cluster!.values;
  const { probabilities } = latents;
  const percent = (row: number): number => {
    const value = probabilities!.values[row * probabilities!.width + cluster[row]!]!;
    return Number.isFinite(value) ? Math.round(100 * value) : 0;
  };
  return {
    layouts: layouts.map((layout) => ({
      name: layout.name,
      step: layout.step,
      frames: [
        ...layout.moments.map(({ name, points }) => frameOf(data, name, points)),
        frameOf(data, "finished", layout.points),
      ],
    })),
    rows,
    labels: rows.map((row) => examples.labels[row]!),
    certainty: probabilities ? rows.map(percent) : null,
    classes,
    clusters: clusters.map((k) => clusterName(data, k)),
    matched: clusters.map((k) => selectedRun(data).assignment[k] ?? -1),
    nearest: nearestOf(data, latents, rows),
    colours: {
      class: classes.map((_, label) => paint(label)),
      cluster: clusters.map((k) => paint(colourIndex(data, "cluster", k))),
      spare: paint(-1),
    },
    pictures: picturesOf(data, rows),
    terms: examples.info.kind === "text" ? rows.map((row) => topTerms(data, row, termsOfDocument)) : null,
  };
}

/** The examples of the map with the nearest latents of each. */
function nearestOf(data: ReportData, latents: Columns, rows: number[]): number[][] {
  const { values, width } = latentOf(data, latents);
  const k = Math.min(nearestShown, rows.length - 1);
  if (k < 1) return [];
  const points = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries())
    points.set(values.subarray(row * width, (row + 1) * width), i * width);
  const { indices } = nearestOthers({ points, d: width, k });
  return rows.map((_, i) => [...indices.subarray(i * k, (i + 1) * k)]);
}

function frameOf(data: ReportData, name: string, points: MapPoint[]): MapFrame {
  return {
    name,
    x: points.map(({ x }) => toUnits(x)),
    y: points.map(({ y }) => toUnits(y)),
    cluster: points.map(({ cluster }) => cluster),
    names: { class: namesOf(data, points, "class"), cluster: namesOf(data, points, "cluster") },
  };
}

function picturesOf({ examples }: ReportData, rows: number[]): MapData["pictures"] {
  const { kind, shape } = examples.info;
  if (kind !== "image") return null;
  const { png, columns, width, height } = atlas(
    shape,
    rows.map((row) => exampleBytes(examples, row)),
  );
  const source = `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
  return { source, columns, width, height, scale: 1.5 * enlargement([height, width]) };
}

function Maps({ data, map, colourings }: { data: ReportData; map: LatentMap; colourings: Colouring[] }) {
  return (
    <div class="maps" id="maps">
      {colourings.length > 1 && (
        <fieldset class="choices">
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
          <figure key={layout.name} data-layout={layout.name}>
            <div class="surface">
              <Dots data={data} layout={layout} colourings={colourings} />
            </div>
            {layout.moments.length > 0 && <Slider moments={layout.moments.length} />}
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

/** Controls of the map's script, which shows them. */
function Slider({ moments }: { moments: number }) {
  return (
    <div class="moments" hidden>
      <button type="button">Play</button>
      <label>
        <span class="hidden">Moment of training</span>
        <input type="range" min="0" max={moments} value={moments} aria-valuetext="finished" />
      </label>
      <output aria-hidden="true">finished</output>
    </div>
  );
}

/** Every point once, with both of its colours: the choice above it decides which one shows. */
function Dots({ data, layout, colourings }: { data: ReportData; layout: Layout; colourings: Colouring[] }) {
  const groups = new Map<string, { label: number; cluster: number; path: string }>();
  for (const { x, y, label, cluster } of layout.points) {
    const key = `${label}/${cluster}`;
    const group = groups.get(key) ?? { label, cluster, path: "" };
    group.path += `M${toUnits(x)} ${toUnits(y)}h0`;
    groups.set(key, group);
  }
  const all = [layout.points, ...layout.moments.map(({ points }) => points)].flat();
  const furthest = (axis: "x" | "y"): number =>
    toUnits(all.reduce((most, point) => Math.max(most, point[axis]), 0));
  const colour = (colouring: Colouring, group: number): string => paint(colourIndex(data, colouring, group));
  return (
    <svg
      role="img"
      aria-label={describeMap(layout, colourings[0]!)}
      class="dots"
      viewBox={`${-margin} ${-margin} ${furthest("x") + 2 * margin} ${furthest("y") + 2 * margin}`}
    >
      <g class="points">
        {[...groups].map(([key, { label, cluster, path }]) => (
          <path
            key={key}
            d={path}
            style={`--by-class:${colour("class", label)};--by-cluster:${colour("cluster", cluster)}`}
          />
        ))}
      </g>
      {colourings.map((colouring) => (
        <g class={`names by-${colouring}`} key={colouring}>
          {namesOf(data, layout.points, colouring).map(({ text, x, y }) => (
            <text key={text} x={x} y={y}>
              {text}
            </text>
          ))}
        </g>
      ))}
    </svg>
  );
}

function Legend({ data, map, colouring }: { data: ReportData; map: LatentMap; colouring: Colouring }) {
  const found = map.layouts.flatMap(({ points }) => points.map((point) => groupOf(point, colouring)));
  const order = colouring === "cluster" ? clustersByClass(data) : [...data.evaluation.dataset.classes.keys()];
  // Points without a group are last.
  const groups = [...order, -1].filter((group) => found.includes(group));
  return (
    <ul class={`legend by-${colouring}`} aria-label={`Colours by ${colouring}`}>
      {groups.map((group) => (
        <li key={group} data-group={group}>
          <i style={`background:${paint(colourIndex(data, colouring, group))}`} />
          {colouring === "cluster"
            ? clusterName(data, group)
            : (data.evaluation.dataset.classes[group] ?? "unknown")}
        </li>
      ))}
    </ul>
  );
}

/** Each group's name at the median of its points, apart from the others. */
function namesOf(data: ReportData, points: MapPoint[], colouring: Colouring): MapName[] {
  const groups = new Map<number, MapPoint[]>();
  for (const point of points) {
    const group = groupOf(point, colouring);
    const members = groups.get(group) ?? [];
    members.push(point);
    groups.set(group, members);
  }
  const median = (values: number[]): number => toUnits(values.sort((a, b) => a - b)[values.length >> 1]!);
  const names = [...groups]
    .filter(([group, members]) => group >= 0 && members.length >= 5)
    .map(([group, members]) => ({
      text: colouring === "class" ? (data.evaluation.dataset.classes[group] ?? "") : shortName(data, group),
      x: median(members.map(({ x }) => x)),
      y: median(members.map(({ y }) => y)),
    }));
  return apart(names);
}

const paint = (index: number): string =>
  index < 0 ? "var(--spare)" : `var(--c${index % categorical.length})`;

const toUnits = (value: number): number => Math.round(value * extent);
