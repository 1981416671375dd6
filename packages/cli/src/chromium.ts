/** A Chromium on this machine, for tasks that need a browser. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { environment, UserError } from "@gumbel/config";

const names = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "microsoft-edge",
  "chrome.exe",
  "msedge.exe",
];

const usualPaths = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/**
 * Path of a Chromium, Chrome or Edge: the one in GUMBEL_CHROMIUM, else one on the PATH, else one in the usual folders of
 * installers.
 *
 * @throws UserError if there is none, with the paths that were searched
 */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string {
  const { chromium: named } = environment(env);
  if (named) {
    if (existsSync(named)) return named;
    throw new UserError({
      what: "GUMBEL_CHROMIUM names a file that does not exist",
      where: named,
      hint: "set it to the path of the program, or unset it to search for one",
    });
  }
  const folders = (env.PATH ?? "").split(delimiter).filter(Boolean);
  const candidates = [...folders.flatMap((folder) => names.map((name) => join(folder, name))), ...usualPaths];
  const found = candidates.find((path) => existsSync(path));
  if (found) return found;
  throw new UserError({
    what: "no Chromium, Chrome or Edge was found, and a PDF needs one",
    where: `searched ${names.join(", ")} in ${folders.join(", ") || "an empty PATH"}; and ${usualPaths.join(", ")}`,
    hint: "install one (Debian: apt install chromium) or set GUMBEL_CHROMIUM to its path; or open the page in any browser and print it to PDF",
  });
}
