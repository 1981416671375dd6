import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
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

  test("--single writes one file: the playground and report.json are inside, other files are not linked", async () => {
    const folder = join(root, "artifacts", "y", "report");
    mkdirSync(join(folder, "playground"), { recursive: true });
    writeFileSync(join(folder, "manifest.json"), "{}");
    writeFileSync(join(folder, "report.json"), '{"title":"Y"}');
    for (const name of ["data", "playground"])
      writeFileSync(join(folder, `playground/${name}.js`), `${name}()`);
    writeFileSync(
      join(folder, "index.html"),
      `<meta content="script-src 'self' 'sha256-x'"><p class="links"><a href="../index.html">All pipelines</a></p>
       <a href="rows.csv">rows.csv</a><a class="file" href="a.png" download>a.png</a><a href="#map">Map</a><footer>Made</footer>`,
    );
    const single = await showReport(root, "y", "single");
    expect(single).toBe(join(root, "artifacts", "y", "y.html"));
    const html = readFileSync(single, "utf8");
    expect([...html.matchAll(/href="([^"]*)"/g)].map(([, to]) => to!.split(",")[0])).toEqual([
      "#map",
      "data:application/json;base64",
    ]);
    expect(html).toContain("rows.csva.png");
    expect(html).not.toContain("All pipelines");
    expect(html).toContain('<a href="#map">Map</a>');
    expect(html).toMatch(/script-src 'self' 'sha256-[^']{44}' 'sha256-[^']{44}' 'sha256-x'/);
    const [, data] = /data-file="playground\/data.js">([^<]*)/.exec(html)!;
    expect(gunzipSync(Buffer.from(data!, "base64")).toString()).toBe("data()");
    const [, report] = /data:application\/json;base64,([^"]*)/.exec(html)!;
    expect(Buffer.from(report!, "base64").toString()).toBe('{"title":"Y"}');
  });

  test.skipIf(!browser)(
    `--pdf writes a PDF beside the report${browser ? "" : " (skipped: no browser on this machine)"}`,
    async () => {
      const folder = join(root, "artifacts", "x", "report");
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "manifest.json"), "{}");
      writeFileSync(join(folder, "index.html"), "<h1>Figures</h1>");
      const pdf = await showReport(root, "x", "pdf");
      expect(pdf).toBe(join(root, "artifacts", "x", "report.pdf"));
      expect(readFileSync(pdf).subarray(0, 5).toString()).toBe("%PDF-");
    },
    150_000,
  );
});
