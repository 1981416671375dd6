/** The pages in Firefox, from disk: that they open, and that what moves in them does. Chromium's tests look at the rest. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, launch, type Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestWorkspace } from "../workspace.js";
import { axeProblems, drawSeven, isTooWide, widths } from "./browser.js";

const firefox = ["/usr/bin/firefox", "/usr/bin/firefox-esr"].find((path) => existsSync(path));

describe.skipIf(!firefox)(
  `the pages in Firefox${firefox ? "" : " (skipped: no Firefox on this machine)"}`,
  () => {
    const workspace = new TestWorkspace(
      {
        dataset: { name: "glyphs", train: 400, test: 60 },
        model: { name: "gumbel-vae", hidden: [32], featureSize: 16, zSize: 4 },
        train: { seeds: 2, epochs: 2, batchSize: 50 },
        report: { map: { methods: [], examples: 200 } },
      },
      "digits",
    );
    const pages = {
      report: join(workspace.artifacts, "report", "index.html"),
      overview: join(workspace.folder, "artifacts", "overview", "report", "index.html"),
      study: join(workspace.folder, "artifacts", "own", "reproduce", "index.html"),
    };
    let browser: Browser;

    beforeAll(async () => {
      const moons = workspace.addPipeline("moons", {
        dataset: "moons",
        model: "kmeans",
        report: { map: { methods: [] } },
      });
      for (const each of [workspace, moons])
        await each.runAll("plan", "ingest", "train", "extract", "evaluate", "report");
      mkdirSync(join(workspace.folder, "pipelines", "overview"));
      const overview = await workspace.runOverview();
      expect(overview.code, overview.output).toBe(0);
      const study = {
        title: "Digits",
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
          {
            kind: "epochs",
            id: "epochs",
            title: "Per epoch",
            source: "Not in the thesis",
            published: null,
            pipelines: ["digits"],
            metrics: ["accuracy", "loss"],
          },
        ],
      };
      const folder = join("studies", "own");
      mkdirSync(join(workspace.folder, folder), { recursive: true });
      writeFileSync(join(workspace.folder, folder, "study.json"), JSON.stringify(study));
      const own = await workspace.run("study", { command: ["study/bin.mjs"], folder });
      expect(own.code, own.output).toBe(0);
      browser = await launch({ browser: "firefox", executablePath: firefox! });
    }, 240_000);
    afterAll(async () => {
      await browser?.close();
      workspace.remove();
    });

    /** Opens a page; `complaints`: what it threw or printed as an error, and addresses of other hosts that it asked for. */
    async function open(
      name: keyof typeof pages,
      width = 1280,
    ): Promise<{ page: Page; complaints: string[] }> {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on(
        "request",
        (request) => /^(file|data|blob):/.test(request.url()) || complaints.push(request.url()),
      );
      await page.setViewport({ width, height: 900 });
      await page.goto(pathToFileURL(pages[name]).href);
      return { page, complaints };
    }

    const all = Object.keys(pages) as (keyof typeof pages)[];

    test.each(all)(
      "the %s opens without an error, is no wider than its window, and axe finds nothing",
      async (name) => {
        const { page, complaints } = await open(name);
        for (const width of widths) {
          await page.setViewport({ width, height: 900 });
          expect(await isTooWide(page), `at ${width}`).toBe(false);
        }
        expect(await axeProblems(page)).toEqual([]);
        expect(complaints).toEqual([]);
        await page.close();
      },
    );

    test("the map's slider moves the points, a key chooses an example and Enter pins it with its nearest", async () => {
      const { page, complaints } = await open("report");
      const drawn = (): Promise<unknown> =>
        page.evaluate(
          `[...document.querySelectorAll('[data-layout="pca"] .points path')].map((path) => path.getAttribute("d")).sort().join("")`,
        );
      const finished = await drawn();
      await page.focus('[data-layout="pca"] .moments input');
      await page.keyboard.press("Home");
      await expect.poll(drawn).not.toBe(finished);
      await page.focus('[data-layout="pca"] .surface');
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Enter");
      expect(await page.$$(".card .nearest li")).toHaveLength(5);
      expect(complaints).toEqual([]);
      await page.close();
    });

    test("the playground answers a drawing", async () => {
      const { page, complaints } = await open("report");
      await page.evaluate("document.querySelector('#playground').scrollIntoView()");
      await page.waitForSelector(".play-part", { timeout: 60_000 });
      const pad = (await page.waitForSelector('[role="application"]'))!;
      await pad.scrollIntoView();
      await drawSeven(page.mouse, (await pad.boundingBox())!);
      await page.waitForFunction("document.body.textContent.includes('its reconstruction')", {
        timeout: 60_000,
      });
      expect(complaints).toEqual([]);
      await page.close();
    }, 120_000);

    test("the overview compares two runs that are picked", async () => {
      const { page, complaints } = await open("overview");
      const boxes = await page.$$(".pipelines tbody input[type=checkbox]");
      expect(boxes.length).toBeGreaterThan(1);
      for (const box of boxes) await box.click();
      await page.locator("::-p-text(Compare)").click();
      await page.waitForFunction("document.querySelector('h1').textContent === '2 pipelines compared'");
      expect(await page.$$(".compared")).not.toHaveLength(0);
      expect(complaints).toEqual([]);
      await page.close();
    });
  },
);
