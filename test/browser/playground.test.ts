/** The playground in a real browser, from disk: the model in the page is the trained one. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { singleFile } from "@gumbel/cli";
import { decodeSafetensors, startEngine, tf } from "@gumbel/engine";
import { loadSystem, type Model } from "@gumbel/models";
import { stream } from "@gumbel/random";
import { type Examples, modelInput, readExamples, readTable } from "@gumbel/tables";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestWorkspace } from "../workspace.js";
import {
  axeProblemsInBothSchemes,
  browserPath,
  drawSeven,
  inBrowser,
  isTooWide,
  launch,
  views,
} from "./browser.js";

const zSize = 12;
const classes = 10;

/** The part of the page's console interface that these tests use. */
interface PageModel {
  backend: string;
  directions: Float32Array[];
  generate(clusters: number[], noise: ArrayLike<number>): Float32Array;
  see(picture: Float32Array): {
    cluster: number;
    latent: Float32Array;
    probabilities: Float32Array;
    reconstruction: Float32Array;
  };
}
declare const gumbelPlayground: { model: PageModel };

describe.skipIf(!browserPath)(inBrowser("the playground in a browser"), () => {
  const workspace = new TestWorkspace({
    dataset: { name: "glyphs", train: 2000, test: 200 },
    model: { name: "gumbel-vae", hidden: [64], featureSize: 32, zSize, autoencoderStart: { epochs: 4 } },
    train: { seeds: 1, epochs: 6, batchSize: 50 },
    report: { map: { examples: 200 } },
  });
  const report = join(workspace.artifacts, "report");
  let browser: Browser;
  let model: Model;
  let examples: Examples;

  beforeAll(async () => {
    await workspace.runAll("plan", "ingest", "train", "extract", "evaluate", "report");
    browser = await launch();
    await startEngine();
    examples = await readExamples(join(workspace.artifacts, "ingest", "data.arrow"));
    const plan = JSON.parse(readFileSync(join(workspace.artifacts, "plan", "extract.json"), "utf8"));
    const { shape, range } = examples.info;
    const { d, n } = examples;
    const system = await loadSystem(plan.model);
    model = system.build({
      options: plan.options,
      data: { shape, d, range, classes, foundClusters: null, examples: n, labelled: 0 },
      schedule: system.training,
      random: (...names) => stream(0, ...names),
    });
    const weights = join(workspace.artifacts, "train", "seed-0", "weights.safetensors");
    model.parameters.load(decodeSafetensors(readFileSync(weights)).arrays);
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    workspace.remove();
  });

  /** Opens the report and its playground; records the page's errors and requests. */
  async function open(
    options: Parameters<Browser["newPage"]>[0] = {},
    folder = report,
  ): Promise<{ page: Page; complaints: string[]; requests: string[] }> {
    const page = await browser.newPage(options);
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(join(folder, "index.html")).href);
    expect(requests.filter((url) => url.includes("/playground/"))).toEqual([]);
    // A wide page opens it as it comes near, a narrow one by its button.
    await page.locator("#playground").scrollIntoViewIfNeeded();
    const isWide = (page.viewportSize()?.width ?? 0) >= 1024;
    if (!isWide) await page.getByRole("button", { name: "Open the playground" }).click();
    await page.locator(".play-part, [role=alert]").first().waitFor();
    return { page, complaints, requests };
  }

  /** Bytes of the picture with this text alternative, one per pixel. */
  const pixels = (page: Page, alt: string | RegExp): Promise<number[]> =>
    page
      .getByRole("img", { name: alt })
      .first()
      .evaluate((element) => {
        const canvas = element as unknown as {
          width: number;
          height: number;
          getContext(kind: "2d"): {
            getImageData(x: number, y: number, w: number, h: number): { data: Uint8ClampedArray };
          };
        };
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return Array.from(data).filter((_, i) => i % 4 === 0);
      });

  function generated(cluster: number, z: number[]): Float32Array {
    return tf
      .tidy(() => {
        const c = tf.oneHot(tf.tensor1d([cluster], "int32"), classes).cast("float32") as tf.Tensor2D;
        return model.decoder.generator!.generate(tf.tensor2d(z, [1, zSize]), c);
      })
      .dataSync() as Float32Array;
  }

  const furthest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
    Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

  /** The generated picture once a pixel differs by more than that: on a busy machine the page draws later than it is asked. */
  async function changedBy(page: Page, before: number[], least: number): Promise<number[]> {
    let now = before;
    const change = async () => {
      now = await pixels(page, /^Picture generated/);
      return furthest(before, now);
    };
    await expect.poll(change, { timeout: 10_000 }).toBeGreaterThan(least);
    return now;
  }

  async function drawOnPad(page: Page): Promise<void> {
    const pad = page.getByRole("application");
    await pad.scrollIntoViewIfNeeded();
    await drawSeven(page.mouse, (await pad.boundingBox())!);
    await page.getByText("its reconstruction", { exact: true }).waitFor();
  }

  test("opens on demand, without an error and without a request to any host", async () => {
    const { page, complaints, requests } = await open();
    await drawOnPad(page);
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !/^(file|data):/.test(url))).toEqual([]);
    await page.close();
  });

  test("generates what the trained model generates for the same c and z", async () => {
    const { page } = await open();
    const z = [...stream(3, "z").fill("normal", zSize)];
    for (const cluster of [0, 4, 9]) {
      const theirs = await page.evaluate(([c, noise]) => [...gumbelPlayground.model.generate([c], noise)], [
        cluster,
        z,
      ] as const);
      expect(furthest(theirs, generated(cluster, z))).toBeLessThan(1e-3);
    }
    await page.close();
  });

  test("a chosen cluster and a moved slider change the picture, by the keyboard alone", async () => {
    const { page } = await open();
    const before = await pixels(page, /^Picture generated/);
    await page.locator(".play-clusters input").first().focus();
    await page.keyboard.press("ArrowRight");
    const chosen = Number(await page.locator(".play-clusters :checked").inputValue());
    // Six epochs leave the clusters close to one another.
    const other = await changedBy(page, before, 5);

    // Each slider shows what is at its ends.
    const sliders = page.locator(".play-sliders input");
    const ends = page.locator(".play-sliders canvas");
    expect(await ends.count()).toBe(2 * (await sliders.count()));
    const [low, high] = await ends.evaluateAll((all) =>
      (all as unknown as { toDataURL(): string }[]).map((canvas) => canvas.toDataURL()),
    );
    expect(low).not.toBe(high);
    await sliders.first().focus();
    for (let i = 0; i < 20; i++) await page.keyboard.press("ArrowRight");
    expect(await sliders.first().inputValue()).toBe("1");
    const moved = await changedBy(page, other, 20);
    const direction = await page.evaluate(() => [...gumbelPlayground.model.directions[0]!]);
    const expected = generated(
      chosen,
      direction.map((value) => 20 * 0.05 * value),
    );
    expect(
      furthest(
        moved,
        expected.map((value) => 255 * value),
      ),
    ).toBeLessThan(1);

    await page.getByRole("button", { name: "Back to zero" }).press("Enter");
    expect(await pixels(page, /^Picture generated/)).toEqual(other);
    // One random z may lie near another; the furthest of several does not.
    const drawn: number[] = [];
    for (let i = 0; i < 5; i++) {
      await page.getByRole("button", { name: "New random z" }).press("Enter");
      drawn.push(furthest(other, await pixels(page, /^Picture generated/)));
    }
    expect(Math.max(...drawn)).toBeGreaterThan(20);
    await page.close();
  });

  test("the strongest direction changes the pictures more than the weakest", async () => {
    const { columns } = await readTable(join(workspace.artifacts, "extract", "seed-0", "directions.arrow"));
    const vectors = columns.noise!.values;
    const change = (row: number): number =>
      furthest(
        generated(0, [...vectors.subarray(row * zSize, (row + 1) * zSize)]),
        generated(0, Array(zSize).fill(0)),
      );
    expect(change(0)).toBeGreaterThan(2 * change(zSize - 1));
  });

  test("encodes an example as the trained model does", async () => {
    const { page } = await open();
    const x = modelInput(examples, Uint32Array.of(7));
    const theirs = await page.evaluate(
      (picture) => {
        const seen = gumbelPlayground.model.see(Float32Array.from(picture));
        return {
          cluster: seen.cluster,
          feature: [...seen.latent],
          probabilities: [...seen.probabilities],
          reconstruction: [...seen.reconstruction],
        };
      },
      [...x],
    );
    const input = tf.tensor2d(x, [1, examples.d]);
    const ours = model.encoder.encode(input);
    expect(theirs.cluster).toBe(ours.cluster.dataSync()[0]);
    expect(furthest(theirs.feature, ours.feature!.dataSync())).toBeLessThan(1e-2);
    expect(furthest(theirs.probabilities, ours.probabilities!.dataSync())).toBeLessThan(1e-3);
    expect(furthest(theirs.reconstruction, model.decoder.reconstruct!(input).dataSync())).toBeLessThan(1e-3);
    await page.close();
  });

  test("a drawing has probabilities that sum to 1, five neighbours and a reconstruction", async () => {
    const { page } = await open();
    await drawOnPad(page);
    const shares = await page.locator(".play-bars li span:last-child").allTextContents();
    expect(shares.length).toBe(classes);
    const sum = shares.reduce((total, text) => total + Number.parseFloat(text), 0);
    expect(sum).toBeGreaterThan(99.4);
    expect(sum).toBeLessThan(100.6);
    expect(await page.getByRole("img", { name: /^Example of .*, distance / }).count()).toBe(5);

    // The ink is centred, and fills the box that the data's fills.
    const sees = await pixels(page, "What the model sees");
    const width = Math.sqrt(sees.length);
    const mass = sees.reduce((total, value) => total + value, 0);
    const column = sees.reduce((total, value, i) => total + value * ((i % width) + 0.5), 0) / mass;
    expect(Math.abs(column - width / 2)).toBeLessThan(1.5);
    const back = await page.evaluate(
      (picture) => [...gumbelPlayground.model.see(Float32Array.from(picture)).reconstruction],
      sees.map((value) => value / 255),
    );
    const shown = await pixels(page, "Its reconstruction by the model");
    expect(
      furthest(
        shown,
        back.map((value) => 255 * value),
      ),
    ).toBeLessThan(6);
    await page.close();
  });

  test("the neighbours are the nearest of the subsample", async () => {
    const { page } = await open();
    await page.getByRole("button", { name: "Take an example" }).click();
    // An example of the subsample is its own nearest neighbour.
    const sees = await pixels(page, "What the model sees");
    expect(await pixels(page, /^Example of .*, distance /)).toEqual(sees);
    await page.close();
  });

  test("draws by the keyboard", async () => {
    const { page } = await open();
    await page.getByRole("application").focus();
    await page.keyboard.press("Space");
    for (let i = 0; i < 8; i++) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    await page.getByText("its reconstruction", { exact: true }).waitFor();
    const sees = await pixels(page, "What the model sees");
    expect(Math.max(...sees)).toBe(255);
    await page.keyboard.press("Delete");
    await page.getByText("Nothing drawn yet").waitFor();
    await page.close();
  });

  test("axe finds nothing in light, dark and on a phone, once something is drawn", async () => {
    for (const options of Object.values(views)) {
      const { page } = await open(options);
      await drawOnPad(page);
      expect(await axeProblemsInBothSchemes(page)).toEqual([]);
      await page.close();
    }
  }, 120_000);

  test("fits a phone, and draws by touch without scrolling", async () => {
    const { page } = await open({ ...views.phone, hasTouch: true });
    await drawOnPad(page);
    expect(await isTooWide(page)).toBe(false);
    const action = await page.getByRole("application").evaluate((pad) => getComputedStyle(pad).touchAction);
    expect(action).toBe("none");
    await page.close();
  });

  test("opens in the report's one file too, with nothing beside it", async () => {
    const folder = join(workspace.folder, "single");
    mkdirSync(folder);
    writeFileSync(join(folder, "index.html"), await singleFile(report));
    const { page, complaints, requests } = await open({}, folder);
    await drawOnPad(page);
    expect(await page.locator(".play-verdict").textContent()).toMatch(/q\(c \| x\)/);
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith("data:") && !url.endsWith("index.html"))).toEqual([]);
    await page.close();
  });

  test("a missing or damaged file is reported in its section, and the rest is intact", async () => {
    const damage: [string, (folder: string) => void, RegExp][] = [
      ["data missing", (f) => rmSync(join(f, "playground/data.js")), /data\.js is missing beside this page/],
      ["code missing", (f) => rmSync(join(f, "playground/playground.js")), /playground\.js is missing/],
      [
        "data cut",
        (f) => change(join(f, "playground/data.js"), (s) => s.slice(0, -1000)),
        /data\.js is damaged/,
      ],
      [
        "data altered",
        (f) => change(join(f, "playground/data.js"), (s) => s.replace(/("bytes":".{2000})..../, "$1AAAA")),
        /data\.js is damaged: its checksum differs/,
      ],
      [
        "code cut",
        (f) => change(join(f, "playground/playground.js"), (s) => s.slice(0, 100_000)),
        /playground\.js is damaged/,
      ],
    ];
    for (const [name, apply, message] of damage) {
      const folder = join(workspace.folder, name);
      cpSync(report, folder, { recursive: true });
      apply(folder);
      const { page } = await open({}, folder);
      expect(await page.getByRole("alert").textContent()).toMatch(message);
      expect(await page.locator("main section h2").count()).toBeGreaterThan(5);
      await page.close();
    }
  });

  test("a second report has the same bytes", async () => {
    const names = ["index.html", "playground/data.js", "playground/playground.js"];
    const before = names.map((name) => readFileSync(join(report, name), "utf8"));
    await workspace.runAll("report");
    expect(
      names.map((name) => readFileSync(join(report, name), "utf8") === before[names.indexOf(name)]),
    ).toEqual([true, true, true]);
    const { files } = JSON.parse(readFileSync(join(report, "manifest.json"), "utf8"));
    expect(files.map(({ name }: { name: string }) => name)).toEqual(expect.arrayContaining(names));
  });
});

function change(path: string, edit: (text: string) => string): void {
  writeFileSync(path, edit(readFileSync(path, "utf8")));
}
