/** What the map shows: the page's data, and the run that is chosen. */
import type { MapData, MapRun } from "../data/mapData.js";

export interface Shown {
  readonly data: MapData;
  run: MapRun;
}
