/** How far training is, in words. */
import { duration } from "@gumbel/pages";
import type { Live, LiveProgress } from "@gumbel/stage";

/** How far training is, or how it ended, and which part of it is done. */
export function liveText(live: Live): { text: string; done: number } {
  const parts = live.seeds.map((seed) => partDone(live.progress[seed]));
  const done = parts.reduce((sum, part) => sum + part, 0) / live.seeds.length;
  const where = live.seeds
    .flatMap((seed) => (live.progress[seed] ? [`seed ${seed}: ${placeOf(live.progress[seed])}`] : []))
    .join("; ");
  const text = {
    running: where ? `Training: ${where}.` : "Training has begun.",
    failed: `Training failed: ${firstLines(live.failure ?? "")}. ${where ? `It had reached ${where}.` : ""}`,
    stopped: `Training was stopped${where ? ` at ${where}` : ""}; the same command goes on from its checkpoint.`,
  }[live.state];
  return { text: text.trim(), done };
}

/** Name of the phase whose epochs a pipeline sets. */
const mainPhase = "training";

const partDone = (progress: LiveProgress | undefined): number =>
  progress && progress.phase === mainPhase && progress.epochs > 0
    ? Math.min(1, progress.epoch / progress.epochs)
    : 0;

function placeOf({ phase, start, epoch, epochs, secondsLeft }: LiveProgress): string {
  const left = secondsLeft === null || secondsLeft < 0.5 ? "" : `, ${duration(secondsLeft)} left`;
  const which = `${start > 0 ? `start ${start}, ` : ""}${phase === mainPhase ? "" : `${phase} `}`;
  return `${which}epoch ${epoch.toFixed(1)} of ${epochs}${left}`;
}

const firstLines = (text: string): string =>
  text
    .replace(/\s*\n\s*/g, "; ")
    .replace(/ {2,}/g, " ")
    .slice(0, 300);
