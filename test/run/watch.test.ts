/** Pages of a training while it runs, and after each way to end. */
import { existsSync } from "node:fs";
import type { Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { watchServer } from "@gumbel/overview";
import { liveFolder, readLive } from "@gumbel/stage";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestWorkspace } from "../workspace.js";

const pipeline = (train: object) => ({
  dataset: { name: "glyphs", train: 300, test: 60 },
  model: { name: "gumbel-vae", hidden: [32], featureSize: 16, zSize: 4 },
  train: { batchSize: 20, ...train },
});

describe("training that is watched", () => {
  const workspace = new TestWorkspace(pipeline({ epochs: 3000 }));
  const root = workspace.folder;
  let server: Server;
  let url = "";
  const page = async (path: string): Promise<string> => (await fetch(url + path)).text();

  beforeAll(async () => {
    await workspace.runAll("plan", "ingest");
    ({ server, url } = await watchServer(root, 0));
  });
  afterAll(() => {
    server?.closeAllConnections();
    server?.close();
    workspace.remove();
  });

  test("shows curves and samples while it runs, sends every change, and says so when it is stopped", async () => {
    expect(await page("/x")).toContain("It has got as far as ingest");
    let stop = (): void => {};
    const training = workspace.run("train", { kill: () => new Promise((resolve) => (stop = resolve)) });
    try {
      let live = await readLive(root, "x");
      while (!live?.runs[0]?.records[1] || !live.progress[0]) {
        await sleep(100);
        live = await readLive(root, "x");
      }
      expect(live.state).toBe("running");
      const events = await fetch(`${url}/events/x`);
      const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader();
      const next = async (): Promise<string> => {
        let text = "";
        while (!text.endsWith("\n\n")) text += (await reader.read()).value;
        return text;
      };
      const first = await next();
      for (const part of [
        /Training(, about [^:]+ left in all)?: seed 0: epoch/,
        /Total loss/,
        /Generated, a cluster per row: seed 0 after/,
      ]) {
        expect(part.test(first), part.source).toBe(true);
      }
      expect((await next()) === first).toBe(false);
      await reader.cancel();
      expect((await page("/")).includes("1 pipeline in training")).toBe(true);
    } finally {
      stop();
      await training;
    }
    expect((await page("/x")).includes("Training was stopped at seed 0: epoch")).toBe(true);
  }, 120_000);

  test("says why it failed", async () => {
    workspace.configure(pipeline({ epochs: 2, learningRate: 1e30 }));
    await workspace.runAll("plan");
    expect((await workspace.run("train")).code).toBe(1);
    expect(
      /Training failed: the objective became .*; where: seed 0: .*; to do: lower/.test(await page("/x")),
    ).toBe(true);
  });

  test("leaves nothing behind once it has ended well", async () => {
    workspace.configure(pipeline({ epochs: 2 }));
    await workspace.runAll("plan", "train");
    expect(existsSync(liveFolder(root, "x"))).toBe(false);
    expect(await page("/x")).toContain("It has got as far as train");
    await workspace.runAll("extract", "evaluate", "report");
    expect(await page("/x")).toContain("It is finished");
    expect(await page("/report/x/report.json")).toContain('"pipeline": "x"');
  }, 120_000);

  test("sends nothing to a foreign name, and no file that is not a report's", async () => {
    expect((await fetch(`${url}/report/x/..%2f..%2fplan%2ftrain.json`)).status).toBe(404);
    expect((await fetch(`${url}/no-such`)).status).toBe(404);
    expect((await fetch(url, { method: "POST" })).status).toBe(405);
  });
});
