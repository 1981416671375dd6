/** A Chromium on this machine, for what only a browser can do. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { UserError } from "@gumbel/config";

const names = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "microsoft-edge",
  "chrome.exe",
  "msedge.exe",
];

const places = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/**
 * The path of a Chromium, Chrome or Edge: the one that GUMBEL_CHROMIUM names, else one on the PATH, else one where
 * installers put it.
 *
 * @throws UserError where there is none, with where it looked.
 */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string {
  const named = env.GUMBEL_CHROMIUM;
  if (named) {
    if (existsSync(named)) return named;
    throw new UserError({
      what: "there is no browser where GUMBEL_CHROMIUM says",
      where: named,
      hint: "name the program itself, or unset it to have it looked for",
    });
  }
  const folders = (env.PATH ?? "").split(delimiter).filter(Boolean);
  const looked = [...folders.flatMap((folder) => names.map((name) => join(folder, name))), ...places];
  const found = looked.find((path) => existsSync(path));
  if (found) return found;
  throw new UserError({
    what: "no Chromium, Chrome or Edge was found, and a PDF needs one",
    where: `looked for ${names.join(", ")} in ${folders.join(", ") || "an empty PATH"}; for ${places.join(", ")}`,
    hint: "install one (Debian: apt install chromium) or name it in GUMBEL_CHROMIUM; or open the page in any browser and print it to PDF",
  });
}
