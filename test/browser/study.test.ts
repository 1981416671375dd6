/** A study's page in a real browser, from disk. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root, TestWorkspace } from "../workspace.js";
import {
  axeProblems,
  axeProblemsInBothSchemes,
  browserPath,
  inBrowser,
  isTooWide,
  launch,
  open,
  overprinted,
  views,
  widths,
} from "./browser.js";

const pipelines = ["glyphs-gumbel-vae"];
const described = { source: "Not in the thesis", published: null, pipelines };

describe.skipIf(!browserPath)(inBrowser("the studies in a browser"), () => {
  const workspace = new TestWorkspace(
    {
      dataset: { name: "glyphs", train: 300, test: 60 },
      model: { name: "gumbel-vae", hidden: [32], featureSize: 16, zSize: 4 },
      train: { seeds: 2, epochs: 3, batchSize: 50, snapshots: { at: [1, 3], unit: "epoch", examples: 100 } },
    },
    pipelines[0],
  );
  const points = workspace.addPipeline("moons", {
    dataset: { name: "moons", n: 80 },
    model: { name: "auxiliary-clustering-propagated", hidden: [8], featureSize: 4, augmentation: null },
    labels: { count: 4 },
    train: { epochs: 2, batchSize: 20, snapshots: { unit: "step", at: [1, 3, 5, 8] } },
  });
  const url = (study: string): string =>
    pathToFileURL(join(workspace.folder, "artifacts", study, "reproduce", "index.html")).href;
  let browser: Browser;

  beforeAll(async () => {
    for (const each of [workspace, points])
      await each.runAll("plan", "ingest", "train", "extract", "evaluate");
    // The project's own tables, from its records.
    cpSync(join(root, "studies", "benchmark"), join(workspace.folder, "studies", "benchmark"), {
      recursive: true,
      filter: (path) => !path.endsWith("node_modules"),
    });
    const drawn = join(workspace.folder, "studies", "drawn");
    mkdirSync(drawn);
    const study = {
      title: "Drawn <b>digits</b>",
      tables: [
        {
          id: "table",
          title: "Clustering",
          source: "Not in the thesis",
          datasets: ["glyphs"],
          metrics: ["accuracy", "nmi"],
          rows: ["gumbel-vae", "kmeans"],
        },
      ],
      figures: [
        { kind: "latents", id: "latents", title: "While learning", ...described, at: [1, 3, 5] },
        { kind: "epochs", id: "epochs", title: "Per epoch", ...described, metrics: ["accuracy", "loss"] },
        { kind: "generated", id: "generated", title: "Generated", ...described },
        { kind: "assignments", id: "assignments", title: "Points", ...described, pipelines: ["moons"] },
      ],
    };
    writeFileSync(join(drawn, "study.json"), JSON.stringify(study));
    // Half of the figures are drawn from a record.
    const { code, output } = await workspace.run("record", {
      command: ["cli/bin.mjs", "record", pipelines[0]!],
      folder: ".",
    });
    expect(code, output).toBe(0);
    rmSync(workspace.artifacts, { recursive: true });
    for (const folder of ["benchmark", "drawn"]) {
      const { code, output } = await workspace.run("study", {
        command: ["study/bin.mjs"],
        folder: join("studies", folder),
      });
      expect(code, output).toBe(0);
    }
    browser = await launch();
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    workspace.remove();
  });

  test("open without an error and without a request to any host", async () => {
    for (const study of ["benchmark", "drawn"]) {
      const { page, complaints, requests } = await open(browser, url(study));
      expect(complaints).toEqual([]);
      expect(requests).toEqual([]);
      await page.close();
    }
  });

  test("show each figure, with a text alternative, and a title's markup as text", async () => {
    const { page } = await open(browser, url("drawn"));
    expect(await page.locator("h1").textContent()).toBe("Drawn <b>digits</b>");
    const texts = await page
      .getByRole("img")
      .evaluateAll((all) => all.map((each) => each.getAttribute("aria-label") ?? each.getAttribute("alt")));
    expect(texts.length).toBeGreaterThan(3);
    expect(texts.every((text) => text && text.length > 10)).toBe(true);
    expect(await page.locator("#latents").textContent()).toContain("no snapshot at epoch 5");
    expect(await page.locator("#latents").textContent()).toContain("record, quick profile");
    await page.close();
  });

  test("the benchmark names the thesis and links it, once, above its tables", async () => {
    const { page } = await open(browser, url("benchmark"));
    const thesis = page.getByRole("link", {
      name: /^J\. G\. Arias Figueroa, Deep Generative Models for Clustering/,
    });
    expect(await thesis.evaluateAll((all) => all.map((each) => each.getAttribute("href")))).toEqual([
      "https://1library.org/document/q7rn0vvy",
    ]);
    expect(
      await page
        .locator("header.page")
        .getByText(/master's thesis, University of Campinas/)
        .count(),
    ).toBe(1);
    await page.close();
  });

  test("a figure opens its record, and a switch shows fractions in percent", async () => {
    const { page } = await open(browser, url("benchmark"));
    const card = page.locator("#mnist-gumbel-vae-self-trained-record");
    expect(await card.isVisible()).toBe(false);
    await page.getByRole("button", { name: "0.955 ± 0.004" }).first().click();
    expect(await card.isVisible()).toBe(true);
    for (const kept of [
      "zSize 10 (64)",
      "AMD EPYC",
      "GUMBEL_PROFILE=full pnpm turbo run evaluate",
      "Weight of L_G",
    ])
      expect(await card.textContent()).toContain(kept);
    expect(await card.getByRole("row", { name: "ACC 0.950 0.959 0.956" }).count()).toBe(1);
    expect(await axeProblems(page)).toEqual([]);
    await page.keyboard.press("Escape");
    expect(await card.isVisible()).toBe(false);
    await page.getByLabel("fractions in percent").check();
    expect(await page.getByRole("button", { name: "95.49 ± 0.43" }).first().isVisible()).toBe(true);
    await page.close();
  });

  test("no two texts lie over each other at any width", async () => {
    const { page } = await open(browser, url("drawn"));
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      expect(await overprinted(page), `at ${width}`).toEqual([]);
    }
    await page.close();
  });

  test("no column is cut at 1440", async () => {
    const { page } = await open(browser, url("benchmark"), { viewport: { width: 1440, height: 900 } });
    const cut =
      "[...document.querySelectorAll('main .scroll')].filter((box) => box.scrollWidth > box.clientWidth).length";
    expect(await page.evaluate(cut)).toBe(0);
    await page.close();
  });

  test.each(["benchmark", "drawn"])(
    "axe finds nothing in light, dark and on a phone, and nothing is wider than it: %s",
    async (study) => {
      for (const options of Object.values(views)) {
        const { page } = await open(browser, url(study), options);
        expect(await axeProblemsInBothSchemes(page)).toEqual([]);
        expect(await isTooWide(page)).toBe(false);
        await page.close();
      }
    },
    120_000,
  );

  test("they, the overview and a pipeline's report link to each other, by paths that hold wherever the folder is", async () => {
    const overview = join(workspace.folder, "artifacts", "overview", "report", "index.html");
    const first = await open(browser, url("drawn"));
    expect(await first.page.locator(".links").textContent()).toBe("All pipelines: pnpm turbo run report");
    await first.page.close();

    // The page above is from its record: its run is not there any more.
    await workspace.runAll("plan", "ingest", "train", "extract", "evaluate", "report");
    mkdirSync(join(workspace.folder, "pipelines", "overview"));
    expect((await workspace.runOverview()).code).toBe(0);
    const { code } = await workspace.run("study", {
      command: ["study/bin.mjs"],
      folder: join("studies", "drawn"),
    });
    expect(code).toBe(0);
    const { page, complaints } = await open(browser, pathToFileURL(overview).href);
    await page.getByRole("link", { name: "Drawn <b>digits</b>" }).click();
    expect(page.url()).toBe(url("drawn"));
    await page
      .getByRole("button", { name: /^0\.\d+ ± / })
      .first()
      .click();
    await page.locator(".card-of-run:popover-open").getByRole("link", { name: "its report" }).click();
    expect(await page.title()).toContain("Gumbel");
    await page.getByRole("link", { name: "Drawn <b>digits</b>" }).click();
    expect(page.url()).toBe(url("drawn"));
    await page.getByRole("link", { name: "All pipelines" }).click();
    expect(page.url()).toBe(pathToFileURL(overview).href);
    await page.locator("th").getByRole("link", { name: "drawn" }).first().click();
    expect(page.url()).toBe(url("drawn"));
    expect(complaints).toEqual([]);
    await page.close();
  }, 120_000);

  test("say what they are where a link to them is shown", async () => {
    const { page } = await open(browser, url("drawn"));
    const said = (name: string): Promise<string | null> =>
      page.locator(`meta[property="og:${name}"]`).getAttribute("content");
    expect(await said("title")).toBe("Drawn <b>digits</b>");
    expect(await said("description")).toContain("Clustering; While learning");
    expect(await said("image")).toMatch(/^data:image\/svg\+xml;base64,/);
    await page.close();
  });
});
