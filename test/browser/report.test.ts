/** The report in a real browser, from disk. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestWorkspace } from "../workspace.js";
<<<<<<< HEAD
import { browserPath, inBrowser, launch, type Opened, open as openIn } from "./browser.js";
=======
import { launch, type Opened, open as openIn } from "./browser.js";
import { chromiumPath, skipped } from "./chromium.js";
>>>>>>> overview

describe.skipIf(!browserPath)(inBrowser("the report in a browser"), () => {
  const workspace = new TestWorkspace({
    dataset: { name: "glyphs", train: 300, test: 60 },
    model: { name: "gumbel-vae", hidden: [32], featureSize: 16, zSize: 4 },
    train: { seeds: 2, epochs: 2, batchSize: 50 },
    report: {
      title: 'Digits <script>document.title = "injected"</script>',
      map: { methods: [], examples: 200 },
    },
  });
  let browser: Browser;

  beforeAll(async () => {
    await workspace.runAll("plan", "ingest", "train", "extract", "evaluate", "report");
    browser = await launch();
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    workspace.remove();
  });

  const open = (options: Parameters<Browser["newPage"]>[0] = {}): Promise<Opened> =>
    openIn(browser, pathToFileURL(join(workspace.artifacts, "report", "index.html")).href, options);

  test("opens without an error and without asking any host", async () => {
    const { page, complaints, requests } = await open();
    expect(complaints).toEqual([]);
    expect(requests.filter((kind) => kind !== "file" && kind !== "data")).toEqual([]);
    await page.close();
  });

  test("shows markup in a title as text", async () => {
    const { page } = await open();
    expect(await page.locator("h1").textContent()).toContain("<script>");
    expect(await page.title()).not.toBe("injected");
    await page.close();
  });

  test("every picture is drawn and has a text alternative", async () => {
    const { page } = await open();
    const pictures = await page.locator("img").evaluateAll((images) =>
      (images as unknown as { naturalWidth: number; alt: string }[]).map(({ naturalWidth, alt }) => ({
        drawn: naturalWidth > 0,
        told: alt.length > 5,
      })),
    );
    expect(pictures.length).toBeGreaterThan(3);
    expect(pictures.every(({ drawn, told }) => drawn && told)).toBe(true);
    const plots = await page
      .locator("svg")
      .evaluateAll((all) => all.map((svg) => svg.getAttribute("aria-label") ?? ""));
    expect(plots.length).toBeGreaterThan(3);
    expect(plots.every((label) => label.length > 10)).toBe(true);
    await page.close();
  });

  test("each link of the contents leads to a section", async () => {
    const { page } = await open();
    const targets = await page
      .locator("nav a")
      .evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
    expect(targets.length).toBeGreaterThan(5);
    for (const target of targets) expect(await page.locator(target).count()).toBe(1);
    await page.close();
  });

  test("fits a phone: nothing is wider than the screen", async () => {
    const { page } = await open({ viewport: { width: 390, height: 844 } });
    const width = await page.evaluate("document.documentElement.scrollWidth");
    expect(width).toBeLessThanOrEqual(390);
    await page.close();
  });

  test("is dark where the reader wants it dark", async () => {
    const background = async (colorScheme: "light" | "dark"): Promise<string> => {
      const { page } = await open({ colorScheme });
      const colour = (await page.evaluate("getComputedStyle(document.body).backgroundColor")) as string;
      await page.close();
      return colour;
    };
    expect(await background("light")).toBe("rgb(253, 253, 251)");
    expect(await background("dark")).toBe("rgb(23, 23, 22)");
  });
});
