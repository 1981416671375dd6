/**
 * Thousands of damaged inputs over every reader: each is read or refused with a sentence, in seconds and in little memory, and
 * what a digest covers is never read as anything else. `pnpm fuzz` takes 10,000; GUMBEL_TEST_SEED repeats a run.
 */
import { type ChildProcess, fork } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { corpus, type Input } from "./corpus.js";
import { type Draw, draws, mutated } from "./mutations.js";

const inputs = Number(process.env.GUMBEL_FUZZ_INPUTS ?? 500);
const seed = Number(process.env.GUMBEL_TEST_SEED ?? 1);
/** An input of some kilobytes takes milliseconds; the rest is for a machine that does other work. */
const longestSeconds = 20;
/** Decoders, their buffers and the garbage of many inputs; a size that the input only claims is larger. */
const mostBytes = 400e6;

interface Answer {
  outcome: "ready" | "read" | "refused" | "crashed" | "hung" | "died";
  text: string;
  peakBytes: number;
}

/** A process that reads, replaced when one does not come back. */
class Reader {
  #child: ChildProcess | undefined;

  async read(reader: string, folder: string): Promise<Answer> {
    if (!this.#child) {
      this.#child = fork(join(import.meta.dirname, "reader.mjs"), {
        stdio: ["ignore", "ignore", "pipe", "ipc"],
      });
      await this.#answer(this.#child);
    }
    this.#child.send({ reader, folder });
    return this.#answer(this.#child);
  }

  stop(): void {
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }

  #answer(child: ChildProcess): Promise<Answer> {
    return new Promise((resolve) => {
      const end = (answer: Answer): void => {
        clearTimeout(timer);
        child.removeAllListeners("message").removeAllListeners("exit");
        resolve(answer);
      };
      const broken = (outcome: "hung" | "died"): void => {
        this.stop();
        end({ outcome, text: outcome, peakBytes: 0 });
      };
      const timer = setTimeout(() => broken("hung"), longestSeconds * 1000);
      child.once("message", (answer) => end(answer as Answer));
      child.once("exit", () => broken("died"));
    });
  }
}

const folder = mkdtempSync(join(tmpdir(), "gumbel-fuzz-"));
const reader = new Reader();
afterAll(() => {
  reader.stop();
  rmSync(folder, { recursive: true, force: true });
});

function place(files: Input["files"]): void {
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
}

/** A fault of one damaged input, with what repeats it; undefined if it was taken as it should. */
async function faultOf(input: Input, whole: Answer, draw: Draw): Promise<string | undefined> {
  const name = input.damaged[draw(input.damaged.length)]!;
  const bytes = mutated(input.files[name]!, draw);
  writeFileSync(join(folder, name), bytes);
  const { outcome, text, peakBytes } = await reader.read(input.reader, folder);
  writeFileSync(join(folder, name), input.files[name]!);
  const shown = (what: string): string => {
    const kept = process.env.GUMBEL_FUZZ_KEEP;
    const file = `${input.reader}-${name.replaceAll("/", "-")}-${draw(2 ** 31).toString(36)}`;
    if (kept) writeFileSync(join(kept, file), bytes);
    return `${input.reader}, ${name}${kept ? ` (${file})` : ""}: ${what}`;
  };
  if (outcome !== "read" && outcome !== "refused") return shown(text.split("\n").slice(0, 4).join(" "));
  if (peakBytes > mostBytes + 2 * bytes.length) {
    reader.stop();
    return shown(`${Math.round(peakBytes / 1e6)} MB of memory for ${bytes.length} bytes`);
  }
  if (input.checked && outcome === "read" && text !== whole.text) return shown("other data were accepted");
  return undefined;
}

const fixtures = join(import.meta.dirname, "fixtures");
test.each(readdirSync(fixtures))("an input that was once not taken as it should: %s", async (name) => {
  const [, reads, file] = /^([^-]+)-(.+)-[^-]+$/.exec(name)!;
  const bytes = readFileSync(join(fixtures, name));
  place({ [file!]: bytes, "path.txt": Buffer.from(`FOLDER/${file}`) });
  const { outcome, peakBytes } = await reader.read(reads!, folder);
  // The checksums of an npz file do not cover the names of its arrays.
  expect(outcome).toMatch(file!.endsWith(".npz") ? /^refused$/ : /^(read|refused)$/);
  expect(peakBytes).toBeLessThan(mostBytes + 2 * bytes.length);
});

test(`${inputs} damaged inputs over every reader (seed ${seed}): no crash, no hang, no memory, nothing wrong accepted`, async () => {
  const all = await corpus();
  const draw = draws(seed);
  const faults: string[] = [];
  for (const [i, input] of all.entries()) {
    place(input.files);
    const whole = await reader.read(input.reader, folder);
    const at = `${input.reader}: ${Object.keys(input.files)[0]}`;
    expect(["read", "refused"], `${at}, whole: ${whole.text}`).toContain(whole.outcome);
    const count = Math.ceil(((i + 1) * inputs) / all.length) - Math.ceil((i * inputs) / all.length);
    for (let left = count; left > 0; left--) {
      const fault = await faultOf(input, whole, draw);
      if (fault) faults.push(fault);
    }
    for (const name of Object.keys(input.files)) rmSync(join(folder, name));
    rmSync(join(folder, "data"), { recursive: true, force: true });
  }
  expect(faults).toEqual([]);
}, 900_000);
