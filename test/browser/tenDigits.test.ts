/**
 * Ten digits, drawn by a script on the playground of the model whose figures are in the record of `gumbel-vae-self-trained` on
 * MNIST: the run with the lowest loss there. Its training takes minutes, so GUMBEL_TEST_DIGITS=1 asks for it.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestWorkspace } from "../workspace.js";
import { browserPath, inBrowser, launch } from "./browser.js";
import { tenDigits } from "./tenDigits.js";

const asked = process.env.GUMBEL_TEST_DIGITS !== undefined;
const real = existsSync(join(process.env.GUMBEL_DATA ?? "", "mnist"));
if (!asked) console.log("skipped: GUMBEL_TEST_DIGITS=1 trains the model that sees ten drawn digits");
else if (!real) console.log("skipped: GUMBEL_DATA has no mnist, on which that model is trained");

describe.skipIf(!browserPath || !real || !asked)(inBrowser("ten drawn digits"), () => {
  const workspace = new TestWorkspace({
    dataset: "mnist",
    model: "gumbel-vae-self-trained",
    train: { seeds: 3 },
    report: { map: { methods: [] } },
  });
  let browser: Awaited<ReturnType<typeof launch>>;

  beforeAll(async () => {
    const env = { GUMBEL_PROFILE: "full", GUMBEL_SEEDS: "2" };
    for (const stage of ["plan", "ingest", "train", "extract", "evaluate", "report"]) {
      const { code, output } = await workspace.run(stage, { env });
      expect(code, output).toBe(0);
    }
    browser = await launch();
  }, 1_200_000);
  afterAll(async () => {
    await browser?.close();
    workspace.remove();
  });

  test("are in the cluster of their class at least nine times", async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
    await page.goto(pathToFileURL(join(workspace.artifacts, "report", "index.html")).href);
    await page.locator("#playground").scrollIntoViewIfNeeded();
    const pad = page.getByRole("application");
    await pad.waitFor();
    const seen: [digit: string, cluster: string][] = [];
    for (const [digit, strokes] of Object.entries(tenDigits)) {
      await page.getByRole("button", { name: "Clear" }).click();
      await pad.scrollIntoViewIfNeeded();
      const { x, y, width, height } = (await pad.boundingBox())!;
      for (const [start, ...rest] of strokes) {
        const [left, top] = start!;
        await page.mouse.move(x + left * width, y + top * height);
        await page.mouse.down();
        for (const [right, down] of rest)
          await page.mouse.move(x + right * width, y + down * height, { steps: 3 });
        await page.mouse.up();
      }
      const verdict = page.locator(".play-verdict").first();
      await verdict.waitFor();
      await page.waitForTimeout(600);
      seen.push([digit, (await verdict.textContent()) ?? ""]);
    }
    const right = seen.filter(([digit, cluster]) => cluster.startsWith(`${digit}, `));
    expect(right.length, seen.map((each) => each.join(": ")).join("; ")).toBeGreaterThanOrEqual(9);
    await page.close();
  });
});
