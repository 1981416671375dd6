/** Data of the map's script, as JSON in the page. Lengths are in units of the map's coordinates. */
export interface MapData {
  layouts: {
    name: string;
    /** Point i of the layout is example i × step of the map. */
    step: number;
    /** In the order of training; the last is the finished model. */
    frames: MapFrame[];
  }[];
  /** Per example: its row in the data, its class (-1: unknown) and q(c | x) of its cluster in percent. */
  rows: number[];
  labels: number[];
  certainty: number[] | null;
  /** Display names. */
  classes: string[];
  clusters: string[];
  /** Class that each cluster was matched to, -1 for a spare one. */
  matched: number[];
  /** Per example the examples of the map with the nearest latents, nearest first. */
  nearest: number[][];
  /** CSS colours of the classes and clusters, and of points that have neither. */
  colours: { class: string[]; cluster: string[]; spare: string };
  /** All examples side by side, and the factor that enlarges a picture to CSS pixels. */
  pictures: { source: string; columns: number; width: number; height: number; scale: number } | null;
  /** The terms with the largest weight in each document. */
  terms: string[][] | null;
}

export interface MapFrame {
  /** `epoch 5`. */
  name: string;
  x: number[];
  y: number[];
  cluster: number[];
  /** Positions of the groups' names. */
  names: { class: MapName[]; cluster: MapName[] };
}

export interface MapName {
  text: string;
  x: number;
  y: number;
}
