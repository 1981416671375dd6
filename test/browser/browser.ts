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

/** Windows in which a page must read well. */
export const views = {
  screen: {},
  phone: { viewport: { width: 390, height: 844 } },
} as const;

/** The rules of axe that depend on colours. */
const colourRules = ["color-contrast", "link-in-text-block"];

/** A page, of either library. */
interface Evaluating {
  evaluate(script: string): Promise<unknown>;
}

/** Findings of axe in light, and those in dark that depend on colours: nothing else differs. */
export async function axeProblemsInBothSchemes(page: Page): Promise<string[]> {
  const light = await axeProblems(page);
  await page.emulateMedia({ colorScheme: "dark" });
  return [...light, ...(await axeProblems(page, colourRules))];
}

/** Findings of axe: the rule and the elements. @param rules all by default */
export async function axeProblems(page: Evaluating, rules?: readonly string[]): Promise<string[]> {
  // Injected by the debugger: the page's own policy allows no other script.
  await page.evaluate(axe);
  // A picture is one thing with a name: its parts are not checked.
  const options = { resultTypes: ["violations"], ...(rules && { runOnly: rules }) };
  const found = (await page.evaluate(
    `axe.run({ exclude: [["svg[role=img] *"]] }, ${JSON.stringify(options)})`,
  )) as {
    violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[];
  };
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`),
  );
}

/** Texts that lie over each other, of the page's visible ones outside of pictures. */
export const overprinted = (page: Page): Promise<string[]> =>
  page.evaluate(`(() => {
    const boxes = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const { currentNode: text } = texts;
      const parent = text.parentElement;
      // A bar that stays on top, what screen readers alone read, and what scrolls inside of its box.
      if (!text.data.trim() || parent.closest("svg, nav, script, style, .hidden, .skip, .scroll, [popover], .picked")) continue;
      if (!parent.checkVisibility()) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      for (const { left, right, top, bottom } of range.getClientRects())
        boxes.push({ left, right, top: top + 3, bottom: bottom - 3, text });
    }
    boxes.sort((a, b) => a.top - b.top);
    return boxes.flatMap((a, i) => {
      const found = [];
      for (let j = i + 1; j < boxes.length && boxes[j].top < a.bottom; j++) {
        const b = boxes[j];
        if (a.text !== b.text && a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom) found.push([a, b].map(({ text }) => text.data.trim().slice(0, 40)).join(" | "));
      }
      return found;
    });
  })()`);

/** Widths from a phone to a wide screen; 640 is 1280 at 200 %. */
export const widths = Array.from({ length: 20 }, (_, i) => 320 + 60 * i);

/** True if something makes the page wider than its window. */
export const isTooWide = async (page: Evaluating): Promise<boolean> =>
  (await page.evaluate("document.documentElement.scrollWidth > innerWidth")) === true;

/** The mouse of a page, of either library. */
interface Mouse {
  move(x: number, y: number, options?: { steps: number }): Promise<void>;
  down(): Promise<void>;
  up(): Promise<void>;
}

/** Draws a seven into a box of a page. */
export async function drawSeven(
  mouse: Mouse,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
): Promise<void> {
  await mouse.move(x + 0.3 * width, y + 0.25 * height);
  await mouse.down();
  await mouse.move(x + 0.7 * width, y + 0.25 * height, { steps: 6 });
  await mouse.move(x + 0.45 * width, y + 0.8 * height, { steps: 6 });
  await mouse.up();
}
