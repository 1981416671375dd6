import { Worker } from "node:worker_threads";
import type { Answer, Jobs, Question } from "./worker.js";

/** A thread beside the report's own, for work whose result is needed later. It does one job after the other. */
export class Aside {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { done(value: unknown): void; failed(error: unknown): void }>();
  #asked = 0;
  /** Why the thread has ended, if it has. */
  #failure: unknown;

  /** @param file the compiled worker.ts */
  constructor(file: URL) {
    this.#worker = new Worker(file);
    this.#worker.on("message", ({ id, ...answer }: Answer) => {
      const { done, failed } = this.#waiting.get(id)!;
      this.#waiting.delete(id);
      if ("error" in answer) failed(answer.error);
      else done(answer.value);
    });
    this.#worker.on("error", (error) => {
      this.#failure = error;
      for (const { failed } of this.#waiting.values()) failed(error);
    });
  }

  /** The result of a job, which fails as the job does, or as the thread. */
  run<Name extends keyof Jobs>(
    name: Name,
    ...given: Parameters<Jobs[Name]>
  ): Promise<Awaited<ReturnType<Jobs[Name]>>> {
    const id = this.#asked++;
    const result = new Promise<Awaited<ReturnType<Jobs[Name]>>>((done, failed) => {
      if (this.#failure) failed(this.#failure);
      this.#waiting.set(id, { done: done as (value: unknown) => void, failed });
      this.#worker.postMessage({ id, name, given } satisfies Question);
    });
    // Who asked waits later; until then a failure is not one that nobody handles.
    result.catch(() => {});
    return result;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
