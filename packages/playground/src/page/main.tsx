/** playground.js: what `opener` starts. */
// First: it must have run before any schema is made.
import "./jitless.js";
import { render } from "preact";
import { readData } from "../data.js";
import { App } from "./app.js";
import { PageModel } from "./model.js";
import { loadSheet } from "./sheet.js";
import { style } from "./style.js";

/** The global that playground.js sets. */
export interface Playground {
  /** Replaces what is in `place` by the playground. */
  open(place: HTMLElement): Promise<void>;
  /** The trained model, for the browser's console. */
  model?: PageModel;
}

const playground: Playground = {
  async open(place) {
    const { info, arrays } = readData(globalThis);
    const sheet = await loadSheet(info);
    const model = await PageModel.open(info, arrays, sheet);
    playground.model = model;
    const sheetOfStyle = document.createElement("style");
    sheetOfStyle.textContent = style;
    document.head.append(sheetOfStyle);
    place.replaceChildren();
    render(<App info={info} model={model} sheet={sheet} />, place);
    place.querySelector<HTMLElement>("input")?.focus({ preventScroll: true });
  },
};
Object.assign(globalThis, { gumbelPlayground: playground });
