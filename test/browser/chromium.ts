/** The browser of this machine. */
import { existsSync } from "node:fs";

/** Chromium's path; undefined where there is none. GUMBEL_CHROMIUM names one elsewhere. */
export const chromiumPath = [
  process.env.GUMBEL_CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path && existsSync(path));

/** What a test's title says of it. */
export const skipped = chromiumPath
  ? ""
  : " (skipped: no Chromium on this machine; GUMBEL_CHROMIUM names one)";
