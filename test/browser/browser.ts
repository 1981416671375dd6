/** A real browser for the tests, and the checks of a page. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, chromium, type Page } from "playwright-core";

export const browserPath = [
  process.env.GUMBEL_CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path && existsSync(path));

/** A title that gives the reason if its tests are skipped. */
export const inBrowser = (title: string): string =>
  `${title}${browserPath ? "" : " (skipped: no Chromium on this machine; GUMBEL_CHROMIUM names one)"}`;

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: browserPath!, args: ["--no-sandbox"] });

export interface Opened {
  page: Page;
  /** Errors that the page printed or threw. */
  complaints: string[];
  /** Addresses that it requested, other than files and its own data. */
  requests: string[];
}

export async function open(
  browser: Browser,
  url: string,
  options: Parameters<Browser["newPage"]>[0] = {},
): Promise<Opened> {
  const page = await browser.newPage(options);
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => /^(file|data):/.test(request.url()) || requests.push(request.url()));
  await page.goto(url);
  return { page, complaints, requests };
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Ways to look at a page: it must read well in each. */
export const views = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 844 } },
} as const;

/** Findings of axe that are serious or worse: the rule and the elements. */
export async function seriousProblems(page: Page): Promise<string[]> {
  // Injected by the debugger: the page's own policy allows no other script.
  await page.evaluate(axe);
  // A picture is one thing with a name: its parts are not checked.
  const found = (await page.evaluate('axe.run({ exclude: [["svg[role=img] *"]] })')) as {
    violations: { id: string; impact: string; nodes: { target: string[]; failureSummary: string }[] }[];
  };
  return found.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`),
    );
}

/** True if something makes the page wider than its window. */
export const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate("document.documentElement.scrollWidth > innerWidth");
