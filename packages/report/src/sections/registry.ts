import type { Section } from "../section.js";
import { clusters } from "./clusters.js";
import { confusion } from "./confusion.js";
import { curves } from "./curves.js";
import { generated, reconstructions, style } from "./generated.js";
import { map } from "./map.js";
import { metrics } from "./metrics.js";
import { playground } from "./playground.js";
import { provenance } from "./provenance.js";

/** The sections of a pipeline's page, in their order. */
export const sections: Section[] = [
  metrics,
  clusters,
  generated,
  style,
  reconstructions,
  playground,
  map,
  confusion,
  curves,
  provenance,
];
