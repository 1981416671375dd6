/** Draw a picture, or take one of the data: what the model makes of it. */
import { useMemo, useState } from "preact/hooks";
import { renderStrokes, type Stroke } from "../drawing.js";
import { nearest } from "../neighbours.js";
import { random } from "./model.js";
import { Pad } from "./pad.js";
import { type PartProps, Strip } from "./part.js";
import { Picture, toBytes } from "./picture.js";
import { restMilliseconds, useSettled } from "./settled.js";

const neighboursShown = 5;

export function Drawing({ info, model, sheet }: PartProps) {
  const { shape } = info.model.data;
  const style = info.drawing;
  const [strokes, setStrokes] = useState<Stroke[]>([]);
  const [example, setExample] = useState<number | undefined>(style ? undefined : 0);

  const now = useMemo(() => {
    if (example !== undefined) return Float32Array.from(sheet(example), (value) => value / 255);
    return style && strokes.length > 0 ? renderStrokes(strokes, style, shape) : undefined;
  }, [strokes, example]);
  const picture = useSettled(now, model.patience);
  const seen = useMemo(() => picture && model.see(picture), [picture]);
  const resting = useSettled(picture, restMilliseconds);
  const restyled = useMemo(() => resting && model.affordsEveryCluster && model.restyle(resting), [resting]);
  const found = useMemo(() => seen && nearest(seen.latent, model.latents, neighboursShown), [seen]);

  const draw = (drawn: Stroke[]): void => {
    setExample(undefined);
    setStrokes(drawn);
  };
  const take = (): void => {
    setStrokes([]);
    setExample(random.int(info.neighbours.labels.length));
  };
  const label = example === undefined ? undefined : info.neighbours.labels[example];

  return (
    <div class="play-part">
      <h3>{style ? "Draw, and see what the model makes of it" : "What the model makes of an example"}</h3>
      <div class="play-bench">
        <div>
          {style && <Pad strokes={strokes} style={style} side={shape[1]!} onChange={draw} />}
          <p class="play-buttons">
            {style && (
              <button type="button" onClick={() => draw([])}>
                Clear
              </button>
            )}
            {style && (
              <button type="button" onClick={() => draw(strokes.slice(0, -1))}>
                Undo
              </button>
            )}
            <button type="button" onClick={take}>
              Take an example
            </button>
          </p>
          {style && (
            <p class="note">
              A drawing is scaled to {style.box} pixels and placed by its centre of mass, as the data's are.
            </p>
          )}
        </div>
        {picture && seen && found ? (
          <div class="play-seen">
            <div class="play-pair">
              <figure>
                <Picture shape={shape} bytes={toBytes(picture)} kind="medium" alt="What the model sees" />
                <figcaption>
                  what the model sees{label !== undefined && label !== null && `: a ${label} of the data`}
                </figcaption>
              </figure>
              {seen.reconstruction && (
                <figure>
                  <Picture
                    shape={shape}
                    bytes={toBytes(seen.reconstruction)}
                    kind="medium"
                    alt="What comes back of it"
                  />
                  <figcaption>what comes back</figcaption>
                </figure>
              )}
            </div>
            <Verdict info={info} cluster={seen.cluster} probabilities={seen.probabilities} />
            <figure>
              <figcaption>Its nearest five of {info.neighbours.source}</figcaption>
              <ol class="play-neighbours">
                {found.map(({ row, distance }) => (
                  <li key={row} title={`distance ${distance.toPrecision(3)}`}>
                    <Picture
                      shape={shape}
                      bytes={sheet(row)}
                      alt={`Example of ${info.neighbours.labels[row] ?? "unknown class"}, distance ${distance.toPrecision(3)}`}
                    />
                    <span aria-hidden="true">{info.neighbours.labels[row] ?? ""}</span>
                  </li>
                ))}
              </ol>
            </figure>
          </div>
        ) : (
          <p class="note play-empty">Nothing drawn yet.</p>
        )}
      </div>
      {restyled && <Strip info={info} title="Its style in every cluster" pictures={restyled} />}
    </div>
  );
}

/** The cluster that it falls into, and how sure that is. */
function Verdict({
  info,
  cluster,
  probabilities,
}: {
  info: PartProps["info"];
  cluster: number;
  probabilities: Float32Array | undefined;
}) {
  const name = info.clusters[cluster]!.name;
  return (
    <div>
      <output class="play-verdict">
        {name}
        {probabilities && <small> {percent(probabilities[cluster]!)}</small>}
      </output>
      {probabilities && (
        <ul class="play-bars" aria-label="q(c | x), the probability of each cluster">
          {info.order.map((k) => (
            <li key={k} class={k === cluster ? "most" : ""}>
              <span>{info.clusters[k]!.name}</span>
              <i aria-hidden="true">
                <b style={`width:${(100 * probabilities[k]!).toFixed(2)}%`} />
              </i>
              <span>{percent(probabilities[k]!)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
