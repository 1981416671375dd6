import { accuracy } from "./accuracy.js";
import { ari } from "./ari.js";
import type { LabelMetric } from "./labelMetric.js";
import { nmi } from "./nmi.js";

/** Every figure that the evaluate stage computes from labels and clusters alone. A new one: its file, and a line here. */
export const labelMetrics: readonly LabelMetric[] = [accuracy, nmi, ari];
