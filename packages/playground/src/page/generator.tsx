/** Choose a cluster, move z, see the picture. */
import { useMemo, useState } from "preact/hooks";
import { random } from "./model.js";
import { type PartProps, Strip } from "./part.js";
import { Picture, toBytes } from "./picture.js";
import { restMilliseconds, useSettled } from "./settled.js";

/** More sliders than these nobody moves. */
const slidersShown = 8;
/** How far a slider goes, in standard deviations of the noise. */
const reach = 3;

export function Generator({ info, model, sheet }: PartProps) {
  const { shape } = info.model.data;
  const [cluster, setCluster] = useState(info.order[0]!);
  const [z, setZ] = useState<Float32Array>(() => new Float32Array(model.noise));
  const moved = useSettled(z, model.patience);
  const picture = useMemo(() => toBytes(model.generate([cluster], moved)), [cluster, moved]);
  const resting = useSettled(moved, restMilliseconds);
  const everywhere = useMemo(
    () =>
      model.affordsEveryCluster &&
      model.generate(
        info.clusters.map((_, k) => k),
        resting,
      ),
    [resting],
  );
  const shown = model.directions.slice(0, slidersShown);
  const move = (direction: Float32Array, by: number): void =>
    setZ(z.map((value, j) => value + by * direction[j]!));

  return (
    <div class="play-part">
      <h3>Choose a cluster, move z</h3>
      <fieldset class="play-clusters">
        <legend>Cluster, by its most typical example</legend>
        {info.order.map((k) => {
          const { short, picture: place } = info.clusters[k]!;
          return (
            <label key={k}>
              <input
                type="radio"
                name="play-cluster"
                checked={k === cluster}
                onChange={() => setCluster(k)}
              />
              <Picture shape={shape} bytes={place === null ? undefined : sheet(place)} />
              <span>
                <b>{short}</b> cluster {k}
              </span>
            </label>
          );
        })}
      </fieldset>
      <div class="play-bench">
        <figure class="play-drawn">
          <Picture
            shape={shape}
            bytes={picture}
            kind="large"
            alt={`Picture generated for ${info.clusters[cluster]!.name}`}
          />
          <figcaption>{info.clusters[cluster]!.name}</figcaption>
        </figure>
        <div>
          <div class="play-sliders">
            {shown.map((direction, i) => {
              const value = direction.reduce((sum, weight, j) => sum + weight * z[j]!, 0);
              return (
                <label key={i}>
                  <span>
                    direction {i + 1} <small>{percent(info.shares[i]!)}</small>
                  </span>
                  <input
                    type="range"
                    min={-reach}
                    max={reach}
                    step="0.05"
                    value={value}
                    aria-valuetext={value.toFixed(2)}
                    onInput={({ currentTarget }) => move(direction, currentTarget.valueAsNumber - value)}
                  />
                  <output>{signed(value)}</output>
                </label>
              );
            })}
          </div>
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
            deviations; in small, how much of the change is theirs.
          </p>
        </div>
      </div>
      {everywhere && <Strip info={info} title="The same z in every cluster" pictures={everywhere} />}
    </div>
  );
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;
const signed = (value: number): string => `${value < -0.005 ? "−" : ""}${Math.abs(value).toFixed(2)}`;
