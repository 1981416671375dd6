/** Progress of training as text, and the time that is left. */
import { existsSync } from "node:fs";
import { duration } from "@gumbel/pages";
import type { Live, LiveProgress } from "@gumbel/stage";
import { artifactPath, readJson } from "@gumbel/workspace";
import { z } from "zod";

/** Name of the phase whose epochs a pipeline sets. */
const mainPhase = "training";

/** Where one seed stands. */
export interface SeedProgress {
  seed: number;
  state: "waiting" | "training" | "done";
  /** Null before it has begun. */
  at: LiveProgress | null;
  /** About so many seconds to its end; null before that can be said. */
  secondsLeft: number | null;
}

/** Progress of training, or its end, as text and as a fraction in [0, 1]. */
export function liveText(live: Live, epochs: number | null): { text: string; done: number } {
  const parts = live.seeds.map((seed) => partDone(live.progress[seed]));
  const done = parts.reduce((sum, part) => sum + part, 0) / live.seeds.length;
  const reached = live.seeds
    .flatMap((seed) => (live.progress[seed] ? [`seed ${seed}: ${positionOf(live.progress[seed])}`] : []))
    .join("; ");
  const left = secondsLeft(live, epochs);
  const total = left === null ? "" : `, about ${duration(left)} left in all`;
  const text = {
    running: reached ? `Training${total}: ${reached}.` : "Training has begun.",
    failed: `Training failed: ${firstLines(live.failure ?? "")}. ${reached ? `It had reached ${reached}.` : ""}`,
    stopped: `Training was stopped${reached ? ` at ${reached}` : ""}; the same command resumes it from its checkpoint.`,
  }[live.state];
  return { text: text.trim(), done };
}

/**
 * Every seed of a training, those that have not begun too.
 *
 * @param epochs of the main phase, by the plan; null if it is not known
 */
export function seedsOf({ seeds, progress }: Live, epochs: number | null): SeedProgress[] {
  return seeds.map((seed) => {
    const at = progress[seed] ?? null;
    if (!at) return { seed, state: "waiting", at, secondsLeft: null };
    const isDone = at.phase === mainPhase && at.epoch >= at.epochs;
    return { seed, state: isDone ? "done" : "training", at, secondsLeft: isDone ? 0 : leftOf(at, epochs) };
  });
}

/**
 * About so many seconds to the end of training, over all seeds; null before that can be said. The seeds that wait take as long
 * for an epoch as those that train, which share the machine as they do now.
 */
export function secondsLeft(live: Live, epochs: number | null): number | null {
  if (live.state !== "running") return null;
  const seeds = seedsOf(live, epochs);
  const running = seeds.filter(({ state }) => state === "training");
  const lefts = running.flatMap(({ secondsLeft }) => secondsLeft ?? []);
  if (lefts.length === 0 || lefts.length < running.length) return null;
  const paces = running.flatMap(({ at }) => paceOf(at!) ?? []);
  const pace = paces.reduce((sum, each) => sum + each, 0) / paces.length;
  const waiting = seeds.filter(({ state }) => state === "waiting").length;
  if (waiting > 0 && (epochs === null || !Number.isFinite(pace))) return null;
  const later = waiting > 0 ? waiting * epochs! * pace : 0;
  const total = lefts.reduce((sum, each) => sum + each, 0) + later;
  return Math.max(...lefts, total / running.length);
}

/** To the end of its phase, and of the main one if that is still to come. */
function leftOf(at: LiveProgress, epochs: number | null): number | null {
  if (at.secondsLeft === null) return null;
  if (at.phase === mainPhase) return at.secondsLeft;
  const pace = paceOf(at);
  return pace === null || epochs === null ? null : at.secondsLeft + epochs * pace;
}

/** Seconds of an epoch. */
const paceOf = ({ epoch, epochs, secondsLeft }: LiveProgress): number | null =>
  secondsLeft === null || epoch >= epochs ? null : secondsLeft / (epochs - epoch);

const planSchema = z.looseObject({ epochs: z.int().min(0) });

/** Epochs of the main phase, by the plan of a pipeline; null if that cannot be read. */
export async function plannedEpochs(root: string, pipeline: string): Promise<number | null> {
  const file = artifactPath(root, pipeline, "plan", "train.json");
  const plan = planSchema.safeParse(existsSync(file) ? await readJson(file) : null);
  return plan.success ? plan.data.epochs : null;
}

const partDone = (progress: LiveProgress | undefined): number =>
  progress && progress.phase === mainPhase && progress.epochs > 0
    ? Math.min(1, progress.epoch / progress.epochs)
    : 0;

/** `start 2, pretraining epoch 1.0 of 20`. */
export function positionOf({ phase, start, epoch, epochs }: LiveProgress): string {
  const which = `${start > 0 ? `start ${start}, ` : ""}${phase === mainPhase ? "" : `${phase} `}`;
  return `${which}epoch ${epoch.toFixed(1)} of ${epochs}`;
}

const firstLines = (text: string): string =>
  text
    .replace(/\s*\n\s*/g, "; ")
    .replace(/ {2,}/g, " ")
    .slice(0, 300);
