/** The entry of playground.js, which `opener` loads and starts. */
// Imported first, since it must run before any schema is created.
import "./jitless.js";
import { render } from "preact";
import { readData } from "../data.js";
import { App } from "./app.js";
import { PageModel } from "./model.js";
import { loadSheet } from "./sheet.js";
import { style } from "./style.js";

/** The global that playground.js sets. */
export interface Playground {
  /** Replaces the content of `element` by the playground. @param focus whether its first control takes the focus */
  open(element: HTMLElement, focus: boolean): Promise<void>;
  /** The trained model, for the browser's console. */
  model?: PageModel;
}

const playground: Playground = {
  async open(element, focus) {
    const { info, arrays } = readData(globalThis);
    const sheet = await loadSheet(info);
    const model = await PageModel.open(info, arrays, sheet);
    playground.model = model;
    const stylesheet = document.createElement("style");
    stylesheet.textContent = style;
    document.head.append(stylesheet);
    element.replaceChildren();
    render(<App info={info} model={model} sheet={sheet} />, element);
    if (focus) element.querySelector<HTMLElement>("input")?.focus({ preventScroll: true });
  },
};
Object.assign(globalThis, { gumbelPlayground: playground });
