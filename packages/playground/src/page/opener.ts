/** The script in the page itself: loads the playground when its button is pressed, or, on a wide page, when it comes near; and shows an error if that fails. */
import { playgroundId } from "../elementId.js";
import type { Playground } from "./main.js";

const element = document.getElementById(playgroundId)!;
const button = element.querySelector("button")!;
const status = element.querySelector<HTMLElement>("[role=status]")!;

/** A page this wide has room for the playground: it opens when it comes near. */
const wide = matchMedia("(min-width: 64rem)");

button.addEventListener("click", () => void open(true));
new IntersectionObserver((entries, observer) => {
  if (!wide.matches || !entries.some(({ isIntersecting }) => isIntersecting)) return;
  observer.disconnect();
  if (!button.disabled) void open(false);
}).observe(element);

async function open(focus: boolean): Promise<void> {
  button.disabled = true;
  status.textContent = "Loading …";
  try {
    for (const name of ["data.js", "playground.js"]) await load(`playground/${name}`);
    const { gumbelPlayground } = globalThis as { gumbelPlayground?: Playground };
    if (!gumbelPlayground) throw new Error("playground/playground.js is damaged");
    await gumbelPlayground.open(element, focus);
  } catch (error) {
    element.className = "note-box bad";
    element.setAttribute("role", "alert");
    element.replaceChildren(
      line("strong", `The playground does not open: ${(error as Error).message}.`),
      line(
        "p",
        "The rest of the page works without it. To do: run the report stage again, and copy the page with its whole folder.",
      ),
    );
  }
}

function line(tag: string, text: string): HTMLElement {
  const child = document.createElement(tag);
  child.textContent = text;
  return child;
}

/** Runs a file beside the page, or inside of it if the page is the report's only file. */
async function load(file: string): Promise<void> {
  const script = document.createElement("script");
  const inside = document.querySelector(`script[data-file="${file}"]`);
  if (inside) {
    script.text = await unzipped(inside.textContent);
    document.head.append(script);
    return;
  }
  await new Promise<void>((done, fail) => {
    script.onload = () => done();
    script.onerror = () => fail(new Error(`${file} is missing beside this page`));
    script.src = file;
    document.head.append(script);
  });
}

async function unzipped(base64: string): Promise<string> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}
