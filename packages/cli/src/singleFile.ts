/** A report as one file, to be mailed: the playground's scripts and report.json are inside of the page. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** Files that the page's opener loads, in the page or beside it. */
const scripts = ["playground/data.js", "playground/playground.js"];

/**
 * The page of a report with what lies beside it. Other files beside it are named and not linked, other pages left out.
 *
 * @param folder of the report, with index.html
 */
export async function singleFile(folder: string): Promise<string> {
  const page = await readFile(join(folder, "index.html"), "utf8");
  const inside = scripts.filter((name) => existsSync(join(folder, name)));
  const contents = await Promise.all(inside.map((name) => readFile(join(folder, name))));
  const elements = inside.map(
    (name, i) =>
      `<script type="application/gzip" data-file="${name}">${gzipSync(contents[i]!, { level: 9 }).toString("base64")}</script>`,
  );
  const digests = contents.map(
    (script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`,
  );
  const report = (await readFile(join(folder, "report.json"))).toString("base64");
  const link = `<p class="note">Inside this page: <a download="report.json" href="data:application/json;base64,${report}">report.json</a>.</p>`;
  return page
    .replace(/<p class="links">.*?<\/p>/, "")
    .replace(/<a (?:[^>]* )?href="(?!#|data:|https?:)[^"]*"[^>]*>(.*?)<\/a>/g, "$1")
    .replace("script-src 'self'", () => ["script-src 'self'", ...digests].join(" "))
    .replace("</footer>", () => `${link}</footer>${elements.join("")}`);
}
