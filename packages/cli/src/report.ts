import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "@gumbel/config";
import { artifactPath, writeFileAtomic } from "@gumbel/workspace";
import { run } from "@gumbel/workspace/programs";
import { findChromium } from "./chromium.js";
import { singleFile } from "./singleFile.js";

/**
 * Prints the path of a report; with `as`, writes it beside its folder as a PDF, or as one page with everything inside.
 *
 * @param pipeline undefined: the overview of all pipelines
 * @returns the page or the file written
 * @throws UserError if there is no report, no browser, or the browser fails
 */
export async function showReport(
  root: string,
  pipeline = "overview",
  as?: "pdf" | "single",
): Promise<string> {
  const page = artifactPath(root, pipeline, "report", "index.html");
  if (!existsSync(artifactPath(root, pipeline, "report", "manifest.json")) || !existsSync(page)) {
    throw new UserError({
      what: `${pipeline} has no finished report`,
      where: page,
      hint: `create it: pnpm turbo run report --filter=@pipelines/${pipeline}`,
    });
  }
  const result =
    as === undefined ? page : artifactPath(root, pipeline, as === "pdf" ? "report.pdf" : `${pipeline}.html`);
  if (as === "pdf") await print(page, result);
  if (as === "single") {
    const single = await singleFile(dirname(page));
    await writeFileAtomic(result, single);
    console.log(`one file of ${(Buffer.byteLength(single) / 1e6).toFixed(1)} MB`);
  }
  console.log(pathToFileURL(result).href);
  return result;
}

/** Longest time that the browser may take. */
const timeout = "120s";

async function print(page: string, pdf: string): Promise<void> {
  const browser = findChromium();
  // A profile of its own: otherwise a browser that is already open would print the page.
  const profile = await mkdtemp(join(tmpdir(), "gumbel-pdf-"));
  const draft = join(profile, "report.pdf");
  try {
    const options = [
      "--headless",
      "--disable-gpu",
      `--user-data-dir=${profile}`,
      // Chromium's sandbox refuses root, as in a container.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      "--no-pdf-header-footer",
      `--print-to-pdf=${draft}`,
    ];
    const printed = await run({ timeout })`${browser} ${options} ${pathToFileURL(page).href}`;
    const lastLine = printed.stdall.trim().split("\n").at(-1) || "nothing";
    if (!existsSync(draft) || (await stat(draft)).size === 0) {
      throw new UserError({
        what: "the browser wrote no PDF",
        where: browser,
        expected: `a PDF of ${page} within ${timeout}; its last line of output: ${lastLine}`,
        hint: "open the page in a browser and print it to PDF, or name another one in GUMBEL_CHROMIUM",
      });
    }
    await writeFileAtomic(pdf, await readFile(draft));
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
