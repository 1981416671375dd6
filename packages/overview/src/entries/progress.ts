/** Progress of training as text. */
import { duration } from "@gumbel/pages";
import type { Live, LiveProgress } from "@gumbel/stage";

/** Progress of training, or its end, as text and as a fraction in [0, 1]. */
export function liveText(live: Live): { text: string; done: number } {
  const parts = live.seeds.map((seed) => partDone(live.progress[seed]));
  const done = parts.reduce((sum, part) => sum + part, 0) / live.seeds.length;
  const reached = live.seeds
    .flatMap((seed) => (live.progress[seed] ? [`seed ${seed}: ${positionOf(live.progress[seed])}`] : []))
    .join("; ");
  const text = {
    running: reached ? `Training: ${reached}.` : "Training has begun.",
    failed: `Training failed: ${firstLines(live.failure ?? "")}. ${reached ? `It had reached ${reached}.` : ""}`,
    stopped: `Training was stopped${reached ? ` at ${reached}` : ""}; the same command resumes it from its checkpoint.`,
  }[live.state];
  return { text: text.trim(), done };
}

/** Name of the phase whose epochs a pipeline sets. */
const mainPhase = "training";

const partDone = (progress: LiveProgress | undefined): number =>
  progress && progress.phase === mainPhase && progress.epochs > 0
    ? Math.min(1, progress.epoch / progress.epochs)
    : 0;

function positionOf({ phase, start, epoch, epochs, secondsLeft }: LiveProgress): string {
  const left = secondsLeft === null || secondsLeft < 0.5 ? "" : `, ${duration(secondsLeft)} left`;
  const which = `${start > 0 ? `start ${start}, ` : ""}${phase === mainPhase ? "" : `${phase} `}`;
  return `${which}epoch ${epoch.toFixed(1)} of ${epochs}${left}`;
}

const firstLines = (text: string): string =>
  text
    .replace(/\s*\n\s*/g, "; ")
    .replace(/ {2,}/g, " ")
    .slice(0, 300);
