import { isConstant } from "@gumbel/metrics";
import { count, Json } from "@gumbel/pages";
import type { ReportData } from "../data/data.js";
import type { MapData, MapLayout } from "../data/mapData.js";
import { clusterName, clustersByClass, latentOf, shownRun } from "../data/select.js";
import { type LatentMap, latentMap, type RunMap } from "../plots/latentMap.js";
import { type Colouring, colourIndex, groupOf, mapPlot } from "../plots/map.js";
import { mapData, paint } from "../plots/mapScriptData.js";
import { clientScript } from "./clientScript.js";
import type { Section } from "./section.js";

/** The latents in the plane. */
export const map: Section = {
  id: "map",
  title: "Map of the latents",
  shortTitle: "Map",
  async render(data, aside) {
    const latents = await data.latents();
    const { values, width } = latentOf(data, latents);
    if (isConstant(values, width)) {
      return { body: <p>The latent is the same for every example, so there is nothing to lay out.</p> };
    }
    const laidOut = await latentMap(data, aside);
    const { shown, rows, notNumbers } = laidOut;
    if (notNumbers > 0 && rows.length === 0) {
      return { body: <p>The latents are not numbers: training diverged. See train/seed-*/metrics.jsonl.</p> };
    }
    if (shown.layouts.length === 0) return undefined;
    const colourings: Colouring[] =
      data.evaluation.dataset.classes.length > 0 ? ["class", "cluster"] : ["cluster"];
    const plots = await Promise.all(
      shown.layouts.flatMap((layout) => colourings.map((colouring) => mapPlot(data, layout, colouring))),
    );
    return {
      lead: <Lead data={data} map={laidOut} />,
      body: <Maps data={data} map={laidOut} colourings={colourings} />,
      plots,
      script: await clientScript("map"),
    };
  },
};

function Lead({ data, map: { shown, rows, notNumbers } }: { data: ReportData; map: LatentMap }) {
  const overTime = shown.layouts.filter(({ moments }) => moments.length > 0);
  const names = overTime.map(({ name }) => name);
  const fromNext = [
    ...(names.includes("umap") ? ["UMAP"] : []),
    ...(names.includes("tsne") ? ["t-SNE"] : []),
  ];
  return (
    <>
      {rows.length === data.examples.n
        ? `All ${count(rows.length)} examples.`
        : `${count(rows.length)} of ${count(data.examples.n)} examples, ${overTime.length > 0 ? "evenly spaced" : "drawn at random"}.`}{" "}
      {notNumbers > 0 && `${count(notNumbers)} more have a latent that is not a number. `}
      {data.examples.info.kind !== "points" && `Latent: ${data.evaluation.latent}.`}
      {shownRun(data)}
      {data.evaluation.dataset.classes.length > 0 &&
        " A cluster has the colour of the class it was matched to: a point that changes colour is in a wrong cluster."}
      {overTime.length > 0 && " PCA projects every moment on the components of the finished model."}
      {fromNext.length > 0 &&
        ` By ${fromNext.join(" and ")}, each earlier moment starts from the layout of the moment after it.`}
    </>
  );
}

function Maps({ data, map, colourings }: { data: ReportData; map: LatentMap; colourings: Colouring[] }) {
  const script = mapData(data, map, colourings[0]!);
  return (
    <>
      <div class="maps" id="maps">
        {map.others.length > 0 && <Seeds data={data} map={map} />}
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
          {script.runs[0]!.layouts.map((layout) => (
            <figure key={layout.name} data-layout={layout.name}>
              <div class="surface">
                <Dots layout={layout} script={script} colourings={colourings} />
              </div>
              {layout.frames.length > 1 && <Slider last={layout.frames.length - 1} />}
              <figcaption>{layout.title}</figcaption>
            </figure>
          ))}
        </div>
        {colourings.map((colouring) =>
          // Classes have the same colours in every run.
          (colouring === "class" ? [map.shown] : [map.shown, ...map.others]).map((run, i) => (
            <Legend key={run.data.evaluation.selectedSeed} run={run} colouring={colouring} hidden={i > 0} />
          )),
        )}
      </div>
      <Json id="map-data" value={script} />
    </>
  );
}

