/** Figures as a person reads them. */

export interface MetricName {
  /** Its name in evaluation.json. */
  key: string;
  title: string;
  /** Errors are in percent and better when low; the others fractions and better when high. */
  percent: boolean;
}

const known: Record<string, string> = {
  accuracy: "ACC",
  nmi: "NMI",
  ari: "ARI",
  accuracySimple: "ACC, simple approach",
  testError: "test error",
};
const order = Object.keys(known);

/** Full names of the metrics of evaluation.json, in the order of the page. */
export function metricNames(keys: string[]): MetricName[] {
  const rank = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);
  return keys
    .map((key) => ({
      key,
      title: known[key] ?? (key.startsWith("knn@") ? `kNN error, k = ${key.slice(4)}` : key),
      percent: key === "testError" || key.startsWith("knn@"),
    }))
    .sort((a, b) => rank(a.key) - rank(b.key));
}

/**
 * Those that one looks for first: the test error of a system trained on labels, ACC, NMI, ARI and the error of five nearest
 * neighbours, or of as many as there are.
 */
export function mainMetrics(keys: string[]): MetricName[] {
  const names = metricNames([...new Set(keys)]);
  const nearest = names.find(({ key }) => key === "knn@5") ?? names.find(({ key }) => key.startsWith("knn@"));
  return names.filter(
    (name) => ["testError", "accuracy", "nmi", "ari"].includes(name.key) || name === nearest,
  );
}

type Unit = Pick<MetricName, "percent">;

/** A fraction with three decimals, an error in percent with two. */
export function figure(value: number, { percent }: Unit): string {
  if (!Number.isFinite(value)) return "not a number";
  const text = percent ? `${value.toFixed(2)} %` : value.toFixed(3);
  return text.replace("-", "−");
}

/** ` ± 0.049`, or nothing where there is no spread. */
export const spread = (std: number | null, { percent }: Unit): string =>
  std === null || !Number.isFinite(std) ? "" : ` ± ${std.toFixed(percent ? 2 : 3)}`;

/** Ours less theirs with its sign; errors in percentage points. What rounds to nothing is no difference. */
export function signed(delta: number, { percent }: Unit): string {
  if (!Number.isFinite(delta)) return "—";
  const text = Math.abs(delta).toFixed(percent ? 2 : 3);
  if (!/[1-9]/.test(text)) return "±0";
  return `${delta < 0 ? "−" : "+"}${text}`;
}

/** How a difference looks, by the classes of the style sheet: better, worse, or neither where it rounds to nothing. */
export function tone(delta: number, unit: Unit): "good" | "bad" | "soft" {
  if (!Number.isFinite(delta) || signed(delta, unit) === "±0") return "soft";
  return (unit.percent ? delta < 0 : delta > 0) ? "good" : "bad";
}

/** `1 h 02 min`, `3 min 20 s` or `1.2 s`. */
export function duration(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const s = Math.round(seconds);
  if (s < 3600) return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, "0")} s`;
  return `${Math.floor(s / 3600)} h ${String(Math.floor((s % 3600) / 60)).padStart(2, "0")} min`;
}

/** `2026-11-24 01:03`, in universal time. */
export const moment = (iso: string): string => iso.slice(0, 16).replace("T", " ");

export const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6).toLocaleString("en-US")} MB`;

export const count = (value: number): string => value.toLocaleString("en-US");

/** `1 run`, `3 runs`. */
export const plural = (n: number, noun: string): string => `${count(n)} ${noun}${n === 1 ? "" : "s"}`;

/** A share in [0, 1] as `93 %`. */
export const share = (value: number): string => `${Math.round(value * 100)} %`;

/** Of a quantity without a unit: four significant digits at the least, no exponent where a person can do without. */
export const digits = (value: number): string =>
  Math.abs(value) >= 1e6 || (value !== 0 && Math.abs(value) < 1e-4)
    ? value.toExponential(2)
    : value.toFixed(Math.abs(value) >= 100 ? 1 : Math.abs(value) >= 10 ? 2 : 3);
