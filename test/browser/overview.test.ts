/** The index over all pipelines in a real browser, from disk. */
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { listPipelines } from "@gumbel/workspace";
import type { Browser, Page } from "playwright-core";
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
  });

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
        expect(await axeProblemsInBothSchemes(page)).toEqual([]);
        expect(await isTooWide(page)).toBe(false);
        await page.close();
      }
    },
    120_000,
  );
});

describe.skipIf(!browserPath)(inBrowser("a project's records in a browser"), () => {
  const workspace = new TestWorkspace({ dataset: "moons", model: "kmeans" });
  const url = pathToFileURL(join(workspace.folder, "artifacts", "overview", "report", "index.html")).href;
  let browser: Browser;
  /** The records of more than twenty runs, of three data sets. */
  let picked = "";
  /** Number of the benchmark's members. */
  let members = 0;

  beforeAll(async () => {
    cpSync(join(root, "studies", "benchmark"), join(workspace.folder, "studies", "benchmark"), {
      recursive: true,
      filter: (path) => !path.endsWith("node_modules"),
    });
    mkdirSync(join(workspace.folder, "pipelines", "overview"));
    members = (await listPipelines(workspace.folder)).filter(({ study }) => study === "benchmark").length;
    const { code, output } = await workspace.runOverview();
    expect(code, output).toBe(0);
    browser = await launch();
    const { page } = await open(browser, url);
    await page.getByRole("button", { name: "Select all" }).click();
    await page.getByRole("button", { name: "Compare", exact: true }).click();
    picked = page.url();
    expect(await page.locator("table.runs tbody tr").count()).toBeGreaterThan(20);
    await page.close();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    workspace.remove();
  });

  const clipped = (page: Page): Promise<number> =>
    page.evaluate(
      "[...document.querySelectorAll('main .scroll')].filter((box) => box.scrollWidth > box.clientWidth).length",
    );
  const wide = { viewport: { width: 1280, height: 800 } };

  test("select all takes those that the filter shows, and none after that", async () => {
    const { page } = await open(browser, url);
    await page.locator(".choice select").first().selectOption("usps");
    await page.getByRole("button", { name: "Select all" }).click();
    const rows = await page.locator(".pipelines tbody tr").count();
    expect(await page.locator(".picked").textContent()).toContain(`${rows} picked`);
    await page.getByRole("button", { name: "Select none" }).click();
    expect(await page.locator(".picked").count()).toBe(0);
    await page.close();
  });

  test("more than four are rows by data set: nothing is cut at 1280 and 1440, the head and the names stay", async () => {
    const { page, complaints } = await open(browser, picked, wide);
    expect(await page.locator(".many h2").allTextContents()).toEqual([
      expect.stringMatching(/^MNIST, \d+ runs$/),
      expect.stringMatching(/^Reuters/),
      expect.stringMatching(/^USPS, \d+ runs$/),
    ]);
    for (const width of [1280, 1440]) {
      await page.setViewportSize({ width, height: 800 });
      expect([await clipped(page), await isTooWide(page)], `at ${width}`).toEqual([0, false]);
    }
    await page.locator("table.runs tbody tr").nth(9).scrollIntoViewIfNeeded();
    await page.evaluate("scrollBy(0, 300)");
    expect((await page.locator("table.runs thead th").first().boundingBox())!.y).toBe(0);
    await page.setViewportSize({ width: 640, height: 800 });
    const box = page.locator(".scroll.rows").first();
    await box.evaluate((each) => each.scrollTo(200, 300));
    const [frame, name] = [
      await box.boundingBox(),
      await page.locator("table.runs thead th").first().boundingBox(),
    ];
    expect([Math.round(name!.x), Math.round(name!.y)]).toEqual([Math.round(frame!.x), Math.round(frame!.y)]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("the best of each metric is bold, and a heading sorts the rows and turns the plot to its metric", async () => {
    const { page } = await open(browser, picked, wide);
    const mnist = page.locator(".many").first();
    const column = async (n: number): Promise<number[]> =>
      (await mnist.locator(`tbody td:nth-child(${n})`).allTextContents())
        .map((text) => Number.parseFloat(text))
        .filter(Number.isFinite);
    const accuracies = await column(2);
    expect(accuracies).toEqual(accuracies.toSorted((a, b) => b - a));
    expect(await mnist.locator("tbody td:nth-child(2) b").allTextContents()).toEqual([
      Math.max(...accuracies).toFixed(3),
    ]);
    const before = await mnist.locator("svg.parallel").getAttribute("aria-label");
    expect(before).toMatch(/model\.name, .* and ACC; best mnist-/);
    await mnist.getByRole("button", { name: "kNN error" }).click();
    const headings = await mnist.locator("table.runs").first().locator("thead th").allTextContents();
    const errors = await column(1 + headings.findIndex((heading) => heading.startsWith("kNN error")));
    expect(errors.length).toBeGreaterThan(1);
    expect(errors).toEqual(errors.toSorted((a, b) => a - b));
    expect(await mnist.locator("svg.parallel").getAttribute("aria-label")).toContain("and kNN error");
    await page.close();
  });

  test("a row and its line in the plot are found by each other", async () => {
    const { page } = await open(browser, picked, wide);
    const usps = page.locator(".many").last();
    await usps.getByRole("button", { name: "usps-idec" }).hover();
    expect(await usps.locator("svg.parallel path[fill=none]").last().getAttribute("stroke")).toContain(
      "wrong",
    );
    expect(await usps.locator(".pointed").textContent()).toBe("usps-idec");
    await page.mouse.move(0, 0);
    await usps.locator("svg.parallel path[fill=none]").first().dispatchEvent("pointerenter");
    expect(await usps.locator("tr.marked button").textContent()).toBe(
      await usps.locator(".pointed").textContent(),
    );
    await usps.getByText(/settings?, and the runs of each value/).click();
    expect(await usps.locator(".by-value").textContent()).toMatch(/train\.epochs.*usps-idec/);
    await page.close();
  });

  test("a record opens a drawer with its seeds, settings and hours, with those of what it starts from", async () => {
    const { page } = await open(browser, url, wide);
    await page.getByRole("button", { name: "mnist-dec", exact: true }).click();
    const drawer = page.getByRole("dialog", { name: "mnist-dec" });
    expect(await drawer.textContent()).toMatch(
      /\d+ min \d\d s for 3 seeds; with mnist-ae-kmeans, whose weights it starts from, \d h \d\d min/,
    );
    expect(await drawer.getByRole("row", { name: /^ACC \d\.\d+ \d\.\d+ \d\.\d+$/ }).count()).toBe(1);
    expect(await drawer.getByRole("row", { name: "model.updateInterval 140" }).count()).toBe(1);
    expect(page.url()).toContain("open=mnist-dec");
    expect(await axeProblems(page)).toEqual([]);
    await page.keyboard.press("Escape");
    expect(await drawer.count()).toBe(0);
    expect(page.url()).not.toContain("open=");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("mnist-dec");
    await page.close();
  });

  test.each(["", "compared"])(
    "axe finds nothing in light, dark, on a phone and at twice the size: %s",
    async (what) => {
      const all = { ...views, zoomed: { viewport: { width: 640, height: 400 } } };
      for (const options of Object.values(all)) {
        const { page } = await open(browser, what === "" ? url : picked, options);
        expect(await axeProblemsInBothSchemes(page)).toEqual([]);
        expect(await isTooWide(page)).toBe(false);
        await page.close();
      }
    },
    180_000,
  );

  test("two records are compared with the curves that they keep, and nothing is cut at 1280", async () => {
    const records = "#pick=usps-m2@record&pick=usps-m1-tsvm@record&compare=1";
    const { page } = await open(browser, url + records, { viewport: { width: 1280, height: 900 } });
    expect(await page.locator(".chart svg[aria-label^='Total loss']").getAttribute("aria-label")).toMatch(
      /usps-m2@record ends at [\d.]+; usps-m1-tsvm@record ends at [\d.]+$/,
    );
    const cut = "(box => box.scrollWidth > box.clientWidth)(document.querySelector('.comparison .scroll'))";
    expect(await page.evaluate(cut)).toBe(false);
    await page.close();
  });

  test("no two texts lie over each other at any width", async () => {
    const { page } = await open(browser, picked);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      expect(await overprinted(page), `at ${width}`).toEqual([]);
    }
    await page.close();
  }, 120_000);

  describe("on paper", () => {
    const sheets = async (page: Page): Promise<number> =>
      ((await page.pdf({ preferCSSPageSize: true })).toString("latin1").match(/\/Type\s*\/Page(?!s)/g) ?? [])
        .length;
    /** Visible texts under 7 pt, at the width of the sheet. */
    const tooSmall = (page: Page): Promise<string[]> =>
      page.evaluate(`(() => {
        const found = [];
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
          const { currentNode: text } = texts;
          const parent = text.parentElement;
          if (!text.data.trim() || parent.closest("script, style, title, .hidden") || !parent.checkVisibility()) continue;
          const scale = parent instanceof SVGElement ? parent.getScreenCTM().a : 1;
          const points = (Number.parseFloat(getComputedStyle(parent).fontSize) * scale * 72) / 96;
          if (points < 6.99) found.push(points.toFixed(1) + " pt: " + text.data.trim().slice(0, 40));
        }
        return found;
      })()`);
    const millimetres = (width: number) => ({ width: Math.round((width / 25.4) * 96), height: 1000 });

    test("every member of the benchmark is in a table of at most 3 sheets, with what it departs in", async () => {
      const { page } = await open(browser, url);
      // The other members are given the figures of these, so that nothing is trained; so many are printed densely.
      expect(members).toBeGreaterThan(90);
      await page.evaluate(`(() => {
        const rows = [...document.querySelectorAll(".pipelines tbody tr")];
        for (let i = 0; rows.length + i < ${members}; i++) rows[0].parentElement.append(rows[i % rows.length].cloneNode(true));
        document.querySelector(".pipelines").classList.add("dense");
      })()`);
      expect(await page.locator(".pipelines tbody tr").count()).toBe(members);
      expect(await sheets(page)).toBeLessThanOrEqual(3);
      await page.emulateMedia({ media: "print" });
      await page.setViewportSize(millimetres(210 - 18));
      expect(await tooSmall(page)).toEqual([]);
      expect(await isTooWide(page)).toBe(false);
      const numbers = await page.locator(".pipelines sup").allTextContents();
      const departures = await page.locator(".departures li").allTextContents();
      expect(departures[Number(numbers[0]) - 1]).toMatch(/^departs: |^variant of /);
      expect(await page.locator(".pipelines thead .on-paper").first().isVisible()).toBe(true);
      await page.close();
    });

    test("the compared runs print their settings, nothing under 7 pt, and no heading apart from what it heads", async () => {
      const { page } = await open(browser, picked);
      await page.pdf();
      expect(await page.locator(".by-value").first().getAttribute("open")).toBe(null);
      await page.evaluate("dispatchEvent(new Event('beforeprint'))");
      await page.emulateMedia({ media: "print" });
      await page.setViewportSize(millimetres(297 - 24));
      expect(await page.locator(".by-value").first().textContent()).toContain("train.epochs");
      expect(await page.locator(".by-value dl").first().isVisible()).toBe(true);
      expect(await tooSmall(page)).toEqual([]);
      const breaks = await page
        .locator("h2, h3")
        .evaluateAll((all) => all.map((each) => getComputedStyle(each).breakAfter));
      expect(new Set(breaks)).toEqual(new Set(["avoid"]));
      const figures = await page
        .locator("figure, tr")
        .evaluateAll((all) => all.map((each) => getComputedStyle(each).breakInside));
      expect(new Set(figures)).toEqual(new Set(["avoid"]));
      await page.close();
    });
  });
});
