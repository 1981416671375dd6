/** The report in a real browser, from disk. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestWorkspace } from "../workspace.js";
import {
  axeProblems,
  axeProblemsInBothSchemes,
  browserPath,
  inBrowser,
  isTooWide,
  launch,
  type Opened,
  open as openIn,
  overprinted,
  views,
  widths,
} from "./browser.js";

describe.skipIf(!browserPath)(inBrowser("the report in a browser"), () => {
  const workspace = new TestWorkspace({
    dataset: { name: "glyphs", train: 300, test: 60 },
    model: { name: "gumbel-vae", hidden: [32], featureSize: 16, zSize: 4 },
    train: { seeds: 2, epochs: 2, batchSize: 50 },
    report: {
      title: 'Digits <script>document.title = "injected"</script>',
      map: { methods: ["umap", "tsne"], examples: 200 },
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

  test("opens without an error and without a request to any host", async () => {
    const { page, complaints, requests } = await open();
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
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
        hasText: alt.length > 5,
      })),
    );
    expect(pictures.length).toBeGreaterThan(3);
    expect(pictures.every(({ drawn, hasText }) => drawn && hasText)).toBe(true);
    // A mark in a key stands beside its words.
    const plots = await page
      .locator("svg:not([aria-hidden])")
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

  /** Position of an example on the screen, in the map by principal components, and the page's data of it. */
  interface Shown {
    x: number;
    y: number;
    row: number;
    label: string;
  }
  const shownExample = (page: Page, example: number): Promise<Shown> =>
    page.evaluate(`(() => {
      const data = JSON.parse(document.querySelector("#map-data").textContent);
      const { frames } = data.runs[0].layouts.find(({ name }) => name === "pca");
      const { x, y } = frames.at(-1);
      const svg = document.querySelector('[data-layout="pca"] svg');
      svg.scrollIntoView({ block: "center" });
      const position = new DOMPoint(x[${example}], y[${example}]).matrixTransform(svg.getScreenCTM());
      return { x: position.x, y: position.y, row: data.rows[${example}], label: data.classes[data.labels[${example}]] };
    })()`);

  test("the example under the pointer is shown, with its picture, class and cluster", async () => {
    const { page, complaints } = await open();
    // The rightmost one has no other on top of it.
    const furthest = (await page.evaluate(`(() => {
      const { x } = JSON.parse(document.querySelector("#map-data").textContent).runs[0].layouts[0].frames.at(-1);
      return x.indexOf(Math.max(...x));
    })()`)) as number;
    const { x, y, row, label } = await shownExample(page, furthest);
    const card = page.locator(".card");
    expect(await card.isVisible()).toBe(false);
    await page.mouse.move(x, y);
    expect(await card.isVisible()).toBe(true);
    expect(await card.textContent()).toMatch(
      new RegExp(`class ${label}cluster: .*q\\(c \\| x\\) \\d+ %example ${row}$`),
    );
    const picture = await card.locator(".picture").boundingBox();
    expect(picture!.width).toBeGreaterThan(40);
    await page.mouse.move(0, 0);
    expect(await card.isVisible()).toBe(false);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("what a finger has touched stays when it lifts: the example's card and the curve's values", async () => {
    const { page } = await open({ viewport: { width: 390, height: 844 }, hasTouch: true });
    const { x, y } = await shownExample(page, 0);
    await page.touchscreen.tap(x, y);
    expect(await page.locator(".card").isVisible()).toBe(true);
    await page.locator("#map h2").tap();
    expect(await page.locator(".card").isVisible()).toBe(false);
    const curve = page.locator("#curves svg").first();
    await curve.tap();
    expect(await page.locator(".readout").isVisible()).toBe(true);
    await page.close();
  });

  test("arrow keys go from example to example, which screen readers announce", async () => {
    const { page } = await open();
    const said = (): Promise<string | null> => page.locator("#maps [role=status]").textContent();
    await page.locator('[data-layout="pca"] .surface').focus();
    await page.keyboard.press("ArrowRight");
    const first = await said();
    expect(first).toMatch(/^class \d; cluster: .*; example \d+$/);
    await page.keyboard.press("ArrowRight");
    expect(await said()).not.toBe(first);
    expect(await page.locator(".card").isVisible()).toBe(true);
    await page.keyboard.press("Escape");
    expect(await page.locator(".card").isVisible()).toBe(false);
    await page.close();
  });

  test("a click pins the example with its nearest, until another click", async () => {
    const { page, complaints } = await open();
    const { x, y } = await shownExample(page, 0);
    const card = page.locator(".card");
    await page.mouse.click(x, y);
    expect(await card.locator(".nearest li").count()).toBe(5);
    expect(await card.locator(".nearest .picture").count()).toBe(5);
    const pinned = await card.textContent();
    await page.mouse.move(x - 90, y - 60);
    expect(await card.textContent()).toBe(pinned);
    await page.mouse.click(x, y);
    expect(await card.locator(".nearest").count()).toBe(0);
    // By the keyboard, announced.
    await page.locator('[data-layout="pca"] .surface').focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    expect(await page.locator("#maps [role=status]").textContent()).toMatch(/nearest: class \d, cluster/);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("the nearest are those of the latents", async () => {
    const { page } = await open();
    const nearest = (await page.evaluate(
      `JSON.parse(document.querySelector("#map-data").textContent).runs[0].nearest`,
    )) as number[][];
    expect(nearest).toHaveLength(200);
    for (const [example, others] of nearest.entries()) {
      expect(new Set(others).size).toBe(5);
      expect(others).not.toContain(example);
    }
    await page.close();
  });

  test("the map zooms in around the chosen example, is dragged, and zooms out to the whole", async () => {
    const { page } = await open();
    const map = page.locator('[data-layout="pca"]');
    const box = (): Promise<number[]> =>
      map.locator(".surface svg").evaluate((svg) => svg.getAttribute("viewBox")!.split(" ").map(Number));
    const whole = await box();
    await map.getByRole("button", { name: "Zoom in" }).click();
    const zoomed = await box();
    expect(zoomed[2]).toBeCloseTo(whole[2]! / 1.6, 6);
    const { x, y, width, height } = (await map.locator(".surface").boundingBox())!;
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width / 2 + 40, y + height / 2, { steps: 4 });
    await page.mouse.up();
    const dragged = await box();
    expect(dragged[0]).toBeLessThan(zoomed[0]!);
    // The end of a drag pins nothing.
    expect(await page.locator(".card").isVisible()).toBe(false);
    for (let i = 0; i < 3; i++) await map.getByRole("button", { name: "Zoom out" }).click();
    expect(await box()).toEqual(whole);
    await page.close();
  });

  test("the legend isolates a class, and the wrong ones can stand out alone", async () => {
    const { page } = await open();
    const standOut = (): Promise<number> =>
      page.evaluate(
        `[...document.querySelectorAll('[data-layout="pca"] .points path:not(.faint)')].reduce((n, path) => n + path.getAttribute("d").split("M").length - 1, 0)`,
      );
    const counted = (await page.evaluate(`(() => {
      const { labels, runs } = JSON.parse(document.querySelector("#map-data").textContent);
      const { layouts, matched } = runs[0];
      const { cluster } = layouts[0].frames.at(-1);
      return { three: labels.filter((label) => label === 3).length, wrong: labels.filter((label, i) => matched[cluster[i]] !== label).length };
    })()`)) as { three: number; wrong: number };
    expect(await standOut()).toBe(200);
    const entry = page.locator(".legend.by-class").getByRole("button", { name: "3" });
    await entry.click();
    expect(await entry.getAttribute("aria-pressed")).toBe("true");
    expect(await standOut()).toBe(counted.three);
    await entry.click();
    expect(await standOut()).toBe(200);
    await page.getByLabel("only wrong").check();
    expect(await standOut()).toBe(counted.wrong);
    await page.close();
  });

  test("on paper the moments stand side by side", async () => {
    const { page } = await open();
    await page.evaluate("window.dispatchEvent(new Event('beforeprint'))");
    expect(await page.locator('[data-layout="umap"] .printed figcaption').allTextContents()).toEqual([
      "epoch 1",
      "epoch 2",
      "finished",
    ]);
    await page.evaluate("window.dispatchEvent(new Event('afterprint'))");
    expect(await page.locator(".printed").count()).toBe(0);
    await page.close();
  });

  /** The paths of the points of a layout. */
  const drawnIn = (page: Page, layout: string): Promise<string> =>
    page.evaluate(
      `[...document.querySelectorAll('[data-layout="${layout}"] .points path')].map((path) => path.getAttribute("d")).sort().join("")`,
    );

  test.each(["pca", "umap", "tsne"])(
    "the slider moves the points of %s to their earlier positions, and back",
    async (layout) => {
      const { page, complaints } = await open();
      const drawn = (): Promise<string> => drawnIn(page, layout);
      const moments = page.locator(`[data-layout="${layout}"] .moments`);
      const name = moments.locator("output");
      const finished = await drawn();
      expect(await name.textContent()).toBe("finished");
      await moments.locator("input").focus();
      await page.keyboard.press("Home");
      expect(await name.textContent()).toBe("epoch 1");
      await expect.poll(drawn).not.toBe(finished);
      await page.keyboard.press("End");
      expect(await name.textContent()).toBe("finished");
      await expect.poll(drawn, { timeout: 5000 }).toBe(finished);
      await moments.getByRole("button", { name: "Play" }).click();
      expect(await name.textContent()).toBe("epoch 1");
      await expect.poll(() => name.textContent(), { timeout: 10_000 }).toBe("finished");
      await expect.poll(drawn, { timeout: 5000 }).toBe(finished);
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  test("the choice of a seed shows that run's points, names, card and nearest, and back", async () => {
    const { page, complaints } = await open();
    const runs = (await page.evaluate(
      `JSON.parse(document.querySelector("#map-data").textContent).runs`,
    )) as { seed: number; clusters: string[]; layouts: { name: string; title: string }[] }[];
    const choice = page.locator(".choices.seeds");
    expect(await choice.getByRole("radio").count()).toBe(2);
    expect(await choice.getByLabel(`${runs[0]!.seed}`).isChecked()).toBe(true);
    const finished = await drawnIn(page, "umap");
    const entries = async (): Promise<string[]> =>
      (await page.locator(".legend.by-cluster:visible li").allTextContents()).sort();
    await page.getByLabel("cluster", { exact: true }).check();
    const names = await entries();
    expect(names).not.toEqual([]);
    // A moment of the shown run, and a group of it: neither is of the other run.
    await page.locator('[data-layout="umap"] .moments input').press("Home");
    await page.locator(".legend.by-cluster:visible button").first().click();

    await choice.getByLabel(`${runs[1]!.seed}`).check();
    await expect.poll(() => drawnIn(page, "umap"), { timeout: 5000 }).not.toBe(finished);
    expect(await page.locator('[data-layout="umap"] .faint').count()).toBe(0);
    expect(await entries()).not.toEqual(names);
    for (const entry of await entries()) expect(runs[1]!.clusters).toContain(entry);
    expect(await page.locator('[data-layout="tsne"]').isVisible()).toBe(false);
    expect(await page.locator("#maps .moments:visible").count()).toBe(0);
    for (const { name, title } of runs[1]!.layouts)
      expect(await page.locator(`[data-layout="${name}"] figcaption`).textContent()).toBe(title);
    await page.locator('[data-layout="pca"] .surface').focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    const [, said = ""] = /cluster: (.*?)(, q\(c|; example)/.exec(
      (await page.locator("#maps [role=status]").textContent())!,
    )!;
    expect(runs[1]!.clusters).toContain(said);

    await choice.getByLabel(`${runs[0]!.seed}`).check();
    await expect.poll(() => drawnIn(page, "umap"), { timeout: 5000 }).toBe(finished);
    expect(await entries()).toEqual(names);
    expect(await page.locator('[data-layout="umap"] .moments output').textContent()).toBe("finished");
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("colours follow the choice above the map", async () => {
    const { page } = await open();
    const colours = (): Promise<string> =>
      page.evaluate(
        `[...document.querySelectorAll('[data-layout="pca"] .points path')].map((path) => getComputedStyle(path).stroke).join()`,
      );
    const byClass = await colours();
    await page.getByLabel("cluster", { exact: true }).check();
    expect(await colours()).not.toBe(byClass);
    await page.close();
  });

  test("a curve shows its values under the pointer, and by the arrow keys", async () => {
    const { page, complaints } = await open();
    const readout = page.locator(".readout");
    const plot = page.locator("#curves svg").first();
    await plot.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await plot.boundingBox())!;
    expect(await readout.isVisible()).toBe(false);
    await page.mouse.move(x + width - 12, y + height / 2);
    expect(await readout.textContent()).toMatch(/^epoch 2mean [\d.]+ ± [\d.]+seed 0 [\d.]+seed 1 [\d.]+$/);
    // The dot of the mean is on the mean's line.
    const [dot, line] = (await page.evaluate(`(() => {
      const svg = document.querySelector("#curves svg");
      const at = (element, x, y) => new DOMPoint(x, y).matrixTransform(element.getScreenCTM());
      const circle = svg.querySelector(".guide circle");
      const path = [...svg.querySelectorAll("path")].filter((path) => path.getAttribute("stroke-width") === "2.2").at(-1);
      const end = path.getPointAtLength(path.getTotalLength());
      const [a, b] = [at(circle, circle.cx.baseVal.value, circle.cy.baseVal.value), at(path, end.x, end.y)];
      return [[a.x, a.y], [b.x, b.y]];
    })()`)) as [number[], number[]];
    expect(Math.hypot(dot[0]! - line[0]!, dot[1]! - line[1]!)).toBeLessThan(1);
    await page.mouse.move(0, 0);
    expect(await readout.isVisible()).toBe(false);
    await plot.focus();
    await page.keyboard.press("ArrowRight");
    expect(await readout.textContent()).toMatch(/^epoch 1mean/);
    await page.keyboard.press("End");
    expect(await readout.textContent()).toMatch(/^epoch 2mean/);
    await page.keyboard.press("Escape");
    expect(await readout.isVisible()).toBe(false);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("without scripts everything but the slider and the choice of a seed is shown, and on paper too", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(pathToFileURL(join(workspace.artifacts, "report", "index.html")).href);
    expect(await page.locator('[data-layout="pca"] .points path').count()).toBeGreaterThan(5);
    expect(await page.locator(".moments:visible").count()).toBe(0);
    expect(await page.locator(".choices.seeds").isVisible()).toBe(false);
    expect(await page.locator(".legend.by-class:visible").count()).toBe(1);
    await context.close();

    const { page: paper } = await open();
    await paper.emulateMedia({ media: "print" });
    expect(await paper.locator(".moments:visible").count()).toBe(0);
    expect(await paper.locator('[data-layout="pca"] svg').isVisible()).toBe(true);
    await paper.close();
  });

  test("a script that is not the page's own does not run", async () => {
    const { page } = await open();
    await page.evaluate(`(() => {
      const script = document.createElement("script");
      script.textContent = "document.title = 'injected'";
      document.body.append(script);
    })()`);
    expect(await page.title()).not.toBe("injected");
    await page.close();
  });

  test("axe finds nothing in light, dark and on a phone, and nothing is wider than it", async () => {
    for (const options of Object.values(views)) {
      const { page } = await open(options);
      expect(await axeProblemsInBothSchemes(page)).toEqual([]);
      expect(await isTooWide(page)).toBe(false);
      await page.close();
    }
  }, 120_000);

  test("nor of another seed, on a phone", async () => {
    const { page } = await open(views.phone);
    await page.locator(".choices.seeds input:not(:checked)").check();
    await page.getByLabel("cluster", { exact: true }).check();
    expect(await axeProblems(page)).toEqual([]);
    expect(await isTooWide(page)).toBe(false);
    await page.close();
  }, 120_000);

  test("no two texts lie over each other at any width, and the first screen says how good the run is", async () => {
    const { page } = await open();
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      expect(await overprinted(page), `at ${width}`).toEqual([]);
    }
    const header = page.locator("header.page");
    for (const said of ["classes have", "A re-run of", "share of the examples", "k-means on the same data"])
      expect(await header.textContent()).toContain(said);
    const strip = header.getByRole("img", { name: /^ACC: this run .*; k-means/ });
    expect(await strip.isVisible()).toBe(true);
    await page.close();
  });

  test("is dark if the reader prefers it dark", async () => {
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
