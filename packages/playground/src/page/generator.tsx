/** Choose a cluster, move z, see the generated picture. */
import { useMemo, useState } from "preact/hooks";
import { random } from "./model.js";
import { type PartProps, Strip } from "./part.js";
import { Picture, toBytes } from "./picture.js";
import { restMilliseconds, useSettled } from "./settled.js";

/** Number of sliders: further directions change the pictures little. */
const slidersShown = 8;
/** Range of a slider in both directions, in standard deviations of the noise. */
const reach = 3;

export function Generator({ info, model, sheet }: PartProps) {
  const [cluster, setCluster] = useState(info.order[0]!);
  const [z, setZ] = useState<Float32Array>(() => new Float32Array(model.noise));
  const moved = useSettled(z, model.patience);
  const picture = useMemo(() => toBytes(model.generate([cluster], moved)), [cluster, moved]);
  const resting = useSettled(moved, restMilliseconds);
  const allClusters = useMemo(
    () =>
      model.affordsEveryCluster &&
      model.generate(
        info.clusters.map((_, k) => k),
        resting,
      ),
    [resting],
  );
  const shown = model.directions.slice(0, slidersShown);
  /** Pictures at both ends of each slider. */
  const ends = useMemo(
    () =>
      model.affordsEveryCluster
        ? shown.map((direction) =>
            [-reach, reach].map((to) => toBytes(model.generate([cluster], along(resting, direction, to)))),
          )
        : [],
    [cluster, resting],
  );

  return (
    <div class="play-part">
      <h3>Choose a cluster, move z</h3>
      <ClusterChoice info={info} sheet={sheet} cluster={cluster} onChoose={setCluster} />
      <div class="play-bench">
        <figure class="play-drawn">
          <Picture
            shape={info.model.data.shape}
            bytes={picture}
            kind="large"
            alt={`Picture generated for ${info.clusters[cluster]!.name}`}
          />
          <figcaption>{info.clusters[cluster]!.name}</figcaption>
        </figure>
        <div>
          <Sliders
            directions={shown}
            shares={info.shares}
            ends={ends}
            shape={info.model.data.shape}
            z={z}
            onMove={setZ}
          />
          <p class="play-buttons">
            <button type="button" onClick={() => setZ(random.fill("normal", model.noise))}>
              New random z
            </button>
            <button type="button" onClick={() => setZ(new Float32Array(model.noise))}>
              Back to zero
            </button>
          </p>
          <p class="note">
            The {shown.length} of {model.noise} directions of z that change the pictures most, in standard
            deviations; in small, the share of each in the change.
          </p>
        </div>
      </div>
      {allClusters && <Strip info={info} title="The same z in every cluster" pictures={allClusters} />}
    </div>
  );
}

interface ClusterChoiceProps {
  info: PartProps["info"];
  sheet: PartProps["sheet"];
  cluster: number;
  onChoose(cluster: number): void;
}

/** A radio button per cluster, with its most typical example. */
function ClusterChoice({ info, sheet, cluster, onChoose }: ClusterChoiceProps) {
  return (
    <fieldset class="play-clusters">
      <legend>Cluster, by its most typical example</legend>
      {info.order.map((k) => {
        const { short, picture } = info.clusters[k]!;
        return (
          <label key={k}>
            <input
              type="radio"
              name="play-cluster"
              value={k}
              checked={k === cluster}
              onChange={() => onChoose(k)}
            />
            <Picture shape={info.model.data.shape} bytes={picture === null ? undefined : sheet(picture)} />
            <b>{short}</b>
          </label>
        );
      })}
    </fieldset>
  );
}

interface SlidersProps {
  /** Unit vectors. */
  directions: Float32Array[];
  /** Share of each direction in the change of the pictures. */
  shares: number[];
  /** Pictures at the low and the high end of each; none if the model is too slow for them. */
  ends: Uint8ClampedArray[][];
  shape: number[];
  z: Float32Array;
  onMove(z: Float32Array): void;
}

/** A slider per direction; its value is the component of z along the direction. */
function Sliders({ directions, shares, ends, shape, z, onMove }: SlidersProps) {
  return (
    <div class="play-sliders">
      {directions.map((direction, i) => {
        const value = component(z, direction);
        const [low, high] = ends[i] ?? [];
        return (
          <label key={i} class={low && "ended"}>
            <span>
              direction {i + 1} <small>{percent(shares[i]!)}</small>
            </span>
            {low && <Picture shape={shape} bytes={low} />}
            <input
              type="range"
              min={-reach}
              max={reach}
              step="0.05"
              value={value}
              aria-valuetext={value.toFixed(2)}
              onInput={({ currentTarget }) => onMove(along(z, direction, currentTarget.valueAsNumber))}
            />
            {high && <Picture shape={shape} bytes={high} />}
            <output>{signed(value)}</output>
          </label>
        );
      })}
    </div>
  );
}

const component = (z: Float32Array, direction: Float32Array): number =>
  direction.reduce((sum, weight, j) => sum + weight * z[j]!, 0);

/** z with another component along a direction. */
function along(z: Float32Array, direction: Float32Array, to: number): Float32Array {
  const by = to - component(z, direction);
  return z.map((each, j) => each + by * direction[j]!);
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;
const signed = (value: number): string => `${value < -0.005 ? "−" : ""}${Math.abs(value).toFixed(2)}`;
