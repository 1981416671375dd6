import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findChromium } from "../src/chromium.js";
import { showReport } from "../src/report.js";

const root = mkdtempSync(join(tmpdir(), "gumbel-pdf-test-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const browser = (() => {
  try {
    return findChromium();
  } catch {
    return undefined;
  }
})();

describe("a browser", () => {
  test("is the one in GUMBEL_CHROMIUM, else one on the PATH", () => {
    writeFileSync(join(root, "chromium"), "");
    expect(findChromium({ GUMBEL_CHROMIUM: join(root, "chromium") })).toBe(join(root, "chromium"));
    expect(findChromium({ PATH: root })).toBe(join(root, "chromium"));
  });

  test("that does not exist: the error names the searched paths and what to do", () => {
    expect(() => findChromium({ PATH: "/nowhere" })).toThrow(
      /google-chrome-stable.* in \/nowhere[\s\S]*GUMBEL_CHROMIUM/,
    );
    expect(() => findChromium({ GUMBEL_CHROMIUM: "/nowhere/chrome" })).toThrow(
      /GUMBEL_CHROMIUM names a file/,
    );
  });
});

describe("gumbel report", () => {
  test("says how to create a missing report", async () => {
    await expect(showReport(root, "x")).rejects.toThrow("pnpm turbo run report --filter=@pipelines/x");
  });

  test.skipIf(!browser)(
    `--pdf writes a PDF beside the report${browser ? "" : " (skipped: no browser on this machine)"}`,
    async () => {
      const folder = join(root, "artifacts", "x", "report");
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "manifest.json"), "{}");
      writeFileSync(join(folder, "index.html"), "<h1>Figures</h1>");
      const pdf = await showReport(root, "x", true);
      expect(pdf).toBe(join(root, "artifacts", "x", "report.pdf"));
      expect(readFileSync(pdf).subarray(0, 5).toString()).toBe("%PDF-");
    },
    150_000,
  );
});
