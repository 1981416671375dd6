import type { EpochRecord } from "@gumbel/tables";
import type { RunPosition } from "./checkpoint.js";

/** A progress report. */
export interface Progress {
  phase: string;
  /** Index of the random start. */
  start: number;
  /** Epochs of the phase that are done, including the fraction of the current one. */
  epoch: number;
  epochs: number;
  /** Examples per second since the phase began or was resumed. */
  examplesPerSecond: number;
  /** Estimated time until the end of the phase. */
  secondsLeft: number;
  /** The record of the last finished epoch. */
  last?: EpochRecord;
}

/** Measures the speed of a phase. */
export class PhaseProgress {
  /** Number of examples since the phase began or was resumed. */
  seen = 0;
  readonly #phase: string;
  readonly #start: number;
  readonly #epochs: number;
  readonly #perEpoch: number;
  readonly #began = performance.now();

  constructor(phase: string, start: number, epochs: number, perEpoch: number) {
    this.#phase = phase;
    this.#start = start;
    this.#epochs = epochs;
    this.#perEpoch = perEpoch;
  }

  report({ epoch, offset, history }: RunPosition): Progress {
    const examplesPerSecond = this.seen / ((performance.now() - this.#began) / 1000);
    const left = (this.#epochs - epoch) * this.#perEpoch - offset;
    const last = history.at(-1);
    return {
      phase: this.#phase,
      start: this.#start,
      epoch: epoch + offset / this.#perEpoch,
      epochs: this.#epochs,
      examplesPerSecond,
      secondsLeft: left / examplesPerSecond,
      ...(last && { last }),
    };
  }
}

/** Seconds between two lines of one seed if the output is not a terminal. */
const heartbeatSeconds = 20;

/** Epochs in a row after which a collapse is said: in the first ones it may pass. */
const persistentEpochs = 3;

/** Finds the signs of one seed's epochs that last, each once. */
export class LastingSigns {
  readonly #epochs = new Map<string, number>();
  readonly #said = new Set<string>();
  #seen = "";

  /** The signs to say after an epoch. */
  after({ phase, epoch, signs }: EpochRecord): EpochRecord["signs"] {
    const position = `${phase} ${epoch}`;
    if (position === this.#seen) return [];
    this.#seen = position;
    const now = new Set(signs.map(({ name }) => name));
    for (const name of this.#epochs.keys()) if (!now.has(name)) this.#epochs.delete(name);
    return signs.filter(({ name }) => {
      const epochs = (this.#epochs.get(name) ?? 0) + 1;
      this.#epochs.set(name, epochs);
      if (epochs < persistentEpochs || this.#said.has(name)) return false;
      this.#said.add(name);
      return true;
    });
  }
}

/** Prints progress: one line that is updated on a terminal, a new line every 20 seconds otherwise (turbo's logs). */
export class ProgressLines {
  readonly #latest = new Map<number, Progress>();
  readonly #printed = new Map<number, { at: number; epoch: number }>();
  readonly #signs = new Map<number, LastingSigns>();
  readonly #terminal = process.stdout.isTTY === true;

  update(seed: number, progress: Progress): void {
    this.#latest.set(seed, progress);
    if (progress.last) this.#sayCollapses(seed, progress.last);
    if (this.#terminal) {
      const parts = [...this.#latest].map(([s, p]) => `seed ${s}: ${brief(p)}`);
      process.stdout.write(`\r\x1b[2K${parts.join("  |  ").slice(0, (process.stdout.columns ?? 120) - 1)}`);
      return;
    }
    const now = performance.now();
    const before = this.#printed.get(seed);
    const epoch = Math.floor(progress.epoch);
    if (
      before &&
      now - before.at < heartbeatSeconds * 1000 &&
      !(epoch === progress.epochs && before.epoch < epoch)
    )
      return;
    this.#printed.set(seed, { at: now, epoch });
    console.log(`seed ${seed}  ${full(progress)}`);
  }

  #sayCollapses(seed: number, last: EpochRecord): void {
    const lasting = this.#signs.get(seed) ?? new LastingSigns();
    this.#signs.set(seed, lasting);
    for (const { what, hint } of lasting.after(last)) {
      if (this.#terminal) process.stdout.write("\r\x1b[2K");
      console.log(`seed ${seed}  epoch ${last.epoch}: ${what}; to try: ${hint}`);
    }
  }

  /** Ends the updated line. */
  end(): void {
    if (this.#terminal && this.#latest.size > 0) process.stdout.write("\n");
  }
}

const position = ({ phase, start, epoch, epochs }: Progress): string =>
  `${start > 0 ? `start ${start} ` : ""}${phase === "training" ? "" : `${phase} `}epoch ${epoch.toFixed(1)}/${epochs}`;

function brief(progress: Progress): string {
  const { last, secondsLeft } = progress;
  return [
    position(progress),
    last?.loss != null && `loss ${last.loss.toFixed(1)}`,
    last?.accuracy != null && `acc ${last.accuracy.toFixed(3)}`,
    `${duration(secondsLeft)} left`,
  ]
    .filter(Boolean)
    .join(" ");
}

function full(progress: Progress): string {
  const { last, secondsLeft, examplesPerSecond } = progress;
  return [
    position(progress),
    last && describe(last),
    `${Math.round(examplesPerSecond)} examples/s`,
    `${duration(secondsLeft)} left`,
  ]
    .filter(Boolean)
    .join("  ");
}

/** `loss 145.6 (reconstruction 131.5, …)  acc 0.703  nmi 0.611  test error 31.20 %` */
function describe({ loss, terms, accuracy, nmi, testError }: EpochRecord): string {
  const parts = Object.entries(terms).map(([name, value]) => `${name} ${value.toPrecision(4)}`);
  return [
    loss === null
      ? parts.join(", ")
      : `loss ${loss.toPrecision(5)}${parts.length > 1 ? ` (${parts.join(", ")})` : ""}`,
    accuracy !== null && `acc ${accuracy.toFixed(3)}`,
    nmi !== null && `nmi ${nmi.toFixed(3)}`,
    testError !== null && `test error ${testError.toFixed(2)} %`,
  ]
    .filter(Boolean)
    .join("  ");
}

/** `1h 02m`, `3m 20s` or `12s`. */
function duration(seconds: number): string {
  const s = Math.round(seconds);
  if (s >= 3600) return `${Math.floor(s / 3600)}h ${String(Math.floor((s % 3600) / 60)).padStart(2, "0")}m`;
  return s >= 60 ? `${Math.floor(s / 60)}m ${String(s % 60).padStart(2, "0")}s` : `${s}s`;
}
