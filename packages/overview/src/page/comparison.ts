/** Differences between two or more pipelines. */
import { describeMetrics, type MetricDescription } from "@gumbel/metrics";
import type { Curve, Finished } from "../entries/entry.js";

/** One value per compared pipeline; null if it has none. */
export interface SettingRow {
  key: string;
  values: (string | null)[];
}

export interface Settings {
  /** Settings that differ. */
  differing: SettingRow[];
  /** Options that some of the systems or data sets do not have. */
  partial: SettingRow[];
  /** Number of equal settings. */
  equal: number;
}

/** Settings of the page and its pictures, which are no settings of a run. */
const pageSettings = ["report", "extract"];

/** `{ a: { b: 1 } }` as `a.b` → `1`; empty objects are left out. */
export function flatten(settings: Record<string, unknown>, prefix = ""): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(settings)) {
    if (prefix === "" && pageSettings.includes(key)) continue;
    const name = prefix === "" ? key : `${prefix}.${key}`;
    if (value !== null && typeof value === "object" && !Array.isArray(value)) {
      for (const [inner, text] of flatten(value as Record<string, unknown>, name)) flat.set(inner, text);
    } else {
      flat.set(name, value === null ? "none" : typeof value === "string" ? value : JSON.stringify(value));
    }
  }
  return flat;
}

/**
 * Only the settings that differ. A record holds the options of its system and its schedule; what it does not hold differs from
 * nothing. An option that is none for one and has fields of its own for another differs in each of these.
 */
export function compareSettings(entries: Finished[]): Settings {
  const flat = entries.map(({ settings }) => flatten(settings));
  const settings: Settings = { differing: [], partial: [], equal: 0 };
  const keys = new Set(flat.flatMap((one) => [...one.keys()]));
  const groups = new Set([...keys].flatMap(groupsOf));
  for (const key of keys) {
    if (groups.has(key)) continue;
    const values = flat.map(
      (one) =>
        one.get(key) ??
        groupsOf(key)
          .map((group) => one.get(group))
          .find(Boolean) ??
        null,
    );
    const distinct = new Set(values.filter((value) => value !== null));
    const holds = ({ origin }: Finished): boolean => origin === "run" || key.startsWith("model.");
    const absent = values.some((value, i) => value === null && holds(entries[i]!));
    if (distinct.size > 1) settings.differing.push({ key, values });
    else if (absent) settings.partial.push({ key, values });
    else settings.equal++;
  }
  return settings;
}

/** `["a", "a.b"]` of `a.b.c`. */
const groupsOf = (key: string): string[] =>
  key
    .split(".")
    .slice(0, -1)
    .map((_, i, parts) => parts.slice(0, i + 1).join("."));

export interface MetricRow {
  metric: MetricDescription;
  /** One per compared pipeline; null if it has none. */
  found: (Finished["metrics"][string] | null)[];
  /** Minus the baseline's; null if either is missing. */
  differences: (number | null)[];
  /** Standard deviation of the baseline; null if there is none. */
  baselineStd: number | null;
}

/** Every metric that any of them has, with the differences from the baseline. */
export function compareMetrics(entries: Finished[], baseline: Finished): MetricRow[] {
  const keys = [...new Set(entries.flatMap(({ metrics }) => Object.keys(metrics)))];
  return describeMetrics(keys).map((metric) => {
    const base = baseline.metrics[metric.name]?.mean ?? null;
    const found = entries.map((entry) => entry.metrics[metric.name] ?? null);
    return {
      metric,
      found,
      baselineStd: baseline.metrics[metric.name]?.std ?? null,
      differences: entries.map((entry, i) => {
        const mean = found[i]?.mean ?? null;
        return entry === baseline || mean === null || base === null ? null : mean - base;
      }),
    };
  });
}

export interface CurveRow {
  title: string;
  better: Curve["better"];
  curves: (Curve | null)[];
}

/** The total loss, accuracy and NMI if any has them; a term of the objective if two or more have it. */
export function compareCurves(entries: Finished[]): CurveRow[] {
  const always = ["curve-accuracy", "curve-nmi", "curve-loss"];
  const names = [...new Set(entries.flatMap(({ curves }) => curves.map(({ name }) => name)))];
  const rank = (name: string): number => (always.includes(name) ? always.indexOf(name) : always.length);
  return names
    .sort((a, b) => rank(a) - rank(b))
    .flatMap((name) => {
      const curves = entries.map((entry) => entry.curves.find((curve) => curve.name === name) ?? null);
      const found = curves.filter((curve) => curve !== null);
      if (found.length < 2 && !always.includes(name)) return [];
      return [{ title: found[0]!.title, better: found[0]!.better, curves }];
    });
}
