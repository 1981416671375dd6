/** Figures and other quantities as text. */
import type { MetricDescription } from "@gumbel/metrics";

/** A value in its metric's unit: `0.857`, `3.46 %`. */
export function figure(value: number, { unit }: Pick<MetricDescription, "unit">): string {
  if (!Number.isFinite(value)) return "not a number";
  const text = value.toFixed(unit.digits).replace("-", "−");
  return unit.symbol === "" ? text : `${text} ${unit.symbol}`;
}

/** ` ± 0.049`; empty if there is no standard deviation. */
export const plusMinus = (std: number | null, { unit }: Pick<MetricDescription, "unit">): string =>
  std === null || !Number.isFinite(std) ? "" : ` ± ${std.toFixed(unit.digits)}`;

/** A difference that rounds to nothing. */
const equal = "equal";

/** Our value minus the published one, with its sign, without the unit; `equal` if it rounds to nothing. */
export function signed(delta: number, { unit }: Pick<MetricDescription, "unit">): string {
  if (!Number.isFinite(delta)) return "—";
  const text = Math.abs(delta).toFixed(unit.digits);
  return /[1-9]/.test(text) ? `${delta < 0 ? "−" : "+"}${text}` : equal;
}

/**
 * CSS class of a difference: better, worse, or neither if it rounds to nothing or lies within the noise.
 *
 * @param stds standard deviations of the two values: a difference of at most their sum is noise; null counts as 0
 */
export function tone(
  delta: number,
  metric: Pick<MetricDescription, "unit" | "better">,
  ...stds: (number | null | undefined)[]
): "good" | "bad" | "soft" {
  const noise = stds.reduce<number>((sum, std) => sum + (std ?? 0), 0);
  if (metric.better === null || !Number.isFinite(delta) || signed(delta, metric) === equal) return "soft";
  if (Math.abs(delta) <= noise) return "soft";
  return (metric.better === "low" ? delta < 0 : delta > 0) ? "good" : "bad";
}

/** `1 h 02 min`, `3 min 20 s` or `1.2 s`. */
export function duration(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const s = Math.round(seconds);
  if (s < 3600) return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, "0")} s`;
  return `${Math.floor(s / 3600)} h ${String(Math.floor((s % 3600) / 60)).padStart(2, "0")} min`;
}

/** `3 h`, `20 min`, `a minute`: an estimate. */
export const roughly = (seconds: number): string =>
  seconds < 90
    ? "a minute"
    : seconds < 5400
      ? `${Math.round(seconds / 60)} min`
      : `${Math.round(seconds / 3600)} h`;

/** `2026-11-24 01:03`, in universal time. */
export const moment = (iso: string): string => iso.slice(0, 16).replace("T", " ");

export const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6).toLocaleString("en-US")} MB`;

export const count = (value: number): string => value.toLocaleString("en-US");

/** `1 run`, `3 runs`. */
export const plural = (n: number, noun: string): string => `${count(n)} ${noun}${n === 1 ? "" : "s"}`;

/** A fraction in [0, 1] as `93 %`. */
export const share = (value: number): string => `${Math.round(value * 100)} %`;

/** A quantity without a unit: at least four significant digits, an exponent only if needed. */
export const digits = (value: number): string =>
  Math.abs(value) >= 1e6 || (value !== 0 && Math.abs(value) < 1e-4)
    ? value.toExponential(2)
    : value.toFixed(Math.abs(value) >= 100 ? 1 : Math.abs(value) >= 10 ? 2 : 3);
