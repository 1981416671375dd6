/** The pages of `pnpm gumbel watch` in a real browser, during training. */
import type { Server } from "node:http";
import { watchServer } from "@gumbel/overview";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestWorkspace } from "../workspace.js";
import {
  axeProblemsInBothSchemes,
  browserPath,
  inBrowser,
  isTooWide,
  launch,
  open,
  overprinted,
  views,
} from "./browser.js";

describe.skipIf(!browserPath)(inBrowser("training in a browser"), () => {
  const workspace = new TestWorkspace({
    dataset: { name: "glyphs", train: 300, test: 60 },
    model: { name: "gumbel-vae", hidden: [32], featureSize: 16, zSize: 4 },
    train: { seeds: 2, epochs: 4000, batchSize: 20 },
    report: { title: "Digits <b>drawn</b>" },
  });
  let browser: Browser;
  let server: Server;
  let url = "";
  let stop = (): void => {};
  let training: Promise<unknown> = Promise.resolve();

  beforeAll(async () => {
    await workspace.runAll("plan", "ingest");
    ({ server, url } = await watchServer(workspace.folder, 0));
    browser = await launch();
  });
  afterAll(async () => {
    stop();
    await training;
    await browser?.close();
    server?.close();
    workspace.remove();
  });

  const start = (): void => {
    training = workspace.run("train", { kill: () => new Promise((resolve) => (stop = resolve)) });
  };
  const curve = (page: Page): Promise<string | null> =>
    page.locator(".chart svg .line").first().getAttribute("d");

  test("a page that is open shows curves and samples as they come, without being loaded again, and the end", async () => {
    const { page, complaints, requests } = await open(browser, `${url}/x`);
    await page.getByText("It has got as far as ingest").waitFor();
    await page.evaluate("document.documentElement.dataset.loaded = 'once'");
    start();
    await page.locator(".chart svg .line").first().waitFor({ timeout: 60_000 });
    const samples = page.getByRole("img", { name: /^Generated, a cluster per row: seed 0 after epoch/ });
    await samples.waitFor({ timeout: 30_000 });
    // The first epoch, which every seed that has begun has: further on the faster seed may be alone.
    await page
      .locator(".chart svg")
      .first()
      .hover({ position: { x: 4, y: 40 } });
    const before = { curve: await curve(page), samples: await samples.getAttribute("src") };
    await expect.poll(() => curve(page), { timeout: 30_000 }).not.toBe(before.curve);
    // The readout under the pointer stays when the plot is replaced.
    expect(await page.locator(".readout").textContent()).toMatch(/^epoch \d+seed 0 [\d.]+/);
    expect(await page.locator(".chart .guide").isVisible()).toBe(true);
    await expect.poll(() => samples.getAttribute("src"), { timeout: 60_000 }).not.toBe(before.samples);
    expect(await page.locator(".state").textContent()).toBe("running");
    expect(await page.locator("header .lead").textContent()).toMatch(
      /Training, about .+ left in all: seed 0: epoch/,
    );
    expect(await page.locator(".legend.seeds li").allTextContents()).toContain(" seed 0");
    expect(await page.locator("table.seeds tbody th").allTextContents()).toEqual([" seed 0", " seed 1"]);
    expect(await page.locator("h1").textContent()).toBe("Digits <b>drawn</b>");

    for (const path of ["/", "/x"]) {
      for (const options of Object.values(views)) {
        const { page, complaints } = await open(browser, url + path, options);
        expect(await axeProblemsInBothSchemes(page)).toEqual([]);
        expect(await isTooWide(page)).toBe(false);
        expect(await overprinted(page)).toEqual([]);
        expect(complaints).toEqual([]);
        await page.close();
      }
    }

    stop();
    await training;
    await page.getByText("Training was stopped at seed 0").waitFor();
    expect(await page.evaluate("document.documentElement.dataset.loaded")).toBe("once");
    expect(complaints).toEqual([]);
    expect(new Set(requests)).toEqual(new Set([`${url}/x`, `${url}/events/x`]));
    await page.close();
  }, 240_000);

  test("says so if the server is gone", async () => {
    const own = await watchServer(workspace.folder, 0);
    const { page } = await open(browser, `${own.url}/x`);
    own.server.closeAllConnections();
    own.server.close();
    await page.getByText("pnpm gumbel watch does not answer").waitFor();
    await page.close();
  });
});
