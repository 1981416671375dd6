/** Data of the map's script, as JSON in the page. Lengths are in units of the map's coordinates. */
export interface MapData {
  /** The shown run is the first. */
  runs: MapRun[];
  /** Per example: its row in the data, and its class (-1: unknown). */
  rows: number[];
  labels: number[];
  /** Display names. */
  classes: string[];
  /** CSS colours of the classes, and of points that have neither a class nor a cluster. */
  colours: { class: string[]; spare: string };
  /** All examples side by side, and the factor that enlarges a picture to CSS pixels. */
  pictures: { source: string; columns: number; width: number; height: number; scale: number } | null;
  /** The terms with the largest weight in each document. */
  terms: string[][] | null;
}

/** What one run makes of the examples. */
export interface MapRun {
  seed: number;
  layouts: MapLayout[];
  /** Per example q(c | x) of its cluster in percent. */
  certainty: number[] | null;
  /** Display names and CSS colours of the clusters. */
  clusters: string[];
  colours: string[];
  /** Class that each cluster was matched to, -1 for a spare one. */
  matched: number[];
  /** Per example the examples of the map with the nearest latents, nearest first. */
  nearest: number[][];
}

/** Positions of the examples in the plane. */
export interface MapLayout {
  name: string;
  title: string;
  /** The layout in words. */
  description: string;
  /** The part of the plane that all its moments lie in, as an SVG's `viewBox`. */
  viewBox: string;
  /** In the order of training; the last is the finished model. */
  frames: MapFrame[];
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
