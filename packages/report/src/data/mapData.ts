/** What the map's script is given on the page, as JSON. Lengths in units of the map's own coordinates. */
export interface MapData {
  layouts: {
    name: string;
    /** Its point i is the map's example i × step. */
    step: number;
    /** In the order of training; the last is the finished model. */
    frames: MapFrame[];
  }[];
  /** Of each example: where it stands in the data, its class (-1: unknown) and q(c | x) of its cluster in percent. */
  rows: number[];
  labels: number[];
  certainty: number[] | null;
  /** As a person reads them. */
  classes: string[];
  clusters: string[];
  /** CSS colours of the classes and clusters, and of what is neither. */
  colours: { class: string[]; cluster: string[]; spare: string };
  /** Every example side by side; CSS pixels by which a picture is enlarged. */
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
  /** Where the groups' names stand. */
  names: { class: MapName[]; cluster: MapName[] };
}

export interface MapName {
  text: string;
  x: number;
  y: number;
}
