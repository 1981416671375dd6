/** The script in the page itself: loads the playground when its button is pressed, and shows an error if that fails. */
import { playgroundId } from "../elementId.js";
import type { Playground } from "./main.js";

const element = document.getElementById(playgroundId)!;
const button = element.querySelector("button")!;
const status = element.querySelector<HTMLElement>("[role=status]")!;

button.addEventListener("click", async () => {
  button.disabled = true;
  status.textContent = "Loading …";
  try {
    for (const name of ["data.js", "playground.js"]) await load(`playground/${name}`);
    const { gumbelPlayground } = globalThis as { gumbelPlayground?: Playground };
    if (!gumbelPlayground) throw new Error("playground/playground.js is damaged");
    await gumbelPlayground.open(element);
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
});

function line(tag: string, text: string): HTMLElement {
  const child = document.createElement(tag);
  child.textContent = text;
  return child;
}

function load(file: string): Promise<void> {
  return new Promise((done, fail) => {
    const script = document.createElement("script");
    script.onload = () => done();
    script.onerror = () => fail(new Error(`${file} is missing beside this page`));
    script.src = file;
    document.head.append(script);
  });
}
