/** Stands in the page itself: loads the playground once somebody asks for it, and says so where that fails. */
import { playgroundId } from "../place.js";
import type { Playground } from "./main.js";

const place = document.getElementById(playgroundId)!;
const button = place.querySelector("button")!;
const status = place.querySelector<HTMLElement>("[role=status]")!;

button.addEventListener("click", async () => {
  button.disabled = true;
  status.textContent = "Loading …";
  try {
    for (const name of ["data.js", "playground.js"]) await load(`playground/${name}`);
    const { gumbelPlayground } = globalThis as { gumbelPlayground?: Playground };
    if (!gumbelPlayground) throw new Error("playground/playground.js is damaged");
    await gumbelPlayground.open(place);
  } catch (error) {
    place.className = "note-box bad";
    place.setAttribute("role", "alert");
    place.replaceChildren(
      line("strong", `The playground does not open: ${(error as Error).message}.`),
      line(
        "p",
        "The rest of the page does not need it. To do: run the report stage again, and keep the folder whole.",
      ),
    );
  }
});

function line(tag: string, text: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
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
