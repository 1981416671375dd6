/** The index over all pipelines in a real browser, from disk. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestWorkspace } from "../workspace.js";
import { axeProblems, browserPath, inBrowser, isTooWide, launch, open, views } from "./browser.js";

describe.skipIf(!browserPath)(inBrowser("the overview in a browser"), () => {
  const workspace = new TestWorkspace({
    dataset: { name: "glyphs", train: 200, test: 40 },
    model: { name: "gumbel-vae", hidden: [24], featureSize: 12, zSize: 4 },
    train: { seeds: 2, epochs: 3, batchSize: 50 },
    report: { title: '<img src=x onerror="document.title = 1">', map: { methods: [], examples: 100 } },
  });
  const folder = join(workspace.folder, "artifacts", "overview", "report");
  const url = pathToFileURL(join(folder, "index.html")).href;
  let browser: Browser;

  beforeAll(async () => {
    await workspace.runAll("plan", "ingest", "train", "extract", "evaluate", "report");
    for (const [name, model] of [
      ["moons", "kmeans"],
      ["broken", "kmeans"],
    ] as const) {
      const other = workspace.addPipeline(name, {
        dataset: "moons",
        model,
        report: { map: { methods: [] } },
      });
      await other.runAll("plan", "ingest", "train", "extract", "evaluate", "report");
    }
    writeFileSync(join(workspace.folder, "artifacts", "broken", "report", "report.json"), "{}");
    workspace.addPipeline("later", { dataset: "moons", model: "kmeans" });
    mkdirSync(join(workspace.folder, "pipelines", "overview"));
    const { code, output } = await workspace.runOverview();
    expect(code, output).toBe(0);
    browser = await launch();
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    workspace.remove();
  }, 60_000);

  const rows = (page: Page): Promise<string[]> =>
    page
      .locator(".pipelines tbody th[scope=row]")
      .evaluateAll((all) => all.map((cell) => (cell.firstChild?.textContent ?? "").trim()));

  test("opens without an error and without a request to any host", async () => {
    const { page, complaints, requests } = await open(browser, url);
    expect(await rows(page)).toEqual(["moons", "x", "broken"]);
    expect(await page.title()).toBe("Gumbel: all pipelines");
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
    await page.close();
  });

  test("sorts and filters, and has both in the address", async () => {
    const { page } = await open(browser, url);
    await page.getByRole("button", { name: "NMI" }).click();
    const down = await rows(page);
    await page.getByRole("button", { name: "NMI" }).click();
    expect(await rows(page)).toEqual([down[1], down[0], "broken"]);
    expect(await page.locator("th[aria-sort]").getAttribute("aria-sort")).toBe("ascending");
    await page.getByPlaceholder("Search").fill("glyphs");
    expect(await rows(page)).toEqual(["x"]);
    const again = await open(browser, page.url());
    expect(await rows(again.page)).toEqual(["x"]);
    expect(await again.page.locator("th[aria-sort]").textContent()).toContain("NMI");
    await page.close();
    await again.page.close();
  });

  test("says which cannot be shown, and which have not run", async () => {
    const { page } = await open(browser, url);
    expect(await page.locator("tr.other").textContent()).toContain("a file is not what its stage wrote");
    await page.getByText("1 more has not run yet").click();
    expect(await page.locator(".waiting li").allTextContents()).toEqual(["later"]);
    await page.close();
  });

  test("compares those that are picked: differences, the settings that differ, last and best, curves", async () => {
    const { page, complaints } = await open(browser, url);
    await page.getByLabel("compare x").check();
    await page.getByLabel("compare moons").check();
    await page.getByRole("button", { name: "Compare", exact: true }).click();
    const table = page.locator(".compared").first();
    const settings = await table.locator("tbody code").allTextContents();
    expect(settings).toEqual(expect.arrayContaining(["dataset.name", "model.name", "train.seeds"]));
    expect(settings).not.toContain("seed");
    expect(await table.textContent()).toMatch(/epoch 3best \S+ at \d/);
    const differences = await table.locator("em").allTextContents();
    await page.getByRole("radio").nth(1).check();
    const turned = await table.locator("em").allTextContents();
    expect(turned).toEqual(differences.map((text) => text.replace(/[−+]/, (s) => (s === "+" ? "−" : "+"))));
    expect(await page.locator(".chart svg").first().getAttribute("aria-label")).toContain("x ends at");
    await page.locator(".chart svg").first().hover();
    expect(await page.locator(".readout").textContent()).toMatch(/^epoch 2.*\d\.\d/);

    const sent = await open(browser, page.url());
    expect(await sent.page.locator("h1").textContent()).toBe("2 pipelines compared");
    expect(await sent.page.getByRole("radio").nth(1).isChecked()).toBe(true);
    await page.goBack();
    expect(await page.locator("h1").textContent()).toBe("All pipelines");
    expect(complaints).toEqual([]);
    await page.close();
    await sent.page.close();
  });

  test.each(["", "#pick=x&pick=moons", "#pick=x&pick=moons&compare=1"])(
    "axe finds nothing in light, dark and on a phone, and nothing is wider than it: %s",
    async (hash) => {
      for (const options of Object.values(views)) {
        const { page } = await open(browser, url + hash, options);
        expect(await axeProblems(page)).toEqual([]);
        expect(await isTooWide(page)).toBe(false);
        await page.close();
      }
    },
    120_000,
  );
});
