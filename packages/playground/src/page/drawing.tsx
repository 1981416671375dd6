/** Draw a picture or choose an example; see its encoding, reconstruction, neighbours and style transfer. */
import { useMemo, useState } from "preact/hooks";
import { renderStrokes, type Stroke } from "../drawing.js";
import { nearest } from "../neighbours.js";
import { random, type Seen } from "./model.js";
import { Pad } from "./pad.js";
import { type PartProps, Strip } from "./part.js";
import { Picture, toBytes } from "./picture.js";
import { restMilliseconds, useSettled } from "./settled.js";

const neighboursShown = 5;

export function Drawing({ info, model, sheet }: PartProps) {
  const style = info.drawing;
  const [strokes, setStrokes] = useState<Stroke[]>([]);
  const [example, setExample] = useState<number | undefined>(style ? undefined : 0);

  const now = useMemo(() => {
    if (example !== undefined) return Float32Array.from(sheet(example), (value) => value / 255);
    return style && strokes.length > 0 ? renderStrokes(strokes, style, info.model.data.shape) : undefined;
  }, [strokes, example]);
  const picture = useSettled(now, model.patience);
  const seen = useMemo(() => picture && model.see(picture), [picture]);
  const resting = useSettled(picture, restMilliseconds);
  const restyled = useMemo(() => resting && model.affordsEveryCluster && model.restyle(resting), [resting]);

  const draw = (drawn: Stroke[]): void => {
    setExample(undefined);
    setStrokes(drawn);
  };
  const chooseExample = (): void => {
    setStrokes([]);
    setExample(random.int(info.neighbours.labels.length));
  };

  return (
    <div class="play-part">
      <h3>{style ? "Draw, and see its encoding" : "Encoding of an example"}</h3>
      <div class="play-bench">
        <Input info={info} strokes={strokes} onDraw={draw} onExample={chooseExample} />
        {picture && seen ? (
          <div class="play-seen">
            <Reconstruction
              info={info}
              picture={picture}
              reconstruction={seen.reconstruction}
              label={example === undefined ? null : info.neighbours.labels[example]!}
            />
            <Verdict info={info} cluster={seen.cluster} probabilities={seen.probabilities} />
            <Neighbours info={info} model={model} sheet={sheet} latent={seen.latent} />
          </div>
        ) : (
          <p class="note play-empty">Nothing drawn yet.</p>
        )}
      </div>
      {restyled && <Strip info={info} title="Its style in every cluster" pictures={restyled} />}
    </div>
  );
}

interface InputProps {
  info: PartProps["info"];
  strokes: Stroke[];
  onDraw(strokes: Stroke[]): void;
  onExample(): void;
}

/** The pad, if the data are drawings, and the buttons. */
function Input({ info, strokes, onDraw, onExample }: InputProps) {
  const { drawing: style, model } = info;
  return (
    <div>
      {style && <Pad strokes={strokes} style={style} side={model.data.shape[1]!} onChange={onDraw} />}
      <p class="play-buttons">
        {style && (
          <button type="button" onClick={() => onDraw([])}>
            Clear
          </button>
        )}
        {style && (
          <button type="button" onClick={() => onDraw(strokes.slice(0, -1))}>
            Undo
          </button>
        )}
        <button type="button" onClick={onExample}>
          Take an example
        </button>
      </p>
      {style && (
        <p class="note">
          A drawing is scaled to {style.box} pixels and centred by its centre of mass, as the data's are.
        </p>
      )}
    </div>
  );
}

interface ReconstructionProps {
  info: PartProps["info"];
  picture: Float32Array;
  reconstruction: Seen["reconstruction"];
  /** Class of the example; null for a drawing, or if it is unknown. */
  label: string | null;
}

/** The model's input beside its reconstruction. */
function Reconstruction({ info, picture, reconstruction, label }: ReconstructionProps) {
  const { shape } = info.model.data;
  return (
    <div class="play-pair">
      <figure>
        <Picture shape={shape} bytes={toBytes(picture)} kind="medium" alt="What the model sees" />
        <figcaption>what the model sees{label !== null && `: a ${label} of the data`}</figcaption>
      </figure>
      {reconstruction && (
        <figure>
          <Picture
            shape={shape}
            bytes={toBytes(reconstruction)}
            kind="medium"
            alt="Its reconstruction by the model"
          />
          <figcaption>its reconstruction</figcaption>
        </figure>
      )}
    </div>
  );
}

/** The assigned cluster, and the probability of each. */
function Verdict({
  info,
  cluster,
  probabilities,
}: {
  info: PartProps["info"];
  cluster: number;
  probabilities: Seen["probabilities"];
}) {
  const name = info.clusters[cluster]!.name;
  return (
    <div>
      <output class="play-verdict">
        {name}
        {probabilities && <small> q(c | x) {percent(probabilities[cluster]!)}</small>}
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

/** The nearest examples in the latent space. */
function Neighbours({ info, model, sheet, latent }: PartProps & { latent: Float32Array }) {
  const { labels, source } = info.neighbours;
  const found = useMemo(() => nearest(latent, model.latents, neighboursShown), [latent]);
  return (
    <figure>
      <figcaption>Its nearest five of {source}</figcaption>
      <ol class="play-neighbours">
        {found.map(({ row, distance }) => (
          <li key={row} title={`distance ${distance.toPrecision(3)}`}>
            <Picture
              shape={info.model.data.shape}
              bytes={sheet(row)}
              alt={`Example of ${labels[row] ?? "unknown class"}, distance ${distance.toPrecision(3)}`}
            />
            <span aria-hidden="true">{labels[row] ?? ""}</span>
          </li>
        ))}
      </ol>
    </figure>
  );
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