/** The choice of the run. A control of the map's script, which shows it. */
function Seeds({ data, map: { shown, others, lacking } }: { data: ReportData; map: LatentMap }) {
  const runs = [shown, ...others].toSorted(
    (a, b) => a.data.evaluation.selectedSeed - b.data.evaluation.selectedSeed,
  );
  const { selectedSeed } = data.evaluation;
  const onlyShown = [
    ...(shown.layouts.some(({ moments }) => moments.length > 0) ? ["earlier moments of training"] : []),
    ...(shown.layouts.some(({ name }) => name === "tsne") ? ["t-SNE"] : []),
  ];
  const notes = [
    ...(onlyShown.length > 0 ? [`Seed ${selectedSeed} alone has ${onlyShown.join(" and ")}.`] : []),
    ...(lacking.length > 0
      ? [
          `The latents of ${lacking.length === 1 ? "seed" : "seeds"} ${lacking.join(", ")} cannot be laid out.`,
        ]
      : []),
    ...(runs.length + lacking.length < data.evaluation.runs.length
      ? [`${runs.length} of ${data.evaluation.runs.length} seeds.`]
      : []),
  ];
  return (
    <fieldset class="choices seeds" hidden>
      <legend>Seed</legend>
      {runs.map(({ data: { evaluation } }) => (
        <label key={evaluation.selectedSeed}>
          <input
            type="radio"
            name="map-seed"
            // A reload shows the first run again.
            autocomplete="off"
            value={evaluation.selectedSeed}
            checked={evaluation.selectedSeed === selectedSeed}
          />
          {evaluation.selectedSeed}
        </label>
      ))}
      {notes.length > 0 && <span class="soft">{notes.join(" ")}</span>}
    </fieldset>
  );
}

/** Controls of the map's script, which shows them. */
function Slider({ last }: { last: number }) {
  return (
    <div class="moments" hidden>
      <button type="button">Play</button>
      <label>
        <span class="hidden">Moment of training</span>
        <input type="range" min="0" max={last} value={last} aria-valuetext="finished" />
      </label>
      <output aria-hidden="true">finished</output>
    </div>
  );
}

interface DotsProps {
  layout: MapLayout;
  script: MapData;
  colourings: Colouring[];
}

/** Every point once, with both of its colours: the choice above it decides which one shows. */
function Dots({ layout, script: { labels, colours, runs }, colourings }: DotsProps) {
  const groups = new Map<string, { label: number; cluster: number; path: string }>();
  const { x, y, cluster: clusters, names } = layout.frames.at(-1)!;
  clusters.forEach((cluster, i) => {
    const label = labels[i]!;
    const key = `${label}/${cluster}`;
    const group = groups.get(key) ?? { label, cluster, path: "" };
    group.path += `M${x[i]} ${y[i]}h0`;
    groups.set(key, group);
  });
  return (
    <svg role="img" aria-label={layout.description} class="dots" viewBox={layout.viewBox}>
      <g class="points">
        {[...groups].map(([key, { label, cluster, path }]) => (
          <path
            key={key}
            d={path}
            style={`--by-class:${colours.class[label] ?? colours.spare};--by-cluster:${runs[0]!.colours[cluster] ?? colours.spare}`}
          />
        ))}
      </g>
      {colourings.map((colouring) => (
        <g class={`names by-${colouring}`} key={colouring}>
          {names[colouring].map(({ text, x, y }) => (
            <text key={text} x={x} y={y}>
              {text}
            </text>
          ))}
        </g>
      ))}
    </svg>
  );
}

interface LegendProps {
  run: RunMap;
  colouring: Colouring;
  /** True if the map's script shows it when its run is chosen. */
  hidden: boolean;
}

function Legend({ run: { data, layouts }, colouring, hidden }: LegendProps) {
  const found = layouts.flatMap(({ points }) => points.map((point) => groupOf(point, colouring)));
  const order = colouring === "cluster" ? clustersByClass(data) : [...data.evaluation.dataset.classes.keys()];
  // Points without a group are last.
  const groups = [...order, -1].filter((group) => found.includes(group));
  return (
    <ul
      class={`legend by-${colouring}`}
      aria-label={`Colours by ${colouring}`}
      {...(colouring === "cluster" && { "data-seed": data.evaluation.selectedSeed })}
      hidden={hidden}
    >
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
