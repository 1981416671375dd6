import { assignments } from "./assignments.js";
import { certainty } from "./certainty.js";
import { clusterCount } from "./clusterCount.js";
import { clusters } from "./clusters.js";
import { columns } from "./columns.js";
import { confusion } from "./confusion.js";
import { curves } from "./curves.js";
import { generated, interpolations, reconstructions, style } from "./generated.js";
import { map } from "./map.js";
import { metrics } from "./metrics.js";
import { playground } from "./playground.js";
import { provenance } from "./provenance.js";
import type { Section } from "./section.js";
import { typicalRows } from "./typicalRows.js";

/** The sections of a pipeline's page, in their order. */
export const sections: Section[] = [
  metrics,
  playground,
  clusterCount,
  clusters,
  columns,
  typicalRows,
  generated,
  style,
  interpolations,
  reconstructions,
  assignments,
  map,
  confusion,
  certainty,
  curves,
  provenance,
];
