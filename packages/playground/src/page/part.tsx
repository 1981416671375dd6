/** Properties and elements that the parts of the playground share. */
import type { PlaygroundInfo } from "../data.js";
import type { PageModel } from "./model.js";
import { Picture, pictureAt } from "./picture.js";
import type { Sheet } from "./sheet.js";

export interface PartProps {
  info: PlaygroundInfo;
  model: PageModel;
  sheet: Sheet;
}

/** A picture per cluster, in the order of the clusters. */
export function Strip({
  info,
  title,
  pictures,
}: {
  info: PlaygroundInfo;
  title: string;
  /** K × d, by cluster number. */
  pictures: Float32Array | undefined;
}) {
  const { shape, d } = info.model.data;
  return (
    <figure class="play-strip">
      <figcaption>{title}</figcaption>
      <ul>
        {info.order.map((k) => (
          <li key={k}>
            <Picture
              shape={shape}
              bytes={pictures && pictureAt(pictures, k, d)}
              alt={`${title}: ${info.clusters[k]!.name}`}
            />
            <span aria-hidden="true">{info.clusters[k]!.short}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}
